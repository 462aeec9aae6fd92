"""Carrying a plan out against an emulated Google Cloud."""
