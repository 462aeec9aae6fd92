"""Structured log entries."""
