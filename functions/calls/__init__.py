"""Calls to models: reserved before, settled after, retried within a budget, broken off where a model is down."""
