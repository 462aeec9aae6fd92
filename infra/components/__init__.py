"""The components, one guardrail a file."""
