"""What no model may see is taken out of a case before a model sees it."""
