"""Intake: a request becomes a case in the current form by declared rules, and what nobody declared is never guessed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any

import msgspec

from normalise.case import BadRequestError, Case, Change
from normalise.check import rule_faults
from normalise.formats import CANONICAL, Reader, UnreadableError, canonical, reader
from normalise.migrate import Compiled, Draft, compiled
from normalise.request import Request
from normalise.text import clean, key_form, speakable
from route import table

UNKNOWN_VERSION = "unknown"
_NAMES = "names are compared without case, hyphens and spaces"
_TEXTS = "hidden characters, Unicode form, ends of lines or outer white space"
_ALL = Decimal(1)
_FOUR_PLACES = Decimal("0.0001")
# As many unknown names as a reader takes in.
_MOST_NAMED = 10


class _Declared(msgspec.Struct, frozen=True, gc=False):
    """A field with its readers: in the formats of a version, and in the current form."""

    field: table.Field
    read: Reader
    read_canonical: Reader


class _Form(msgspec.Struct, frozen=True, gc=False):
    """One version of a source; ``steps`` are all that lead from it to the current one."""

    name: str
    current: bool
    version: table.Version
    steps: list[Compiled]
    declared: dict[str, _Declared]


class _Source(msgspec.Struct, frozen=True, gc=False):
    source: table.Source
    forms: dict[str, _Form]


class Intake:
    """The rules of ``table.Intake``, compiled once; where ``faults`` finds any, it may not compile."""

    def __init__(self, intake: table.Intake) -> None:
        self._unknown = intake.unknown_fields
        self._defaults = {
            key_form(name): reader(field, CANONICAL)(field.default)[0]
            for name, field in intake.fields.items()
            if field.missing == "default"
        }
        self._sources = {name: _Source(source, _forms(intake, source)) for name, source in intake.sources.items()}

    def normalise(self, request: Request, day: datetime.date) -> Case:
        """Bring a request into the current form of its source; ``day`` is today's.

        Raises BadRequestError: unknown-source, unknown-version, old-version, same-name, unknown-field, missing-field,
        invalid-field.
        """
        known = self._sources.get(request.source)
        if known is None:
            some = ", ".join(sorted(self._sources)[:_MOST_NAMED])
            raise BadRequestError("unknown-source", f"`source` is not one of: {some}; declare it in the charter")
        form = _form(known, request)
        if form is None:
            return self._unread(known, request)
        draft = Draft({}, form.version.formats)
        draft.fields = _tidy(request.fields, "", "", draft)
        if form.version.until is not None and day > form.version.until:
            said = f"version {form.name} of this source was taken until {form.version.until}"
            if form.version.then == "refuse":
                raise BadRequestError("old-version", f"{said}; send version {known.source.current}")
            draft.concerns.append(said)
        for step in form.steps:
            step.apply(draft)
        fields, quality = self._read(form, draft)
        self._rest(draft, fields)
        return Case(request.case_id, request.source, form.name, fields, draft.changes, draft.concerns, quality)

    def _read(self, form: _Form, draft: Draft) -> tuple[dict[str, Any], Decimal]:
        fields: dict[str, Any] = {}
        counted = good = 0
        for name, declared in form.declared.items():
            raw = draft.fields.pop(name, None)
            if raw is None or raw == "":
                if declared.field.missing == "allow":
                    continue
                counted += 1
                self._missing(name, declared.field, draft, fields)
            elif name in draft.unread:
                counted += 1
                fields[name] = raw
            else:
                counted += 1
                good += _value(name, raw, form, draft, fields)
        if good == counted:
            return fields, _ALL
        return fields, (Decimal(good) / counted).quantize(_FOUR_PLACES, ROUND_DOWN)

    def _missing(self, name: str, field: table.Field, draft: Draft, fields: dict[str, Any]) -> None:
        if field.missing == "refuse":
            raise BadRequestError("missing-field", f"`{name}` is missing, null or empty; send it")
        if field.missing == "default":
            fields[name] = self._defaults[name]
            draft.changes.append(Change(name, "defaulted", "it was missing, null or empty"))
        else:
            draft.concerns.append(f"`{name}` is missing, null or empty")

    def _rest(self, draft: Draft, fields: dict[str, Any]) -> None:
        """What is left is unknown: it goes the way of the charter's ``unknown_fields``."""
        rest = draft.fields
        if not rest:
            return
        names = ", ".join(speakable(name) for name in list(rest)[:_MOST_NAMED])
        if self._unknown == "refuse":
            raise BadRequestError("unknown-field", f"not declared: {names}; leave out, or declare in the charter")
        if self._unknown == "drop":
            draft.changes.extend(Change(speakable(name), "dropped", "the charter does not declare it") for name in rest)
            return
        draft.concerns.append(f"{len(rest)} fields are not declared: {names}")
        fields.update(rest)

    def _unread(self, known: _Source, request: Request) -> Case:
        """A case of an unknown version: its names and formats could mean anything, so nothing is read."""
        said = f"`schema` is no version of this source; it has {', '.join(known.forms)}"
        if known.source.unknown_version == "refuse":
            raise BadRequestError("unknown-version", f"{said}; send one of them")
        draft = Draft({}, CANONICAL)
        draft.concerns.append(said)
        draft.fields = _tidy(request.fields, "", "", draft)
        fields = draft.fields
        if self._unknown != "review":
            fields = {}
            self._rest(draft, fields)
        return Case(request.case_id, request.source, UNKNOWN_VERSION, fields, draft.changes, draft.concerns, Decimal(0))


