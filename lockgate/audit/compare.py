"""A planned resource against the live one, field by field: pure, and in the plan's own terms.

Only what the plan says is compared, and what ``kinds.yaml`` says the API's default to be where the plan is silent. What
else the server fills in is nobody's drift. Every difference says how the planned inputs have to be edited so that they
describe what is live: that is how the live plan is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lockgate.audit.kinds import Kind
from lockgate.plan.model import SECRET, UNKNOWN
from lockgate.rehearsal.compare import says_nothing, scalar
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping.model import Entry, Placed
from lockgate.rehearsal.references import Path, dotted

AGENT = "$agent"
"""``{"$agent": number}`` stands for a service agent of the project with that number: Google chooses its address, and no
call that changes nothing says it."""


class _Removed:
    """The input has to go."""


REMOVED = _Removed()


@dataclass(frozen=True)
class Kept:
    """An element of a planned list that is live, by its position."""

    index: int


@dataclass(frozen=True)
class Difference:
    """One field that is not as planned."""

    field: str
    """As the API spells it."""
    planned: Any
    """None where the plan says nothing."""
    live: Any
    """None where it is not set."""
    at: Path
    """Which input."""
    becomes: Any
    """What the input has to be to describe what is live: REMOVED where it has to go, Kept for an element that stays."""
    lost: tuple[Path, ...] = ()
    """The inputs whose planned values are not live."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison needs to know beside the two resources."""

    entry: Entry
    setting: bodies.Setting
    live: Mapping[str, Any]

    def agrees(self, planned: Any, live: Any, *, loose: bool = False) -> bool:
        """Whether a live value, as the API has it, holds all that a planned one says."""
        if planned in (UNKNOWN, SECRET):
            return live is not None
        if isinstance(planned, Mapping):
            if AGENT in planned:
                return is_agent(live, str(planned[AGENT]))
            if not isinstance(live, Mapping):
                return _empty(planned) and (live is None or _empty(live))
            return all(self.agrees(value, live.get(key), loose=loose) for key, value in planned.items())
        if isinstance(planned, list):
            return isinstance(live, list | None) and not any(self.unmatched(planned, live or [], loose=loose))
        if live is None or _empty(live):
            return _empty(planned)
        return bool(
            scalar(planned, self.setting.numbers, loose=loose) == scalar(live, self.setting.numbers, loose=loose)
        )

    def unmatched(self, planned: list[Any], live: list[Any], *, loose: bool = False) -> tuple[list[int], list[int]]:
        """The positions on each side that have no partner on the other; the order of a list says nothing."""
        left = list(range(len(live)))
        alone = []
        # What is known is paired first: an unknown takes any partner.
        for index in sorted(range(len(planned)), key=lambda one: _is_open(planned[one])):
            match = next((one for one in left if self.agrees(planned[index], live[one], loose=loose)), None)
            if match is None:
                alone.append(index)
            else:
                left.remove(match)
        return sorted(alone), left

    def field(self, value: Any, at: Path, api: str, live: Any) -> Iterator[Difference]:
        """The differences of one input: ``value`` at ``at``, which the API calls ``api`` and has as ``live``."""
        loose = api.partition(".")[0] in self.entry.loosely
        if value in (UNKNOWN, SECRET) or AGENT in (value if isinstance(value, Mapping) else ()):
            if not self.agrees(value, live, loose=loose):
                yield Difference(api, value, live, at, REMOVED if live is None else live, (at,))
            return
        if isinstance(value, Mapping):
            yield from self._mapping(value, at, api, live)
            return
        if isinstance(value, list):
            yield from self._list(value, at, api, live, loose=loose)
            return
        if not self.agrees(value, live, loose=loose):
            yield Difference(api, value, live, at, REMOVED if live is None else _like(value, live), (at,))

    def _mapping(self, value: Mapping[str, Any], at: Path, api: str, live: Any) -> Iterator[Difference]:
        elsewhere = any(path.startswith(f"{api}.") for path in self.entry.reads_as)
        if not isinstance(live, Mapping) and not elsewhere:
            if not _empty(value):
                yield Difference(api, dict(value), live, at, REMOVED, (at,))
            return
        for key, item in value.items():
            yield from self.child(key, item, at, api, live if isinstance(live, Mapping) else {})

    def child(self, key: str, item: Any, at: Path, api: str, live: Mapping[str, Any]) -> Iterator[Difference]:
        """The differences of one key of an object that the API has as ``live``; ``at`` and ``api`` are the object's."""
        spot = self.spot((*at, key))
        below = live if spot.to == "." else bodies.get(live, spot.to)
        path = api if spot.to == "." else f"{api}.{spot.to}" if api else spot.to
        if path in self.entry.unread_fields or item is None or item == "":
            return
        if path in self.entry.reads_as:
            below = bodies.get(self.live, self.entry.reads_as[path])
        if spot.how is None or item in (UNKNOWN, SECRET):
            yield from self.field(item, (*at, key), path, below)
            return
        placed = bodies.place(item, dotted((*at, key)), self.entry, self.setting)
        wanted = bodies.TURNS[spot.how](placed, self.setting)
        if self.agrees(wanted, below):
            return
        found = list(self._turned(wanted, below, path))
        becomes = REMOVED if below is None else unplaced(below, (*at, key), self.entry)
        for difference in found or [Difference(path, wanted, below, at, None)]:
            yield Difference(difference.field, difference.planned, difference.live, (*at, key), becomes, ((*at, key),))

    def _turned(self, wanted: Any, live: Any, path: str) -> Iterator[Difference]:
        """Which fields of a value that is not sent as it is planned differ."""
        if isinstance(wanted, Mapping) and isinstance(live, Mapping):
            for key, item in wanted.items():
                if not self.agrees(item, live.get(key)):
                    yield Difference(f"{path}.{key}" if path else key, item, live.get(key), (), None)

    def _list(self, value: list[Any], at: Path, api: str, live: Any, *, loose: bool) -> Iterator[Difference]:
        there = live if isinstance(live, list) else []
        placed = [bodies.place(item, f"{dotted(at)}[]", self.entry, self.setting) for item in value]
        alone, added = self.unmatched(placed, there, loose=loose)
        if not alone and not added:
            return
        kept: list[Any] = [Kept(index) for index in range(len(value)) if index not in alone]
        becomes = kept + [unplaced(there[index], (*at, 0), self.entry) for index in added]
        secret = _holds_secret(value)
        yield Difference(
            api,
            [placed[index] for index in alone] or None,
            SECRET if secret else [there[index] for index in added] or None,
            at,
            becomes,
            tuple((*at, index) for index in alone),
        )

    def spot(self, at: Path) -> Placed:
        """Where the mapping puts an input."""
        rule = self.entry.body.get(dotted(at))
        return Placed(rule) if isinstance(rule, str) else rule or Placed(str(at[-1]))


