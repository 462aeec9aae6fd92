"""The page of rules, ``docs/rules.md``: generated from the registry, checked for drift by a test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lockgate.policy.registry import Rule

_HEAD = """\
# Rules

<!-- Generated from the METADATA of policies/rules by 'lockgate policy docs'. Do not edit. -->

Each rule judges the plan, never the program. A `fail` of any severity denies unless it is waived; what is unknown
until the deployment denies where the charter has a high or medium tier. There are {count} rules in {groups} groups.
"""


def render_rules_page(rules: Sequence[Rule]) -> str:
    """The page as Markdown: the groups in alphabetical order, in each a table and a section a rule."""
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.id))
    groups = [(group, list(members)) for group, members in groupby(ordered, key=lambda rule: rule.group)]
    parts = [_HEAD.format(count=len(ordered), groups=len(groups))]
    for group, members in groups:
        parts.append(f"## {group.replace('_', ' ').capitalize()}\n\n{_table(members)}")
        parts += [_section(rule) for rule in members]
    return "\n".join(parts)


def _table(rules: Sequence[Rule]) -> str:
    rows = [f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {_cell(rule.title)} |" for rule in rules]
    return "\n".join(["| rule | severity | guardrail |", "|---|---|---|", *rows]) + "\n"


def _section(rule: Rule) -> str:
    judges = "the stack" if rule.judges_stack else ", ".join(f"`{type_}`" for type_ in rule.judges)
    lines = [
        f"### {rule.id}",
        "",
        f"**{rule.title}.** {_cell(rule.description)}",
        "",
        f"- To put it right: {_cell(rule.remediation)}",
        f"- Judges {judges}{'; needs a charter' if rule.needs_charter else ''}.",
    ]
    if rule.controls:
        lines.append(f"- Serves {', '.join(rule.controls)}.")
    lines.append(f"- Source: [`policies/{rule.path}`](../policies/{rule.path})")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text on one line, in which Markdown reads nothing of its own: < begins no tag, | ends no cell."""
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")
