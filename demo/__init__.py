"""The main job, shown: both reference stacks, and copies of them with a guardrail taken out."""