def differences(
    entry: Entry, kind: Kind, inputs: Mapping[str, Any], live: Mapping[str, Any], setting: bodies.Setting
) -> list[Difference]:
    """Every field of the live resource that is not as planned.

    In ``inputs`` each unknown that could be resolved has its value; the others are there, and compared with nothing but
    their presence. Their secrets are never looked at.
    """
    comparison = Comparison(entry, setting, live)
    found: list[Difference] = []
    for key, value in inputs.items():
        if key in entry.same or key in entry.body or any(_head(path) == key for path in entry.body):
            found += comparison.child(key, value, (), "", live)
    for path, default in kind.defaults.items():
        found += _default(comparison, inputs, path, default)
    found += [*_switched_on(comparison, inputs), *_beyond(comparison, kind, inputs), *_labels(comparison, inputs)]
    return list({(one.field, repr(one.live)): one for one in found}.values())


def _switched_on(comparison: Comparison, inputs: Mapping[str, Any]) -> Iterator[Difference]:
    """What the provider adds to an object that the plan gives, such as that logging is on."""
    for path, added in comparison.entry.add.items():
        if not isinstance(inputs.get(path), Mapping):
            continue
        for key, value in added.items():
            live = bodies.get(comparison.live, f"{path}.{key}")
            if not comparison.agrees(value, live):
                yield Difference(f"{path}.{key}", value, live, (path,), REMOVED)


