"""The reference page of the charter, made from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lockgate.charter import schema
from lockgate.charter.explain import expected
from lockgate.charter.meaning import OPERATORS_OF
from lockgate.charter.section import EXPECTED_KEY, OVERRIDE_KEY, UNIT_KEY

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
Each problem is told with its file, line and key. Below, `[]` stands for each item of a list, and `*` for a name that
the charter gives.

## Extending another charter

With `extends: <stack>` a charter inherits everything from the charter of that stack, which must be in production and
must not extend another. Sections are merged key by key; a list or a value replaces the inherited one. The charter that
extends is in development or a pilot, and repeats `format`. Beside that it may change only keys marked below:

- *its own*: the environment's own place, people and stage;
- *weaker outside production*: what may be smaller, shorter or laxer where nothing is decided about real cases.

Any other key may be repeated with the inherited value, but not changed.

## Top level

"""

_CONDITIONS = """\
## Conditions

What `segments`, `risk.<tier>.rules` and `business_rules[].require` say of a case, so that the router reads what people
read. {meaning}

```yaml
{{field: amount, above: 20000}}
{{measure: confidence, below: 0.8}}
{{output: amount, at_most: {{field: amount}}}}
{{any: [{{field: injury, is: true}}, {{measure: text, mentions: [lawyer, court]}}]}}
```

What is not known (a field that is absent, a confidence that no model has given) makes a condition neither true nor
false, and the case then goes the stricter way. Numbers compare with numbers and days with days, in the same unit.

| Type of the field | What may be asked |
| --- | --- |
{fits}
"""


def render_reference() -> str:
    """The text of ``docs/charter.md``."""
    root = schema.at(()) or {}
    sections = {key: schema.at((key,)) or {} for key in root["properties"]}
    plain = {key: node for key, node in sections.items() if not _rows_below(node)}
    parts = [_HEAD + _table(row for key, node in plain.items() for row in _rows(key, node, None))]
    for key, node in sections.items():
        if key in plain:
            continue
        kind = _KINDS.get(_kind(node), "")
        parts.append(f"## {key}\n\n{node['description']}\n\n{kind}{_table(_children('', node, None))}")
    parts.append(_conditions())
    return "\n".join(parts)


_KINDS = {"list": "A list; each item has:\n\n", "mapping": "Under each name:\n\n"}


def _conditions() -> str:
    node = schema.at(("segments", "any-name")) or {}
    fits = "".join(f"| {kind} | {', '.join(f'`{key}`' for key in keys)} |\n" for kind, keys in OPERATORS_OF.items())
    text = _CONDITIONS.format(meaning=node["description"], fits=fits.rstrip("\n"))
    return text + "\n" + _table(_rows_of(node["properties"], None))


def _table(rows: Iterator[list[str]]) -> str:
    head = ["Key", "Expected", "Unit", "Meaning", "May be overridden"]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _children(prefix: str, node: schema.Schema, mark: str | None) -> Iterator[list[str]]:
    """The rows of every key below a section or a list of sections."""
    yield from _rows_of(_rows_below(node), mark, prefix)


def _rows_of(keys: dict[str, Any], mark: str | None, prefix: str = "") -> Iterator[list[str]]:
    for key, child in keys.items():
        yield from _rows(f"{prefix}{key}", schema.resolved(child), mark)


def _rows(name: str, node: schema.Schema, mark: str | None) -> Iterator[list[str]]:
    mark = node.get(OVERRIDE_KEY, mark)
    below = _rows_below(node)
    kind = _kind(node)
    what = _SECTIONS[kind] if below else expected({**node, "nullable": False})
    if schema.nullable(node):
        what += ", or null"
    if "default" in node:
        what += _left_out(node["default"])
    yield [f"`{name}`", what, node.get(UNIT_KEY, ""), node.get("description", ""), _OVERRIDES.get(mark or "", "no")]
    if below:
        yield from _children(name + _BELOW[kind], node, mark)


def _left_out(default: Any) -> str:
    """That a key may be left out, and what it then is where that can be said in a word."""
    match default:
        case bool():
            return f"; {str(default).lower()} where left out"
        case str() | int() | float():
            return f"; {default} where left out"
        case [*items] if items:
            return f"; [{', '.join(map(str, items))}] where left out"
        case _:
            return "; optional"


_SECTIONS = {"section": "section", "list": "list of sections", "mapping": "sections by name"}
_BELOW = {"section": ".", "list": "[].", "mapping": ".*."}


def _kind(node: schema.Schema) -> str:
    if node.get("type") == "array":
        return "list"
    return "mapping" if "patternProperties" in node else "section"


def _rows_below(node: schema.Schema) -> dict[str, Any]:
    """The keys of a section, or of each one in a list or mapping; none for scalars, and for conditions, which nest."""
    if EXPECTED_KEY in node:
        return {}
    if node.get("type") == "array":
        return _rows_below(schema.resolved(node["items"]))
    for form in node.get("patternProperties", {}).values():
        return _rows_below(schema.resolved(form))
    found: dict[str, Any] = node.get("properties", {})
    return found
