"""From the inputs of a resource to the body of its request."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lockgate.rehearsal.mapping import template
from lockgate.rehearsal.mapping.model import Call, Entry, Placed, call


class Unplaced(Exception):
    """An input has no place in the request; the argument says which and why."""


@dataclass(frozen=True)
class Setting:
    """What a body is made with beside the inputs."""

    now: datetime
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Project numbers by project id."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The provider's default labels."""


def unplaced(entry: Entry, inputs: Mapping[str, Any]) -> list[str]:
    """The inputs that the mapping neither sends, nor needs for a path, nor leaves to the engine."""
    return sorted(set(inputs) - _known(entry))


def _known(entry: Entry) -> set[str]:
    texts = [entry.name, entry.create or "", entry.read or "", entry.delete, *entry.beside.values()]
    if entry.policy is not None:
        texts += [entry.policy.get, entry.policy.set]
    in_paths = set().union(*(template.names(text) for text in texts))
    moved = {key.partition(".")[0].removesuffix("[]") for key in entry.body}
    of_kind = {"member": {"member", "role", "condition"}, "binding": {"members", "role", "condition"}}
    of_kind["audit"] = {"service", "auditLogConfigs"}
    later = {"labels"} if entry.labels == "later" else set()
    return {*entry.same, *moved, *entry.engine, *in_paths, *of_kind.get(entry.kind, ()), *later}


def build(entry: Entry, inputs: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
    """The resource as the API takes it, without what wraps it. Raises Unplaced for an input that has no place."""
    strays = unplaced(entry, inputs)
    if strays:
        raise Unplaced(f"the mapping places no input {strays[0]!r}")
    sent = {key: value for key, value in inputs.items() if key in entry.same or _moved(entry, key)}
    body: dict[str, Any] = place({k: v for k, v in sent.items() if v is not None and v != ""}, "", entry, setting)
    for path, added in entry.add.items():
        if isinstance(body.get(path), dict):
            body[path] = {**added, **body[path]}
    for path, value in entry.set.items():
        filled = template.expand(value, inputs, encode=False) if isinstance(value, str) and "{" in value else value
        if get(body, path) is None:
            put(body, path, copy.deepcopy(filled))
    for path, distance in entry.now.items():
        seconds = inputs.get(distance)
        if isinstance(seconds, str) and get(body, path) is None:
            when = setting.now + timedelta(seconds=_seconds(seconds))
            put(body, path, when.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if entry.labels not in {None, "later"} and setting.labels:
        assert entry.labels is not None  # noqa: S101 - said just above
        put(body, entry.labels, {**setting.labels, **(get(body, entry.labels) or {})})
    return body


def wrapped(entry: Entry, body: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The request's body: the resource, or what wraps it."""
    if entry.wrap is None:
        return body
    beside = {key: template.expand(text, inputs, encode=False) for key, text in entry.beside.items()}
    return {**{key: value for key, value in beside.items() if value is not None}, entry.wrap: body}


def parsed(text: str, values: Mapping[str, Any]) -> Call:
    """A call with its slots filled. Raises template.Missing when a value is not there."""
    form = call(text)
    query = {key: template.expand(value, values, encode=False) for key, value in form.query.items()}
    path = template.expand(form.path, values)
    if path is None:
        raise template.Missing(form.path)
    return Call(form.method, path, {key: value for key, value in query.items() if value is not None})


def _moved(entry: Entry, key: str) -> bool:
    return any(path.partition(".")[0].removesuffix("[]") == key for path in entry.body)


def place(value: Any, path: str, entry: Entry, setting: Setting) -> Any:
    """The value of the input at ``path``, as the API takes it."""
    if isinstance(value, list):
        return [place(item, f"{path}[]", entry, setting) for item in value]
    if not isinstance(value, Mapping):
        return value
    placed: dict[str, Any] = {}
    for key, item in value.items():
        here = f"{path}.{key}" if path else key
        rule = entry.body.get(here)
        spot = Placed(rule) if isinstance(rule, str) else rule or Placed(key)
        inner = place(item, here, entry, setting)
        turned = TURNS[spot.how](inner, setting) if spot.how else inner
        if turned is None:
            continue
        if spot.to == ".":
            placed.update(turned)
        else:
            put(placed, spot.to, turned)
    return placed


def get(document: Any, path: str) -> Any:
    """The value at a dotted path, or None."""
    for part in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path; objects on the way are made, or merged with one that is put."""
    *way, last = path.split(".")
    for part in way:
        document = document.setdefault(part, {})
    before = document.get(last)
    document[last] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value


def leaves(document: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    """The dotted paths of what a document sets, down to the first list or scalar."""
    for key, value in document.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def _seconds(duration: str) -> float:
    try:
        return float(duration.removesuffix("s"))
    except ValueError:
        return 0.0  # not a duration: the API says so


def _json(value: Any, _: Setting) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError) as error:
        raise Unplaced(f"an input that holds JSON in text does not: {error}") from None


def _numbered(value: Any, setting: Setting) -> Any:
    parts = str(value).split("/")
    if len(parts) > 1 and parts[0] == "projects":
        parts[1] = setting.numbers.get(parts[1], parts[1])
    return "/".join(parts)


COMPUTE = "https://www.googleapis.com/compute/v1/"

TURNS: dict[str, Callable[[Any, Setting], Any]] = {
    "days": lambda value, _: f"{int(value) * 86400}s",
    "flag": lambda value, _: {} if value else None,
    "json": _json,
    "list": lambda value, _: value if isinstance(value, list) else [value],
    "one": lambda value, _: value[0] if isinstance(value, list) and value else value,
    "compute_link": lambda value, _: value if str(value).startswith("https://") else f"{COMPUTE}{value}",
    "numbered": _numbered,
}
"""How a value is turned, by the word after ``as``."""