def _beyond(comparison: Comparison, kind: Kind, inputs: Mapping[str, Any]) -> Iterator[Difference]:
    """What no input says."""
    for path, wanted in kind.expect.items():
        live = bodies.get(comparison.live, path)
        if live is not None and live != wanted:
            said = next(iter(kind.says.get(path, {}).items()), None)
            yield Difference(path, wanted, live, (said[0],) if said else (), said[1] if said else None)
    for path, other in kind.equal.items():
        live, wanted = bodies.get(comparison.live, path), bodies.get(comparison.live, other)
        if live is not None and not comparison.agrees(wanted, live):
            yield Difference(path, wanted, live, (), None)
    for path, own in kind.whole.items():
        live = bodies.get(comparison.live, path) or {}
        given = _given(inputs, tuple(path.split(".")))
        for key in sorted(set(live) - set(given if isinstance(given, Mapping) else ()) - set(own)):
            # What it holds may be a secret, and says nothing that its name does not.
            yield Difference(f"{path}.{key}", None, SECRET, (*path.split("."), key), SECRET)
    for path, most in kind.most.items():
        many = len(bodies.get(comparison.live, path) or [])
        if many > most:
            yield Difference(path, f"at most {most}", f"{many} of them", (), None)


def _labels(comparison: Comparison, inputs: Mapping[str, Any]) -> Iterator[Difference]:
    """The provider's default labels; the plan's own are inputs."""
    if not comparison.entry.labels:
        return
    place = "labels" if comparison.entry.labels == "later" else comparison.entry.labels
    given = _given(inputs, tuple(place.split("."))) or {}
    live = bodies.get(comparison.live, place) or {}
    for key, value in comparison.setting.labels.items():
        if key not in given and live.get(key) != value:
            yield Difference(f"{place}.{key}", value, live.get(key), (), None)


def _default(comparison: Comparison, inputs: Mapping[str, Any], path: str, default: Any) -> Iterator[Difference]:
    """Whether what the plan leaves out is as it is by default."""
    at: Path = tuple(path.split("."))
    if _given(inputs, at) is not None or not _is_plain(inputs, at):
        return
    live: Any = comparison.live
    api = ""
    for depth in range(1, len(at) + 1):
        spot = comparison.spot(at[:depth])
        api = f"{api}.{spot.to}" if api else spot.to
        elsewhere = comparison.entry.reads_as.get(api)
        live = bodies.get(comparison.live, elsewhere) if elsewhere else bodies.get(live, spot.to)
    if live is None or live in ("", [], {}) or str(live).endswith("_UNSPECIFIED"):
        return
    if comparison.agrees(default, live) if default is not None and not _empty(default) else _empty(live):
        return
    yield Difference(api, default, live, at, unplaced(live, at, comparison.entry))


def unplaced(value: Any, at: Path, entry: Entry) -> Any:
    """A value as the API has it, as the input at ``at``: the reverse of what the mapping does."""
    spot = entry.body.get(dotted(at))
    inner = _unplaced(value, at, entry)
    if isinstance(spot, Placed) and spot.how:
        return _BACK[spot.how](inner)
    return inner


def _unplaced(value: Any, at: Path, entry: Entry) -> Any:
    if isinstance(value, list):
        return [_unplaced(item, (*at, 0), entry) for item in value]
    if not isinstance(value, Mapping):
        return value
    here = f"{dotted(at)}." if at else ""
    back: dict[str, Any] = {}
    taken = set()
    for path, rule in entry.body.items():
        key = path.removeprefix(here)
        if not path.startswith(here) or "." in key or "[]" in key:
            continue
        to = rule if isinstance(rule, str) else rule.to
        item = bodies.get(value, to)
        if item is not None:
            back[key] = unplaced(item, (*at, key), entry)
            taken.add(to.partition(".")[0])
    rest = {key: item for key, item in value.items() if key not in taken and key not in back}
    return {**{key: _unplaced(item, (*at, key), entry) for key, item in rest.items()}, **back}


