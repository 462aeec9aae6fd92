"""The charter's JSON Schema: what editors check, and where error messages take their words from."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from lockgate.charter.model import Charter
from lockgate.charter.section import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:lockgate:schema:charter:1"

Schema = dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Without a title for each key, which would only repeat it."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class passes it
        return False


def schema() -> Schema:
    """The published schema (JSON Schema 2020-12).

    A charter with ``extends`` may leave out every key that it inherits; which keys it may change is in
    ``x-lockgate-override``, and only the loader, which knows the other charter, can check it.
    """
    generated = Charter.model_json_schema(schema_generator=_Untitled)
    needed = _lift_required(generated, generated["$defs"], {})
    for section in generated["$defs"].values():
        _close_mappings(section)
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": "Lockgate charter",
        **{key: value for key, value in generated.items() if key not in ("title", "$defs")},
        "required": ["format"],
        "if": {"required": ["extends"], "properties": {"extends": {"type": "string"}}},
        "then": {
            "required": ["use_case"],
            "properties": {
                "use_case": {
                    "required": ["environment"],
                    "properties": {"environment": {"enum": ["development", "pilot"]}},
                }
            },
        },
        "else": needed,
        "$defs": generated["$defs"],
    }


def render_schema() -> str:
    """The text of ``docs/charter.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _lift_required(node: Schema, definitions: Schema, seen: dict[str, Schema]) -> Schema:
    """Take ``required`` out of each section that charters merge; give the same demands as one schema.

    Items of lists keep theirs, because a list is replaced as a whole.
    """
    needed: Schema = {}
    if "required" in node:
        needed["required"] = node.pop("required")
    for group in ("properties", "patternProperties"):
        for key, value in node.get(group, {}).items():
            name = _section_name(value)
            if name is not None:
                below = _lifted(name, definitions, seen)
            elif "patternProperties" in value:
                below = _lift_required(value, definitions, seen)
            else:
                continue
            if below:
                needed.setdefault(group, {})[key] = below
    return needed


def _lifted(name: str, definitions: Schema, seen: dict[str, Schema]) -> Schema:
    if name not in seen:
        seen[name] = {}  # what holds itself, as a condition does, is asked for once
        seen[name] = _lift_required(definitions[name], definitions, seen)
    return seen[name]


def _close_mappings(section: Schema) -> None:
    """Refuse, as the models do, a free key that does not have its form; pydantic leaves that out."""
    for value in section.get("properties", {}).values():
        if "patternProperties" in value:
            value["additionalProperties"] = False


def _section_name(node: Schema) -> str | None:
    """The definition that a key's schema names directly, or beside null."""
    for form in (node, *node.get("anyOf", ())):
        if "$ref" in form:
            return str(form["$ref"]).removeprefix("#/$defs/")
    return None


@cache
def _published() -> Schema:
    return schema()


def at(path: Path) -> Schema | None:
    """The schema of the value at ``path``, without references and null; None when no such key is declared."""
    node = resolved(_published())
    for step in path:
        child = node.get("items") if isinstance(step, int) else _child(node, step)
        if child is None:
            return None
        node = resolved(child)
    return node


def nullable(node: Schema) -> bool:
    """Whether null is accepted in place of the value that ``node``, a result of ``at``, describes."""
    return bool(node.get("nullable"))


def _child(node: Schema, key: str) -> Schema | None:
    known: Schema = node.get("properties", {})
    if key in known:
        return dict(known[key])
    patterns: Schema = node.get("patternProperties", {})
    return next((dict(value) for value in patterns.values()), None)


def resolved(node: Schema) -> Schema:
    """A node with its reference followed and null taken out of its union; its own words win."""
    if "anyOf" in node:
        forms = [form for form in node["anyOf"] if form.get("type") != "null"]
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        return resolved({**forms[0], **rest, "nullable": len(forms) < len(node["anyOf"])})
    if "$ref" in node:
        target = _published()["$defs"][node["$ref"].removeprefix("#/$defs/")]
        return {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node
