"""A charter that extends another: what it may override, and the two as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lockgate.charter import schema
from lockgate.charter.problem import Problem, shown
from lockgate.charter.section import OVERRIDE_KEY, Path
from lockgate.charter.source import Document


def merge(base: Document, own: Document) -> Document:
    """``base`` overridden by ``own``: mappings key by key, everything else as a whole.

    The place of an inherited key is the one in the base's file.
    """
    replaced: set[Path] = set()
    data = _merged(base.data, own.data, (), replaced)
    inherited = {
        path: place
        for path, place in base.places.items()
        if not any(path[:length] in replaced for length in range(1, len(path) + 1))
    }
    return Document(data, inherited | own.places)


def _merged(base: dict[str, Any], own: dict[str, Any], path: Path, replaced: set[Path]) -> dict[str, Any]:
    result = dict(base)
    for key, value in own.items():
        before = base.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            result[key] = _merged(before, value, (*path, key), replaced)
        else:
            result[key] = value
            replaced.add((*path, key))
    return result


def overreach(base: Document, own: Document) -> list[Problem]:
    """The keys of ``own`` that say something else than ``base`` where only production decides.

    A key that the schema does not know, or whose value has the wrong type, is left to validation.
    """
    return list(_overreach(base, own, base.data, own.data, ()))


def _overreach(
    base: Document, own: Document, before: dict[str, Any], after: dict[str, Any], path: Path
) -> Iterator[Problem]:
    for key, value in after.items():
        where = (*path, key)
        node = schema.at(where)
        if node is None or OVERRIDE_KEY in node or value == before.get(key):
            continue
        if node.keys() & {"properties", "patternProperties"}:
            if isinstance(value, dict) and isinstance(before.get(key), dict):
                yield from _overreach(base, own, before[key], value, where)
                continue
            if not isinstance(value, dict) and not (value is None and schema.nullable(node)):
                continue
        yield _forbidden(base, own, where, before.get(key), value)


def _forbidden(base: Document, own: Document, path: Path, before: Any, after: Any) -> Problem:
    place = base.place(path)
    if path in base.places and not isinstance(before, dict | list):
        said = f"expected {shown(before)}, as in {place.file}:{place.line}, got {shown(after)}"
    elif path in base.places:
        said = f"differs from {place.file}:{place.line}"
    else:
        said = f"is not in the charter that this one extends ({place.file})"
    return Problem(
        own.place(path),
        path,
        f"{said}; a charter that extends another may not change this key",
        f"Remove it, or change {place.file}.",
    )
