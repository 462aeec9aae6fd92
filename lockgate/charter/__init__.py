"""The charter: what a use case commits to, in YAML."""
