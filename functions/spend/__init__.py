"""What Google's budget says was spent, and whether the router has to stop."""
