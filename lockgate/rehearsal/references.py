"""What the unknowns of a plan refer to.

A plan says which resources a property is made from, not which of their outputs it takes. The mapping says it, by the
input's key and the type of the other resource (``fits``); where it leaves a choice, nothing is guessed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lockgate.plan.model import SECRET, UNKNOWN, Resource
from lockgate.rehearsal.mapping.model import Entry, Lookup

Path = tuple[str | int, ...]
PLACEHOLDER = "a-secret-of-the-rehearsal"
"""Sent in the place of a secret: a plan never holds one."""


class Ambiguous(Exception):
    """The plan does not say what an unknown refers to; the argument says why."""


@dataclass(frozen=True)
class Other:
    """A resource that an unknown may be made from."""

    type: str
    entry: Entry | None
    inputs: Mapping[str, Any]

    def takes(self, key: str) -> tuple[str, Lookup | None] | None:
        """The output that an input of this key takes, or what is asked of Google for it; None when neither is."""
        if self.entry is None:
            return None
        for lookup in self.entry.lookups:
            if key in lookup.keys and all(self.inputs.get(name) == value for name, value in lookup.when.items()):
                return "", lookup
        return (self.entry.fits[key], None) if key in self.entry.fits else None


@dataclass(frozen=True)
class Choice:
    """Where the value of one unknown comes from."""

    path: Path
    urns: tuple[str, ...]
    """More than one only for text that is the program's own."""
    output: str
    """The template of the output; empty with a lookup."""
    lookup: Lookup | None = None


def choices(resource: Resource, entry: Entry, by_urn: Mapping[str, Other]) -> list[Choice]:
    """A choice for each unknown of a resource. ``by_urn`` gives the others.

    Raises Ambiguous, naming the input, where the mapping leaves more or less than one.
    """
    found: list[Choice] = []
    unknowns = list(_unknowns(resource.inputs, ()))
    for group in _groups(unknowns):
        place = dotted(group[0])
        if any(place == text or place.startswith(f"{text}.") for text in entry.opaque):
            continue
        found += _of_group(group, resource, by_urn)
    taken = {urn for choice in found for urn in choice.urns}
    chosen = {choice.path for choice in found}
    for path in unknowns:
        if path not in chosen:
            urns = _made_from(path, resource)
            own = tuple(urn for urn in urns if urn not in taken and _outputs(by_urn, urn).get("id")) or tuple(urns)
            if not own:
                raise Ambiguous(f"{dotted(path)} is unknown, and the plan does not say what it is made from")
            found.append(Choice(path, own, "id"))
    return found


def _of_group(group: list[Path], resource: Resource, by_urn: Mapping[str, Other]) -> list[Choice]:
    """The choices of the unknowns in one place: one key, or the elements of one list."""
    place, key = dotted(group[0]), _key(group[0])
    made_from = _made_from(group[0], resource)
    taken = {urn: by_urn[urn].takes(key) for urn in made_from if urn in by_urn}
    fitting = [(urn, found) for urn, found in taken.items() if found is not None]
    if not made_from:
        raise Ambiguous(f"{place} is unknown, and the plan does not say what it is made from")
    if not fitting:
        types = ", ".join(sorted({by_urn[urn].type for urn in taken}))
        raise Ambiguous(f"{place} is unknown, and the mapping does not say what of {types} it takes")
    if len(fitting) != len(group):
        names = ", ".join(urn.rpartition("::")[2] for urn, _ in fitting)
        raise Ambiguous(f"{place} holds {len(group)} unknown value(s), and could take any of: {names}")
    return [Choice(path, (urn,), *found) for path, (urn, found) in zip(group, fitting, strict=True)]


def fill(inputs: Mapping[str, Any], values: Mapping[Path, Any]) -> dict[str, Any]:
    """The inputs with each unknown's value in its place, and a placeholder for each secret."""
    filled: dict[str, Any] = _without_secrets(copy.deepcopy(dict(inputs)))
    for path, value in values.items():
        holder: Any = filled
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
    return filled


def dotted(path: Path) -> str:
    """``serviceConfig.directVpcNetworkInterfaces[].network``, for people and for the mapping."""
    text = ""
    for step in path:
        text += "[]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _unknowns(value: Any, path: Path) -> Iterator[Path]:
    if value == UNKNOWN:
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknowns(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknowns(item, (*path, index))


def _groups(unknowns: list[Path]) -> list[list[Path]]:
    """Unknowns that are elements of one list together, each other one by itself."""
    groups: dict[Path, list[Path]] = {}
    for path in unknowns:
        groups.setdefault(path[:-1] if isinstance(path[-1], int) else path, []).append(path)
    return list(groups.values())


def _key(path: Path) -> str:
    return next(step for step in reversed(path) if isinstance(step, str))


def _made_from(path: Path, resource: Resource) -> list[str]:
    return resource.property_dependencies.get(str(path[0]), [])


def _outputs(by_urn: Mapping[str, Other], urn: str) -> Mapping[str, str]:
    entry = by_urn[urn].entry if urn in by_urn else None
    return entry.outputs if entry else {}


def _without_secrets(value: Any) -> Any:
    if value == SECRET:
        return PLACEHOLDER
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items()}
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value
