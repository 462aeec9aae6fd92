"""The plan: the resource graph a program would register."""
