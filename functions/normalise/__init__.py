"""From the bytes of a request to a case that may be shown to a model."""