def _forms(intake: table.Intake, source: table.Source) -> dict[str, _Form]:
    forms = {}
    for name, version in source.versions.items():
        declared = {
            key_form(field_name): _Declared(field, reader(field, version.formats), reader(field, CANONICAL))
            for field_name, field in intake.fields.items()
        }
        steps = [compiled(step) for old in _way(source, name) for step in source.versions[old].steps]
        forms[name] = _Form(name, name == source.current, version, steps, declared)
    return forms


def _way(source: table.Source, name: str) -> list[str]:
    """The versions from ``name`` to the current one, without the latter."""
    way: list[str] = []
    while name != source.current and name not in way:
        way.append(name)
        name = source.versions[name].to or source.current
    return way


def _form(known: _Source, request: Request) -> _Form | None:
    if request.schema is not None:
        return known.forms.get(request.schema)
    # Without a version a case is in the only form there is; of two, nobody can tell which.
    return known.forms[known.source.current] if len(known.forms) == 1 else None


def _value(name: str, raw: Any, form: _Form, draft: Draft, fields: dict[str, Any]) -> bool:
    """Read one value into ``fields``; whether it was there as the charter declares it, in whichever version."""
    declared = form.declared[name]
    read = declared.read_canonical if (name,) in draft.canonical else declared.read
    try:
        value, tolerated = read(raw)
    except UnreadableError as error:
        if declared.field.invalid == "refuse":
            raise BadRequestError("invalid-field", f"`{name}` {error}; correct it") from None
        draft.concerns.append(f"`{name}` {error}")
        fields[name] = raw
        return False
    fields[name] = value
    if tolerated:
        draft.changes.append(Change(name, "reformatted", f"it was written otherwise than version {form.name} declares"))
        return False
    if type(raw) is str and raw is not value and canonical(value) != raw:
        draft.changes.append(Change(name, "reformatted", f"from the formats of version {form.name}"))
    return name not in draft.repaired


def _tidy(raw: dict[str, Any], path: str, top: str, draft: Draft) -> dict[str, Any]:
    """Names in the form in which they are compared, and clean texts, at every depth; ``top`` is the field of it all."""
    result: dict[str, Any] = {}
    for name, value in raw.items():
        key = key_form(name)
        if not key or key in result:
            where = f"`{speakable(path)}`" if path else "`fields`"
            raise BadRequestError("same-name", f"two names in {where} are the same, or one is empty; rename one")
        here = f"{path}.{key}" if path else key
        if key != name:
            draft.changes.append(Change(speakable(here), "renamed", _NAMES))
        kind = type(value)
        nested = kind is str or kind is dict or kind is list
        result[key] = _tidied(value, here, top or key, draft) if nested else value
    return result


def _tidied(value: Any, path: str, top: str, draft: Draft) -> Any:
    if isinstance(value, str):
        text = clean(value)
        if text != value:
            draft.changes.append(Change(speakable(path), "cleaned", _TEXTS))
            draft.repaired.add(top)
        return text
    if isinstance(value, dict):
        return _tidy(value, path, top, draft)
    return [_tidied(item, path, top, draft) for item in value] if isinstance(value, list) else value


def faults(intake: table.Intake) -> Iterator[str]:
    """What is wrong with the rules of an intake, each in a sentence; with any of them the function must not start."""
    found = [*rule_faults(intake)]
    yield from found
    if found:
        return
    ready = Intake(intake)
    for source_name, source in intake.sources.items():
        for version_name, version in source.versions.items():
            for at, example in enumerate(version.examples, 1):
                for fault in _example_faults(ready, intake, Request("example", source_name, {}, version_name), example):
                    yield f"intake.sources.{source_name}.versions.{version_name}.examples: number {at} {fault}"


def _example_faults(ready: Intake, intake: table.Intake, empty: Request, example: table.Example) -> Iterator[str]:
    request = msgspec.structs.replace(empty, fields=_as_parsed(example.before))
    try:
        case = ready.normalise(request, datetime.date.min)
        after = _tidy(_as_parsed(example.after), "", "", Draft({}, CANONICAL))
    except BadRequestError as refused:
        yield f"is refused: {refused}"
        return
    for name in sorted({*case.fields, *after}):
        field = next((field for known, field in intake.fields.items() if key_form(known) == name), None)
        expected = after.get(name)
        if field is not None and expected is not None:
            try:
                expected = reader(field, CANONICAL)(expected)[0]
            except UnreadableError as error:
                yield f"has `after.{name}`, which {error}"
                continue
        came = case.fields.get(name)
        if type(came) is not type(expected) or came != expected:
            yield f"comes out with another `{name}` than its `after` has"


def _as_parsed(value: Any) -> Any:
    """An example as a request would have brought it: its numbers were read as binary ones, which repr writes back."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _as_parsed(inner) for name, inner in value.items()}
    return [_as_parsed(inner) for inner in value] if isinstance(value, list) else value
