"""The policies, and the Open Policy Agent that decides by them."""
