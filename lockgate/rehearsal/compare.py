"""What was sent against what came back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping.model import Entry

_HOST = re.compile(r"^https?://[^/]+/(?:compute/)?(?:v\d\w*/|beta/)?(?=projects/)")
_PROJECT = re.compile(r"^(//[^/]+/)?projects/([^/]+)(?=/|$)")
_DURATION = re.compile(r"^(\d+)(\.\d+)?s$")


def differences(
    entry: Entry, sent: Mapping[str, Any], answer: Mapping[str, Any], numbers: Mapping[str, str]
) -> list[str]:
    """Each field that was sent and did not come back as it was, in words.

    ``numbers`` are project numbers by id: some services answer with the number. A field that says nothing (false, zero,
    empty) may be left out of an answer, as Google does.
    """
    found: list[str] = []
    for key, value in _rearranged(entry, sent):
        if key in entry.unread_fields:
            continue
        loose = key.partition(".")[0] in entry.loosely
        found += _compare(key, value, bodies.get(answer, entry.reads_as.get(key, key)), numbers, loose=loose)
    return found


def _rearranged(entry: Entry, sent: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The fields of the first level; those that come back elsewhere one level deeper."""
    deeper = {path.partition(".")[0] for path in entry.reads_as}
    fields: list[tuple[str, Any]] = []
    for key, value in sent.items():
        if key in deeper and isinstance(value, Mapping):
            fields += [(f"{key}.{inner}", item) for inner, item in value.items()]
        else:
            fields.append((key, value))
    return fields


def _compare(path: str, sent: Any, got: Any, numbers: Mapping[str, str], *, loose: bool) -> list[str]:
    if isinstance(sent, Mapping):
        if not isinstance(got, Mapping):
            return [] if says_nothing(sent) else [_words(path, sent, got)]
        return [
            line
            for key, value in sent.items()
            for line in _compare(f"{path}.{key}", value, got.get(key), numbers, loose=loose)
        ]
    if isinstance(sent, list):
        return _lists(path, sent, got, numbers, loose=loose)
    if got is None:
        return [] if says_nothing(sent) else [_words(path, sent, got)]
    same = scalar(sent, numbers, loose=loose) == scalar(got, numbers, loose=loose)
    return [] if same else [_words(path, sent, got)]


def _lists(path: str, sent: list[Any], got: Any, numbers: Mapping[str, str], *, loose: bool) -> list[str]:
    if not isinstance(got, list) or len(got) != len(sent):
        return [] if not sent and not got else [_words(path, sent, got)]
    left = list(got)
    for index, item in enumerate(sent):
        # Some services keep a list as a set: any element that agrees will do.
        match = next((one for one in left if not _compare(path, item, one, numbers, loose=loose)), None)
        if match is None:
            return _compare(f"{path}[{index}]", item, got[index], numbers, loose=loose) or [_words(path, sent, got)]
        left.remove(match)
    return []


def scalar(value: Any, numbers: Mapping[str, str], *, loose: bool) -> Any:
    """The value as it is compared: numbers and durations by amount, projects by number, links without host."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    text = str(value)
    try:
        return float(text)
    except ValueError:
        pass
    if match := _DURATION.match(text):
        return (float(match[0][:-1]), "seconds")
    text = _HOST.sub("", text)
    text = _PROJECT.sub(lambda match: f"{match[1] or ''}projects/{numbers.get(match[2], match[2])}", text)
    return text.rpartition("/")[2].casefold() if loose else text


def says_nothing(value: Any) -> bool:
    """Whether Google may leave the value out of an answer."""
    if isinstance(value, Mapping):
        return all(says_nothing(item) for item in value.values())
    return value is None or value is False or value == 0 or value in ("", "0", [])


def matches(answer: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """Whether an answer has each of these values."""
    return all(bodies.get(answer, path) == value for path, value in state.items())


def _words(path: str, sent: Any, got: Any) -> str:
    return f"{path}: sent {_short(sent)}, got {'nothing' if got is None else _short(got)}"


def _short(value: Any, most: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}…"


def without(document: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The document without some fields of its first level."""
    return {key: value for key, value in document.items() if key not in keys}
