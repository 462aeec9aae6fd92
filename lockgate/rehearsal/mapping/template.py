"""Templates of paths: ``v1/projects/{project}/topics/{name}`` and the values that fill them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_SLOT = re.compile(r"\{(\+?)([A-Za-z_][\w.]*)([?%]?)\}")


class Missing(Exception):
    """A template names a value that is not there; the argument is its name."""


def names(template: str) -> set[str]:
    """The inputs that a template names."""
    return {slot[2].partition(".")[0] for slot in _SLOT.finditer(template)}


def expand(template: str, values: Mapping[str, Any], *, encode: bool = True) -> str | None:
    """The template with its slots filled; None when an optional value is absent. Raises Missing for another one.

    With ``encode`` values are percent-encoded, as a URL wants them.
    """
    absent = False

    def fill(slot: re.Match[str]) -> str:
        nonlocal absent
        path, name, mark = slot[1], slot[2], slot[3]
        value = _value(name, values)
        if value is None or value == "":
            if mark != "?":
                raise Missing(name)
            absent = True
            return ""
        text = _text(value)
        if mark == "%" or not encode:
            return text
        return quote(text, safe="/:@" if path else ":@")

    filled = _SLOT.sub(fill, template)
    return None if absent else filled


def _value(name: str, values: Mapping[str, Any]) -> Any:
    if name in values:
        return values[name]
    head, *rest = name.split(".")
    value: Any = values.get(head)
    for part in rest:
        if part == "last" and isinstance(value, str):
            value = value.rstrip("/").rpartition("/")[2]
        elif isinstance(value, Mapping):
            value = value.get(part)
        else:
            return None
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return str(value)
