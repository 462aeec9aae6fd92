"""The verdict as people and machines read it."""
