"""The last touches to an answer: partial responses (`fields=items(id,name)`) and JSON bytes."""

from __future__ import annotations

import json
from typing import Any

from emulator.wire.errors import invalid

JSON = dict[str, Any]


def pruned(value: Any) -> Any:
    """Without `None` members: a handler may say "absent" so."""
    if isinstance(value, dict):
        return {k: pruned(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [pruned(v) for v in value]
    return value


def without_defaults(body: JSON) -> JSON:
    """Without top-level members that a proto3 message would not send: false, zero, the empty string, list and map."""
    return {k: v for k, v in body.items() if v not in (None, False, 0, "", []) and v != {}}


Selection = dict[str, Any]


def parse_fields(text: str) -> Selection:
    """`a,b/c,d(e,f)` as a tree; `*` takes everything at its level."""
    tree, rest = _parse(text, 0, 0)
    if rest != len(text):
        raise invalid(f"Invalid field selection {text[:80]}", field_path="fields", reason="invalidParameter")
    return tree


def _parse(text: str, at: int, depth: int) -> tuple[Selection, int]:
    if depth > 50:
        raise invalid("Invalid field selection: too deep", field_path="fields", reason="invalidParameter")
    tree: Selection = {}
    while at < len(text) and text[at] != ")":
        node, end = tree, at
        while True:
            while end < len(text) and text[end] not in ",()/":
                end += 1
            name = text[at:end].strip()
            node = node.setdefault(name, {})
            if end < len(text) and text[end] == "/":
                at = end = end + 1
                continue
            break
        if end < len(text) and text[end] == "(":
            inner, end = _parse(text, end + 1, depth + 1)
            node.update(inner)
            if end >= len(text) or text[end] != ")":
                raise invalid(f"Invalid field selection {text[:80]}", field_path="fields", reason="invalidParameter")
            end += 1
        if end < len(text) and text[end] == ",":
            end += 1
        elif end < len(text) and text[end] != ")":
            raise invalid(f"Invalid field selection {text[:80]}", field_path="fields", reason="invalidParameter")
        at = end
    return tree, at


def select(value: Any, tree: Selection) -> Any:
    """The part of an answer that a selection names."""
    if not tree or ("*" in tree and not tree["*"]):
        return value
    if isinstance(value, list):
        return [select(v, tree) for v in value]
    if not isinstance(value, dict):
        return value
    if "*" in tree:
        return {k: select(v, tree["*"]) for k, v in value.items()}
    return {k: select(v, tree[k]) for k, v in value.items() if k in tree}


def encode(body: Any, *, pretty: bool = False) -> bytes:
    """JSON bytes. ASCII only, so that a lone surrogate in a client's string goes back as it came and breaks nothing."""
    if pretty:
        return (json.dumps(body, indent=2) + "\n").encode("ascii")
    return json.dumps(body, separators=(",", ":")).encode("ascii")
