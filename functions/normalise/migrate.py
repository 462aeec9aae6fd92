"""Migration: the declared steps that lead from an old form of a source to its current one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from normalise import number
from normalise.case import BadRequestError, Change, What
from normalise.formats import canonical
from normalise.text import key_form
from route.table import Formats, Step

Path = tuple[str, ...]


class Draft(msgspec.Struct, gc=False):
    """A case on its way, names and texts already in one form.

    ``canonical`` is what a step wrote, at any depth, in the current form and no more in that of the source;
    ``repaired`` are the fields whose text had to be cleaned; ``unread`` those that a step could not read, and that
    nobody reads.
    """

    fields: dict[str, Any]
    formats: Formats
    changes: list[Change] = []
    concerns: list[str] = []
    canonical: set[Path] = set()
    repaired: set[str] = set()
    unread: set[str] = set()

    def changed(self, path: Path, what: What, why: str) -> None:
        """Record a change of what lies at ``path``."""
        self.changes.append(Change(".".join(path), what, why))

    def give_up(self, path: Path, why: str) -> None:
        """Leave what lies at ``path`` as it is, for a person."""
        self.concerns.append(f"`{'.'.join(path)}` {why}")
        self.unread.add(path[0])

    def forget(self, path: Path) -> None:
        """What lay at ``path`` is gone: what comes there later is in the form in which it comes."""
        self.canonical = {one for one in self.canonical if one[: len(path)] != path}

    def move(self, path: Path, to: Path) -> None:
        """What lay at ``path`` now lies at ``to``, in the form in which it was."""
        moved = {to + one[len(path) :] for one in self.canonical if one[: len(path)] == path}
        self.forget(path)
        self.canonical |= moved


class Compiled(msgspec.Struct, frozen=True, gc=False):
    """A step with its paths taken apart."""

    step: Step
    field: Path
    to: Path
    into: list[Path]
    factor: Decimal
    values: dict[str, Any]

    def apply(self, draft: Draft) -> None:
        """Take the step; raises BadRequestError where the step says so."""
        _APPLY[self.step.do](self, draft)


def compiled(step: Step) -> Compiled:
    """Take a step's paths apart; raises ValueError where its factor is no number."""
    factor = Decimal(1) if step.factor is None else number.written(step.factor, "point")
    if factor is None:
        raise ValueError("factor is not a number with a decimal point")
    values = {key_form(name): value for name, value in step.values.items()}
    return Compiled(step, _path(step.field), _path(step.to or ""), [_path(name) for name in step.into], factor, values)


# The keys that a step cannot do without.
_NEEDED: dict[str, tuple[str, ...]] = {
    "rename": ("to",),
    "set": ("value",),
    "map": ("values",),
    "scale": ("factor",),
    "split": ("separator", "into"),
    "join": ("separator", "into"),
}


def step_faults(step: Step) -> Iterator[str]:
    """What is wrong with a step."""
    for key in _NEEDED.get(step.do, ()):
        given = getattr(step, key)
        if given is None or given in ({}, []) or (key == "separator" and step.do == "split" and not given):
            yield f"lacks `{key}`"
    if not all(_path(step.field)):
        yield "has a `field` that is empty"
    if step.do == "rename" and step.to and _path(step.to)[: len(_path(step.field))] == _path(step.field):
        yield "has a `to` that lies within its `field`"
    if step.do in {"split", "join"} and len({*step.into}) < 2:
        yield "has not two different fields in `into`"
    if step.do == "map" and len({key_form(name) for name in step.values}) < len(step.values):
        yield "has two `values` that are the same but for case, spaces and hyphens"
    if step.factor is not None and not number.written(step.factor, "point"):
        yield "has a `factor` that is zero, or no number with a decimal point"


def _path(dotted: str) -> Path:
    return tuple(key_form(part) for part in dotted.split("."))


