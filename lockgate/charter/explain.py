"""What pydantic found wrong, in the words of the charter: place, key, what was expected, remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from lockgate.charter import schema
from lockgate.charter.problem import MOST_PROBLEMS, CharterError, Problem, dotted, shown
from lockgate.charter.section import EXPECTED_KEY, PROBLEMS, UNIT_KEY, Path
from lockgate.charter.source import Document

_TRUTH = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_NUMBERS = ("integer", "number")


def refusal(errors: Sequence[Mapping[str, Any]], document: Document, others: Sequence[Problem] = ()) -> CharterError:
    """The error that tells of ``errors`` (pydantic's) in ``document``, and of ``others`` found before."""
    # A key that may not be overridden contradicts what it was inherited with: saying so twice would mislead.
    told = [error for error in errors if not others or error["type"] != PROBLEMS]
    inorder = sorted(told, key=lambda error: document.place(_path(error, document)))
    problems = [problem for error in inorder[:MOST_PROBLEMS] for problem in _problems(error, document)]
    return CharterError([*others, *problems], unexplained=len(inorder[MOST_PROBLEMS:]))


def wrong_value(document: Document, path: Path, value: Any) -> Problem:
    """The problem that ``value`` at ``path`` is not what the schema says."""
    node = schema.at(path) or {}
    # An item of a list, or below a free key, has no description of its own; what holds it says what it is for.
    whole = node if "description" in node else schema.at(path[:-1]) or {}
    hint = _hint(value, node) or whole.get("description", "")
    return Problem(document.place(path), path, f"expected {expected(node)}, got {_got(value)}", hint)


def expected(node: schema.Schema) -> str:
    """What the schema expects, for a sentence that starts with 'expected'."""
    text = node.get(EXPECTED_KEY) or _by_shape(node)
    return f"{text}, or null" if schema.nullable(node) else text


def closest(word: str, known: Sequence[str], likeness: float = 0.6) -> str | None:
    """The one of ``known`` that was probably meant by ``word``; ``likeness`` is difflib's, 1 for the same word."""
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold()[:60], list(folded), n=1, cutoff=likeness)
    return folded[near[0]] if near else None


def _problems(error: Mapping[str, Any], document: Document) -> Iterator[Problem]:
    path = _path(error, document)
    match error["type"]:
        case "missing":
            yield _missing(document, path)
        case "extra_forbidden":
            yield _unknown(document, path)
        case kind if kind == PROBLEMS:
            for found in error["ctx"]["problems"]:
                where = (*path, *found.path)
                yield Problem(document.place(where), where, found.message, found.remedy)
        case _ if error["loc"][-1:] == ("[key]",) and path == tuple(error["loc"][:-1]):
            yield _wrong_key(document, path)
        case _:
            yield wrong_value(document, path, error["input"])


def _path(error: Mapping[str, Any], document: Document) -> Path:
    """The path that pydantic's ``loc`` means: it ends in ``[key]`` when a key of a mapping is wrong."""
    loc: Path = tuple(error["loc"])
    return loc[:-1] if loc[-1:] == ("[key]",) and loc not in document.places else loc


def _missing(document: Document, path: Path) -> Problem:
    node = schema.at(path) or {}
    remedy = f"Add it. {node.get('description', '')}".rstrip()
    return Problem(document.place(path), path, f"missing, expected {expected(node)}", remedy)


def _unknown(document: Document, path: Path) -> Problem:
    *parents, key = path
    known = list((schema.at(tuple(parents)) or {}).get("properties", {}))
    near = closest(str(key), known)
    if near:
        remedy = f"Did you mean {near}?"
    elif elsewhere := _elsewhere(str(key)):
        remedy = f"It belongs to {' or '.join(elsewhere)}."
    else:
        remedy = f"Known here: {', '.join(known)}."
    return Problem(document.place(path), path, "unknown key", remedy)


def _wrong_key(document: Document, path: Path) -> Problem:
    names = (schema.at(path[:-1]) or {}).get("propertyNames", {})
    return Problem(document.place(path), path, f"expected as key {expected(names)}", "Rename the key.")


def _elsewhere(key: str) -> list[str]:
    """The sections, two levels down, that have ``key``."""
    root = schema.at(()) or {}
    return [
        dotted((section, key))
        for section in root["properties"]
        if key in (schema.at((section,)) or {}).get("properties", {})
    ]


def _by_shape(node: schema.Schema) -> str:
    match node:
        case {"const": value}:
            text = str(value)
        case {"enum": values}:
            text = f"one of {', '.join(map(str, values))}"
        case {"type": "boolean"}:
            text = "true or false"
        case {"type": "array"}:
            text = f"a list{_bounds(node)}, each {expected(schema.resolved(node.get('items', {})))}"
        case {"properties": keys}:
            text = f"a section with {', '.join(keys)}"
        case {"patternProperties": values}:
            some = "at least one key" if node.get("minProperties") else "keys"
            text = f"{some}, each with {', '.join(expected(schema.resolved(value)) for value in values.values())}"
        case _:
            text = str(node.get("type", "another value"))
    return text


def _bounds(node: schema.Schema) -> str:
    least, most = node.get("minItems", 0), node.get("maxItems")
    different = " different" if node.get("uniqueItems") else ""
    return f" of {least} to {most}{different} items" if most else f" of at least {least}{different} items"


def _got(value: Any) -> str:
    if isinstance(value, str) and len(value) > 200:
        return f"{len(value)} characters"
    return shown(value)


def _hint(value: Any, node: schema.Schema) -> str | None:
    """How to write what was probably meant, if that can be told."""
    match value:
        case None if "properties" in node:
            return "Write its keys, indented, below it; a charter that extends another may leave it out."
        case None:
            return f"Give a value. {node.get('description', '')}".rstrip()
        case str():
            return _hint_for_text(value, node)
        case int() | float() if not isinstance(value, bool):
            return _hint_for_number(value, node)
        case _:
            return None


def _hint_for_text(value: str, node: schema.Schema) -> str | None:
    if node.get("type") == "boolean" and value.casefold() in _TRUTH:
        return f"Write {_TRUTH[value.casefold()]}."
    if node.get("type") in _NUMBERS:
        what = f"The unit is {node[UNIT_KEY]}; write" if UNIT_KEY in node else "Write"
        return f"{what} the number alone, without quotes, separators or unit."
    # Two currencies differ in one letter of three, which is no slip of the pen.
    if near := closest(value, node.get("enum", []), likeness=0.75):
        return f"Did you mean {near}?"
    return None


def _hint_for_number(value: float, node: schema.Schema) -> str | None:
    unit, kind = node.get(UNIT_KEY), node.get("type")
    if (
        kind == "string"
        and not {"enum", "format", "const"} & node.keys()
        and re.search(node.get("pattern", ""), str(value))
    ):
        return f'Put it in quotes: "{value}".'
    if kind == "number" and node.get("maximum") == 1 and 1 < value <= 100:
        return f"Write {value / 100:g} for {value:g} %."
    if unit == "%" and isinstance(value, float) and 0 < value <= 1:
        return f"Write {value * 100:g} for {value * 100:g} %."
    if kind == "integer" and isinstance(value, float):
        return "Round it to a whole number" + (f" of {unit}." if unit else ".")
    return None