def inputs_of(entry: Entry, live: Mapping[str, Any]) -> dict[str, Any]:
    """A live resource that no plan has, as inputs of the SDK."""
    known = {*entry.same, *(_head(path) for path in entry.body)}
    return {key: value for key, value in _unplaced(live, (), entry).items() if key in known}


def edited(inputs: Mapping[str, Any], found: list[Difference]) -> dict[str, Any]:
    """The planned inputs, so that they describe what is live."""
    result: dict[str, Any] = json.loads(json.dumps(inputs))
    for difference in found:
        if difference.at:
            _put(result, difference.at, difference.becomes)
    return result


def _put(document: dict[str, Any], at: Path, value: Any) -> None:
    holder: Any = document
    for step in at[:-1]:
        if isinstance(holder, dict) and step not in holder and value is not REMOVED:
            holder[step] = {}
        if isinstance(holder, dict) and step not in holder:
            return
        holder = holder[step]
    if not isinstance(holder, dict):
        return
    if isinstance(value, list):
        before = holder.get(at[-1])
        value = [before[item.index] if isinstance(item, Kept) and isinstance(before, list) else item for item in value]
    if value is REMOVED:
        holder.pop(at[-1], None)
    else:
        holder[at[-1]] = value


def is_agent(live: Any, number: str) -> bool:
    """Whether a principal or an address is that of a service agent of the project with this number.

    https://cloud.google.com/iam/docs/service-agents
    """
    return bool(
        re.fullmatch(rf"(serviceAccount:)?[a-z-]*{number}(-[\w]+)?@[\w.-]+\.gserviceaccount\.com", str(live or ""))
    )


def _given(inputs: Any, at: Path) -> Any:
    for step in at:
        inputs = inputs.get(step) if isinstance(inputs, Mapping) else None
    return inputs


def _is_plain(inputs: Any, at: Path) -> bool:
    """Whether nothing on the way to an input is unknown or secret."""
    for step in at:
        if inputs in (UNKNOWN, SECRET):
            return False
        inputs = inputs.get(step) if isinstance(inputs, Mapping) else None
    return True


def _head(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _is_open(value: Any) -> bool:
    return value in (UNKNOWN, SECRET) or (isinstance(value, Mapping) and AGENT in value)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value == SECRET or any(_holds_secret(item) for item in value.values())
    return isinstance(value, list) and any(_holds_secret(item) for item in value)


def _empty(value: Any) -> bool:
    if isinstance(value, list):
        return all(_empty(item) for item in value) if value else True
    if isinstance(value, Mapping):
        return all(_empty(item) for item in value.values())
    return bool(says_nothing(value)) or value in ("0", "0s")


def _like(planned: Any, live: Any) -> Any:
    """The live value in the planned one's type: JSON writes 64-bit numbers as text."""
    if isinstance(planned, bool) or isinstance(live, bool):
        return live
    if isinstance(planned, int) and isinstance(live, str) and re.fullmatch(r"-?\d+", live):
        return int(live)
    if isinstance(planned, str) and isinstance(live, int | float):
        return str(live)
    return live


_BACK: dict[str, Any] = {
    "days": lambda value: round(float(str(value).removesuffix("s")) / 86400),
    "flag": lambda value: value is not None,
    "json": lambda value: json.dumps(value, sort_keys=True),
    "list": lambda value: value[0] if isinstance(value, list) and value else value,
    "one": lambda value: [value],
    "compute_link": lambda value: str(value).removeprefix(bodies.COMPUTE),
    "numbered": lambda value: value,
}
