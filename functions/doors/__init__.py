"""The doors: cases for workflows, chat completions for assistants, and what both need of HTTP."""
