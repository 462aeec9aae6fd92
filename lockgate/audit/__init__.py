"""The live audit: a deployed stack is read back, and compared with its plan and its charter."""
