"""List filters and orders, the common part of https://google.aip.dev/160: comparisons joined by AND, OR, NOT and
brackets.

`:` is "has" (substring, key or element), strings compare without case only for `:`. A filter that cannot be read is
400.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.wire.check import camel
from emulator.wire.errors import invalid

JSON = dict[str, Any]
Test = Callable[[JSON], bool]

_TOKEN = re.compile(
    r"""\s*(?:(\()|(\))|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(<=|>=|!=|!:|=~|!~|[=<>:])|([^\s()=<>!:"']+))"""
)


def compile_filter(text: str) -> Test:
    """The test that a filter stands for; an empty one takes everything."""
    if not text.strip():
        return lambda _: True
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found:
            raise _bad(text)
        tokens.append(found[0].strip())
        at = found.end()
    if len(tokens) > 500:
        raise _bad(text)
    test, rest = _any(tokens, text)
    if rest:
        raise _bad(text)
    return test


def _bad(text: str) -> Exception:
    return invalid(f"Invalid filter: {text[:200]}", field_path="filter")


def _any(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    tests, rest = [], tokens
    while True:
        test, rest = _all(rest, text)
        tests.append(test)
        if not rest or rest[0] != "OR":
            break
        rest = rest[1:]
    return (lambda item: any(t(item) for t in tests)), rest


def _all(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    tests, rest = [], tokens
    while rest and rest[0] not in (")", "OR"):
        if rest[0] == "AND":
            rest = rest[1:]
            continue
        test, rest = _one(rest, text)
        tests.append(test)
    if not tests:
        raise _bad(text)
    return (lambda item: all(t(item) for t in tests)), rest


def _one(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    head = tokens[0]
    if head in {"NOT", "-"}:
        if len(tokens) < 2:
            raise _bad(text)
        inner, rest = _one(tokens[1:], text)
        return (lambda item: not inner(item)), rest
    if head == "(":
        inner, rest = _any(tokens[1:], text)
        if not rest or rest[0] != ")":
            raise _bad(text)
        return inner, rest[1:]
    if len(tokens) >= 3 and re.fullmatch(r"<=|>=|!=|!:|=~|!~|[=<>:]", tokens[1]):
        if tokens[2] == "(" and ")" in tokens[2:]:
            end = tokens.index(")", 2)
            words = [_plain(t) for t in tokens[3:end] if t not in ("OR", "AND", ",")]
            tests = [_compare(_plain(head), tokens[1], w) for w in words]
            return (lambda item: any(t(item) for t in tests)), tokens[end + 1 :]
        return _compare(_plain(head), tokens[1], _plain(tokens[2])), tokens[3:]
    word = _plain(head).casefold()
    return (lambda item: word in str(list(_texts(item))).casefold()), tokens[1:]


def _plain(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[:1] in "\"'" else token


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [t for v in value.values() for t in _texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    return [str(value)]


def _values(item: Any, path: list[str]) -> list[Any]:
    """What a path leads to: through lists, and through map keys with dots in them."""
    if isinstance(item, list):
        return [v for i in item for v in _values(i, path)]
    if not path:
        return [item]
    if not isinstance(item, dict):
        return []
    for length in range(len(path), 0, -1):
        for key in (".".join(path[:length]), camel(".".join(path[:length]))):
            if key in item:
                return _values(item[key], path[length:])
    return []


def _compare(path: str, operator: str, wanted: str) -> Test:
    parts = [p.strip('`"') for p in path.split(".")]

    def test(item: JSON) -> bool:
        found = _values(item, parts)
        if operator in ("!=", "!:", "!~"):
            return not any(_holds(v, {"!=": "=", "!:": ":", "!~": "=~"}[operator], wanted) for v in found)
        return any(_holds(v, operator, wanted) for v in found)

    return test


def _holds(value: Any, operator: str, wanted: str) -> bool:
    if operator == ":":
        if wanted == "*":
            return True
        if isinstance(value, dict):
            return wanted in value
        return wanted.casefold() in _word(value).casefold()
    if operator == "=~":
        try:
            return re.search(wanted, _word(value)) is not None
        except re.error:
            raise _bad(wanted) from None
    have = _word(value)
    if operator == "=":
        if wanted.endswith("*"):
            return have.startswith(wanted[:-1])
        return have == wanted or have.rsplit("/", 1)[-1] == wanted
    try:
        left, right = float(have), float(wanted)
    except ValueError:
        return {"<": have < wanted, ">": have > wanted, "<=": have <= wanted, ">=": have >= wanted}[operator]
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def ordered(items: list[JSON], text: str) -> list[JSON]:
    """Items in the order that `orderBy=displayName desc,name` asks for."""
    out = list(items)
    for part in reversed(text.split(",")):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise invalid(f"Invalid order_by: {text[:200]}", field_path="order_by")
        path = words[0].split(".")
        out.sort(key=lambda i, p=path: [_word(v) for v in _values(i, p)], reverse=words[-1].lower() == "desc")  # type: ignore[misc]
    return out
