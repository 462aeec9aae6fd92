"""Lockgate's emulated Google Cloud: Google's REST APIs, driven by Google's own discovery documents, on loopback."""
