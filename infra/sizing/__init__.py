"""From the charter to each component's arguments: pure functions, no Pulumi."""
