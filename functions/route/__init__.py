"""What happens to a case of each tier, as compiled from the charter."""
