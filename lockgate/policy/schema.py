"""The JSON Schema of the document that rules read as ``input``, for OPA's type checker.

OPA checks each ``input.…`` of a rule against it when the policies are compiled, so that a misspelt key
of the charter is an error of the policy and not a rule that silently says nothing.
"""

from __future__ import annotations

import json
from typing import Any

from lockgate.charter.model import Charter

# What OPA's type checker reads; the rest (patterns, bounds, prose) belongs to the charter's own schema.
_STRUCTURAL = ("type", "items", "properties", "additionalProperties")


def input_schema() -> dict[str, Any]:
    """The schema of ``input``: the charter typed to the last key, resources typed loosely.

    A section that may be null (the charter as a whole, a tier) has the type that it has when it is there:
    OPA 1.22 checks no key below a union. A rule asks ``is_null(input.charter)``; a comparison with null
    would be an error of types. A scalar that may be null is of any type, and may be compared.
    """
    published = Charter.model_json_schema(mode="serialization")
    text = {"type": "string"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "stack": text,
            "project": text,
            "now": text,
            "charter": _checked(published, published.get("$defs", {})),
            "by_type": {"type": "object"},
            "by_urn": {"type": "object"},
            "groups": {"type": "array", "items": text},
        },
    }


def render() -> str:
    """The text of ``policies/schemas/input.json``, which is generated and never edited."""
    return json.dumps(input_schema(), indent=1, sort_keys=True) + "\n"


def _checked(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A part of the charter's schema as OPA's type checker wants it: no $ref, no null, one type a value."""
    if "$ref" in schema:
        return _checked(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in schema:
        members = [_checked(member, definitions) for member in schema["anyOf"] if member.get("type") != "null"]
        if {member.get("type") for member in members} == {"integer", "number"} and len(members) == len(schema["anyOf"]):
            return {"type": "number"}
        return members[0] if [member.get("type") for member in members] == ["object"] else {}
    kept = {key: schema[key] for key in _STRUCTURAL if key in schema}
    if "properties" in kept:
        kept["properties"] = {key: _checked(value, definitions) for key, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _checked(kept[key], definitions)
    return kept
