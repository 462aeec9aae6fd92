"""A new stack's charter: every question asked, none answered."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lockgate.cli.checkout import Checkout
from lockgate.errors import InputError

PLACEHOLDER = "TBD"
MOST_CHOICES = 12
EXPECTED_KEY = "x-lockgate-expected"  # of lockgate.charter.section, which is not loaded until it is needed
SLUG = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")

ASKED = (
    "use_case.summary",
    "use_case.people_affected",
    "business",
    "governance.compliance_owner",
    "governance.governance_owner",
    "governance.ai_act_class",
    "governance.lawful_basis",
    "governance.dpia",
    "governance.explanation",
    "governance.contest",
    "risk.*.when",
    "risk.*.max_error",
    "data.sources",
    "cloud.project",
    "cloud.project_number",
    "cloud.billing_account",
    "money.exchange",
    "money.monthly_limit",
    "money.pilot_burn_limit",
    "money.finops_owner",
    "money.recipients",
    "money.cost_centre",
    "logging.auditors",
    "routing.callers",
    "routing.operators",
    "rollout.stage",
    "tenants.*.callers",
)
"""What a charter taken from another stack does not take over: who answers for it, what it promises, and where."""

_HEADER = """\
# yaml-language-server: $schema=../../docs/charter.schema.json
# Each {placeholder} is a question. 'lockgate check {name}' refuses this charter until all are answered.
"""
_STACK_FILE = """\
# Everything about this stack is in its charter: {name}/charter.yaml
config: {{}}
"""


def create(checkout: Checkout, name: str, source: str | None) -> list[Path]:
    """Write a stack's charter and its Pulumi file, and return them. Nothing that exists is touched.

    Raises InputError when the name is no stack's name, a file exists, or one cannot be written.
    """
    if not SLUG.fullmatch(name):
        raise InputError(
            f"{name}: not a stack's name, expected 3 to 30 lower-case letters, digits and hyphens, from a letter. "
            "Choose one such as claims-triage."
        )
    charter, stack_file = checkout.stacks / name / "charter.yaml", checkout.stacks / f"Pulumi.{name}.yaml"
    for file in (charter, stack_file):
        if file.exists():
            raise InputError(f"{file}: exists already, and is left as it is. Choose another name, or edit it.")
    text = blank(name) if source is None else copied(_read(checkout, source), name, source)
    written: list[Path] = []
    try:
        charter.parent.mkdir(parents=True, exist_ok=True)
        for file, content in ((charter, text), (stack_file, _STACK_FILE.format(name=name))):
            with file.open("x", encoding="utf-8") as stream:
                written.append(file)
                stream.write(content)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise InputError(
            f"{error.filename}: cannot be written: {error.strerror}. Choose a place where you may."
        ) from None
    return written


def _read(checkout: Checkout, source: str) -> str:
    from lockgate.charter.load import load_stack

    if load_stack(checkout.stacks, source).extends is not None:
        raise InputError(f"--from {source}: its charter extends another's. Name the stack that it extends.")
    return (checkout.stacks / source / "charter.yaml").read_text(encoding="utf-8")


def blank(name: str) -> str:
    """A charter with every key of the published schema, its meaning above it, and a placeholder for its value."""
    from lockgate.charter.schema import at

    header = _HEADER.format(placeholder=PLACEHOLDER, name=name)
    lines = [header.rstrip(), "format: lockgate.charter/1"]
    root = at(()) or {}
    for key in root["properties"]:
        if key not in {"format", "extends"}:
            lines += ["", *_entry(key, (key,), 0, name)]
    return "\n".join(lines) + "\n"


def _entry(key: str, path: tuple[str | int, ...], level: int, name: str) -> Iterator[str]:
    """A key with its question above it, and its value or what is below it."""
    from lockgate.charter.schema import at

    node = at(path) or {}
    indent = "  " * level
    yield from _question(node, indent)
    if path == ("use_case", "name"):
        yield f"{indent}{key}: {name}"
    elif _is_section(node):
        yield f"{indent}{key}:"
        for child in node["properties"]:
            yield from _entry(child, (*path, child), level + 1, name)
    elif node.get("type") == "array":
        yield f"{indent}{key}:"
        yield from _item((*path, 0), level + 1, name)
    elif "patternProperties" in node:
        yield f"{indent}{key}:"
        yield f"{indent}  {PLACEHOLDER}: {PLACEHOLDER}"
    else:
        yield f"{indent}{key}: {PLACEHOLDER}"


def _item(path: tuple[str | int, ...], level: int, name: str) -> Iterator[str]:
    """The first item of a list."""
    from lockgate.charter.schema import at

    node = at(path) or {}
    indent = "  " * level
    if not _is_section(node):
        yield f"{indent}- {PLACEHOLDER}"
        return
    below = [line for child in node["properties"] for line in _entry(child, (*path, child), level + 1, name)]
    first = next(number for number, line in enumerate(below) if not line.lstrip().startswith("#"))
    below[first] = f"{indent}- {below[first].lstrip()}"
    yield from below


def _is_section(node: dict[str, Any]) -> bool:
    """Whether its keys are asked one by one; a condition holds conditions, and is asked as one answer."""
    return "properties" in node and EXPECTED_KEY not in node


def _question(node: dict[str, Any], indent: str) -> Iterator[str]:
    """What a value means and what it may be, as comment lines."""
    words = [str(node.get("description") or "").strip()]
    if not _is_section(node):
        words.append(_expected(node))
    if node.get("nullable"):
        words.append("Leave it out where it does not occur.")
    elif "default" in node:
        words.append("May be left out.")
    for line in textwrap.wrap(
        " ".join(filter(None, words)), 100 - len(indent), break_long_words=False, break_on_hyphens=False
    ):
        yield f"{indent}# {line}"


def _expected(node: dict[str, Any]) -> str:
    choices = [str(choice) for choice in node.get("enum", ())]
    if choices and len(choices) <= MOST_CHOICES:
        return f"One of: {', '.join(choices)}."
    if node.get(EXPECTED_KEY):
        return f"Expected: {node[EXPECTED_KEY]}."
    if node.get("format") == "date":
        return "Expected: a date, such as 2027-03-31."
    return "Expected: true or false." if node.get("type") == "boolean" else ""


def copied(text: str, name: str, source: str) -> str:
    """Another stack's charter under a new name, with a placeholder for each value that ASKED names.

    Its layout and the rest of its values stay; a comment beside a value that is asked for goes with it.
    """
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits = [(start, end, placeholder) for start, end, placeholder in _asked(root, ())]
    edits += [(node.start_mark.index, node.end_mark.index, name) for node in _at(root, ("use_case", "name"))]
    for start, end, value in sorted(edits, reverse=True):
        # A block of folded text ends after its line break, and keeps it; a comment beside a value does not stay.
        gap = re.search(r"\s*\Z", text[start:end])
        beside = re.match(r" *#[^\n]*", text[end:]) if value != name else None
        text = text[:start] + value + (gap[0] if gap else "") + text[end + (beside.end() if beside else 0) :]
    header = _HEADER.format(placeholder=PLACEHOLDER, name=name)
    body = re.sub(r"\A(#[^\n]*\n)+", "", text)
    return f"{header}# Taken from {source}: check each figure that is kept, with its comment.\n{body}"


def _asked(node: Any, path: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Start, end and placeholder of each value at or below a path of ASKED; a list of plain values is one value."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _asked(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode) and not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        for item in node.value:
            yield from _asked(item, path)
    elif any(_covers(pattern.split("."), path) for pattern in ASKED):
        placeholder = f"[{PLACEHOLDER}]" if isinstance(node, yaml.SequenceNode) else PLACEHOLDER
        yield node.start_mark.index, node.end_mark.index, placeholder


def _at(node: Any, path: tuple[str, ...]) -> list[Any]:
    for step in path:
        node = next(value for key, value in node.value if key.value == step)
    return [node]


def _covers(pattern: list[str], path: tuple[str, ...]) -> bool:
    return len(path) >= len(pattern) and all(step in {"*", at} for step, at in zip(pattern, path, strict=False))
