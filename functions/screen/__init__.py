"""What Google's services find in a prompt and patterns cannot: Model Armor, Sensitive Data Protection behind it."""
