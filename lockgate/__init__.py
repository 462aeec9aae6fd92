"""Lockgate opens a deployment only when its plan is level with its charter."""

__version__ = "0.1.0"
