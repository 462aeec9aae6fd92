"""The way of one case: model, rules, answer, review or fallback."""
