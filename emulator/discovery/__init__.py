"""Google's own description of its APIs, read lazily: which paths exist, and what a body may hold."""
