"""The reference page of the charter, made from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lockgate.charter import schema
from lockgate.charter.explain import expected
from lockgate.charter.section import OVERRIDE_KEY, UNIT_KEY

_OVERRIDES = {"own": "its own", "outside-production": "weaker outside production"}

_HEAD = """\
# The charter

<!-- Generated from lockgate/charter by `make generate`; edit the models, not this page. -->

What a use case commits to, in `stacks/<stack>/charter.yaml`. The [JSON Schema](charter.schema.json) holds the same
for editors; a charter refers to it in its first line:

```yaml
# yaml-language-server: $schema=../../docs/charter.schema.json
format: lockgate.charter/1
```

A charter is UTF-8 and plain YAML 1.2: `yes`, `no`, `on` and `off` are text, `012` is refused, dates are written
`2026-11-30`. Anchors, aliases, tags, duplicate keys and a second document are refused, and so is a file above 256 KiB.
Each problem is told with its file, line and key.

## Extending another charter

With `extends: <stack>` a charter inherits everything from the charter of that stack, which must be in production and
must not extend another. Sections are merged key by key; a list or a value replaces the inherited one. The charter that
extends is in development or a pilot, and repeats `format`. Beside that it may change only keys marked below:

- *its own*: the environment's own place, people and stage;
- *weaker outside production*: what may be smaller, shorter or laxer where nothing is decided about real cases.

Any other key may be repeated with the inherited value, but not changed.

## Top level

"""


def render_reference() -> str:
    """The text of ``docs/charter.md``."""
    root = schema.at(()) or {}
    sections = {key: schema.at((key,)) or {} for key in root["properties"]}
    plain = {key: node for key, node in sections.items() if not _rows_below(node)}
    parts = [_HEAD + _table(row for key, node in plain.items() for row in _rows(key, node, "default" in node, None))]
    for key, node in sections.items():
        if key in plain:
            continue
        kind = "A list; each item has:\n\n" if node.get("type") == "array" else ""
        parts.append(f"## {key}\n\n{node['description']}\n\n{kind}{_table(_children('', node, None))}")
    return "\n".join(parts)


def _table(rows: Iterator[list[str]]) -> str:
    head = ["Key", "Expected", "Unit", "Meaning", "May be overridden"]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _children(prefix: str, node: schema.Schema, mark: str | None) -> Iterator[list[str]]:
    """The rows of every key below a section or a list of sections."""
    for key, child in _rows_below(node).items():
        yield from _rows(f"{prefix}{key}", schema.resolved(child), "default" in child, mark)


def _rows(name: str, node: schema.Schema, optional: bool, mark: str | None) -> Iterator[list[str]]:
    mark = node.get(OVERRIDE_KEY, mark)
    below = _rows_below(node)
    is_list = node.get("type") == "array"
    section = "list of sections" if is_list else "section"
    what = section if below else expected({**node, "nullable": False})
    if schema.nullable(node):
        what += ", or null"
    if optional:
        what += "; optional"
    yield [f"`{name}`", what, node.get(UNIT_KEY, ""), node.get("description", ""), _OVERRIDES.get(mark or "", "no")]
    if below:
        yield from _children(f"{name}[]." if is_list else f"{name}.", node, mark)


def _rows_below(node: schema.Schema) -> dict[str, Any]:
    """The keys of a section, or of each item of a list of sections; none for a scalar or a list of scalars."""
    if node.get("type") == "array":
        return _rows_below(schema.resolved(node["items"]))
    found: dict[str, Any] = node.get("properties", {})
    return found
