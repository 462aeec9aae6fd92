"""Business rules on what a model answers."""
