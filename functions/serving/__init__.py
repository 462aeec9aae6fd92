"""What stands behind both doors in one process: who calls, what is stopped, the flow's run, and its record."""
