"""Calls to models on Vertex AI over its REST API."""