def _within(fields: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """The object that has the last name of ``path``, where there is one."""
    for name in path[:-1]:
        below = fields.get(name)
        if not isinstance(below, dict):
            return None
        fields = below
    return fields if path[-1] in fields else None


def _put(draft: Draft, path: Path, value: Any) -> bool:
    """Put a value where nothing is yet; False, and a concern, where something is."""
    fields = draft.fields
    for name in path[:-1]:
        below = fields.setdefault(name, {})
        if not isinstance(below, dict):
            draft.give_up(path, "cannot be moved here: a part of its path holds a value")
            return False
        fields = below
    if fields.get(path[-1]) is not None and fields[path[-1]] != value:
        draft.give_up(path, "came under two names with different values")
        return False
    fields[path[-1]] = value
    return True


def _rename(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    if holder is None or not _put(draft, it.to, holder[it.field[-1]]):
        return
    del holder[it.field[-1]]
    draft.move(it.field, it.to)
    for marks in (draft.repaired, draft.unread):
        if it.field[0] in marks:
            marks.add(it.to[0])
    draft.changed(it.to, "renamed", it.step.why)


def _drop(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    if holder is not None:
        del holder[it.field[-1]]
        draft.forget(it.field)
        draft.changed(it.field, "dropped", it.step.why)


def _set(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    if (holder is None or holder[it.field[-1]] is None) and _put(draft, it.field, it.step.value):
        _wrote(it, draft)


def _map(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    raw = None if holder is None else holder[it.field[-1]]
    if holder is None or raw is None or raw == "":
        return
    key = None if isinstance(raw, dict | list) else key_form(canonical(raw))
    if key in it.values:
        holder[it.field[-1]] = it.values[key]
        _wrote(it, draft)
    elif it.step.otherwise == "refuse":
        name = ".".join(it.field)
        raise BadRequestError("invalid-field", f"`{name}` has a value that its migration does not know; correct it")
    elif it.step.otherwise == "review":
        draft.give_up(it.field, "has a value that its migration does not know")


def _scale(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    raw = None if holder is None else holder[it.field[-1]]
    if holder is None or raw is None or raw == "":
        return
    read = number.of(raw, draft.formats)
    scaled = None if read is None else number.product(read, it.factor)
    if scaled is None:
        draft.give_up(it.field, "is not a number that can be converted")
        return
    holder[it.field[-1]] = scaled
    _wrote(it, draft)


def _split(it: Compiled, draft: Draft) -> None:
    holder = _within(draft.fields, it.field)
    raw = None if holder is None else holder[it.field[-1]]
    if holder is None or raw is None or raw == "":
        return
    parts = [part.strip() for part in raw.split(it.step.separator)] if isinstance(raw, str) else []
    if len(parts) != len(it.into):
        draft.give_up(it.field, f"is not made of {len(it.into)} parts")
        return
    del holder[it.field[-1]]
    put = [_put(draft, path, part) for path, part in zip(it.into, parts, strict=True)]
    if all(put):
        draft.forget(it.field)
        for path in it.into:
            draft.changed(path, "migrated", it.step.why)
    else:
        holder.setdefault(it.field[-1], raw)


def _join(it: Compiled, draft: Draft) -> None:
    holders = [(_within(draft.fields, path), path[-1]) for path in it.into]
    # An empty text is missing, here as everywhere.
    found = [
        (holder, name, holder[name])
        for holder, name in holders
        if holder is not None and holder[name] is not None and holder[name] != ""
    ]
    if not found:
        return
    parts = [value for _, _, value in found]
    if len(parts) != len(it.into) or any(isinstance(part, bool | dict | list) for part in parts):
        draft.give_up(it.field, "cannot be put together: a part is missing, or no text")
        return
    for holder, name, _ in found:
        del holder[name]
    if _put(draft, it.field, (it.step.separator or "").join(str(part) for part in parts)):
        for path in it.into:
            draft.forget(path)
        draft.changed(it.field, "migrated", it.step.why)
    else:
        for holder, name, value in found:
            holder.setdefault(name, value)


def _wrote(it: Compiled, draft: Draft) -> None:
    draft.canonical.add(it.field)
    draft.changed(it.field, "migrated", it.step.why)


_APPLY: dict[str, Callable[[Compiled, Draft], None]] = {
    "rename": _rename,
    "drop": _drop,
    "set": _set,
    "map": _map,
    "scale": _scale,
    "split": _split,
    "join": _join,
}
