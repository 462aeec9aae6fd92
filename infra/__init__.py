"""The Pulumi program: a charter in, a governed GenAI stack out."""
