"""The rules, listed, documented and tested."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import checkout as checkouts
from lockgate.cli import progress
from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from lockgate.policy.registry import Rule

FORMS = ("text", "json")


def listing(folder: Path | None, form: str) -> str:
    """The rules as a table or as JSON. Raises InputError for another form, NoDecision when a rule is not complete."""
    if form not in FORMS:
        raise InputError(f"--format {form}: expected text or json.")
    rules = _rules(folder)
    if form == "json":
        from lockgate.policy.registry import as_data

        return json.dumps(as_data(rules), indent=2, ensure_ascii=False) + "\n"
    return table(rules)


def table(rules: Sequence[Rule]) -> str:
    """One line a rule, by group and id."""
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.id))
    rows = [("RULE", "SEVERITY", "GROUP", "HOLDS")]
    rows += [(rule.id, rule.severity, rule.group, safe.line(rule.title)) for rule in ordered]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    ]
    groups = len({rule.group for rule in rules})
    total = f"{len(rules)} rules, {groups} group{'' if groups == 1 else 's'}"
    return "\n".join([*lines, "", total]) + "\n"


def reference(folder: Path | None) -> str:
    """The text of ``docs/rules.md``."""
    from lockgate.policy.rules_page import render_rules_page

    return render_rules_page(_rules(folder))


def test(folder: Path | None, environment: Mapping[str, str]) -> tuple[str, bool]:
    """What the policies' own tests came to, as text, and whether all is well. Raises NoDecision as ``suite.run``."""
    from lockgate.policy import opa, suite

    found = opa.find(environment, say=progress.say)
    with progress.step("testing the policies"):
        outcome = suite.run(_folder(folder), found, environment)
    return suite.render(outcome), outcome.good


def _rules(folder: Path | None) -> tuple[Rule, ...]:
    from lockgate.policy import policies

    return policies.load(_folder(folder)).rules


def _folder(named: Path | None) -> Path:
    """The policies that the caller names, else the checkout's, else those of Lockgate."""
    from lockgate.policy import policies

    checkout = checkouts.find(Path.cwd())
    return policies.locate(named or (checkout.policies if checkout else None))
