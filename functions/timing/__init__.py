"""Time that runs out: one timer for many who wait."""
