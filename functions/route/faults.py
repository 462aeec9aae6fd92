"""What is wrong with a table's conditions, found before the first case: a rule that nothing can answer is no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from msgspec import UNSET

from normalise.formats import UnreadableError, bound
from route.condition import JUNCTIONS, OPERATORS, SUBJECTS, Condition, Other
from route.evaluate import ORDERS, day, form, number, parts
from route.table import STRICTEST_FIRST, Field, Table

Kind = Literal["text", "number", "date", "boolean", "choice", "document", "nested", "share", "name", "prose"]
_KINDS: dict[str, Kind] = {
    "text": "text",
    "decimal": "number",
    "integer": "number",
    "date": "date",
    "boolean": "boolean",
    "choice": "choice",
    "document": "document",
}
_FITS: dict[Kind, set[str]] = {
    "text": {"is_", "one_of", "given", "mentions"},
    "number": {"is_", "one_of", "given", *ORDERS},
    "date": {"is_", "one_of", "given", *ORDERS},
    "boolean": {"is_", "given"},
    "choice": {"is_", "one_of", "given"},
    "document": {"given", "mentions"},
    "nested": set(OPERATORS),
    "share": {"given", *ORDERS},
    "name": {"is_", "one_of", "given"},
    "prose": {"given", "mentions"},
}
# Thai to Burmese, Khmer, and East Asian scripts: written without spaces, so they have no whole words to search for.
_SPACELESS = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u9fff"),
    ("\U00020000", "\U0003ffff"),
)


@dataclass(frozen=True)
class _Subject:
    """What a condition is about; ``names`` are all that it can be, None where that is open.

    A ``share`` is a number from 0 to 1; what is ``nested`` in a document may be of any type.
    """

    kind: Kind
    names: frozenset[str] | None = None
    unit: str | None = None


@dataclass(frozen=True)
class _Scope:
    """Where a condition stands, and what may be asked there."""

    table: Table
    answered: bool
    segments: bool
    confidence: bool

    def declared(self, of: Condition | Other) -> tuple[str, Mapping[str, Field]]:
        if of.field is not UNSET:
            return of.field, self.table.intake.fields
        return (of.output if of.output is not UNSET else ""), self.table.output


def faults(table: Table) -> Iterator[str]:
    """Each fault of the table's conditions, with its place and the remedy; nothing where every one can be answered."""
    known = _Scope(table, answered=False, segments=False, confidence=False)
    for name, condition in table.segments.items():
        yield from _faults(condition, f"segments.{name}", known)
    stricter = [tier for tier in STRICTEST_FIRST if tier in table.tiers][:-1]
    for tier, rules in table.rules.items():
        if tier not in table.tiers:
            yield f"rules.{tier}: tiers lacks {tier}; give it a route, or leave its rules out"
        # A draft's confidence can raise a tier only, and nothing can be raised into the one that is least strict.
        scope = replace(known, segments=True, confidence=tier in stricter or not stricter)
        for index, rule in enumerate(rules):
            yield from _faults(rule, f"rules.{tier}[{index}]", scope)
    yield from _business(table, _Scope(table, answered=True, segments=True, confidence=True))
    for name, declared in table.output.items():
        yield from _output(f"output.{name}", declared)


def _business(table: Table, scope: _Scope) -> Iterator[str]:
    names: set[str] = set()
    for rule in table.business_rules:
        where = f"business_rules.{rule.name}"
        if rule.name in names:
            yield f"{where}: two rules have this name; rename one"
        names.add(rule.name)
        if not rule.tiers:
            yield f"{where}.tiers is empty, so nothing has to meet it; name at least one tier"
        for tier in rule.tiers:
            if tier not in table.tiers:
                yield f"{where}.tiers names {tier}, which tiers lacks; name tiers that have a route"
        yield from _faults(rule.require, f"{where}.require", scope)


def _output(where: str, declared: Field) -> Iterator[str]:
    if declared.type == "choice" and not declared.values:
        yield f"{where}.values is empty, so no answer could be given; list the choices"
    for name, limit in (("least", declared.least), ("most", declared.most)):
        try:
            bound(declared, limit)
        except UnreadableError as error:
            yield f"{where}.{name} {error}; correct it or leave it out"
    if declared.missing == "default" or declared.default is not None:
        yield f"{where} has a default, but what a model left out is not to be made up; use missing: allow"


def _faults(condition: Condition, where: str, scope: _Scope) -> Iterator[str]:
    kind = form(condition)
    if kind is None:
        yield f"{where}: {_malformed(condition)}"
        return
    if kind in JUNCTIONS:
        inner = list(parts(condition))
        if not inner:
            yield f"{where}: {kind} joins nothing; give it conditions"
        for index, part in enumerate(inner):
            yield from _faults(part, f"{where}.not" if kind == "not_" else f"{where}.{kind}[{index}]", scope)
        return
    yield from _leaf(condition, kind, where, scope)


def _malformed(condition: Condition) -> str:
    found = [_key(name) for name in (*JUNCTIONS, *SUBJECTS, *OPERATORS) if getattr(condition, name) is not UNSET]
    expected = "one of all, any, not; or one subject (field, measure, output) with one operator"
    return f"has {', '.join(found) or 'nothing'}, expected {expected} ({', '.join(map(_key, OPERATORS))})"


def _leaf(condition: Condition, kind: str, where: str, scope: _Scope) -> Iterator[str]:
    subject = _subject(condition, scope)
    if isinstance(subject, str):
        yield f"{where}: {subject}"
        return
    if kind not in _FITS[subject.kind]:
        fitting = ", ".join(_key(name) for name in OPERATORS if name in _FITS[subject.kind])
        yield f"{where}: {_key(kind)} does not fit {_about(condition)}, which takes {fitting}"
        return
    if kind in ORDERS:
        yield from _limit(getattr(condition, kind), kind, subject, where, scope)
    elif kind in {"is_", "one_of"}:
        yield from _members(condition, subject, where)
    elif condition.mentions is not UNSET:
        yield from _phrases(condition.mentions, where)


def _subject(of: Condition | Other, scope: _Scope) -> _Subject | str:
    """What it is about, or what is wrong with asking for that here."""
    measure = of.measure if isinstance(of, Condition) else UNSET
    if measure is not UNSET:
        return _measured(measure, scope)
    if of.output is not UNSET and not scope.answered:
        return f"reads the answer's {of.output}, but there is no answer yet; use a field or a measure"
    name, fields = scope.declared(of)
    place = "output" if of.output is not UNSET else "intake.fields"
    declared, top = fields.get(name), fields.get(name.split(".")[0])
    if declared is None and top is not None and top.type == "document":
        return _Subject("nested")
    if declared is None:
        return f"{place} lacks {name}; declare it, or name one of those declared: {', '.join(sorted(fields)) or 'none'}"
    names = frozenset(declared.values) if declared.type == "choice" else None
    return _Subject(_KINDS[declared.type], names, declared.unit)


def _measured(measure: str, scope: _Scope) -> _Subject | str:
    if measure == "segment":
        if not scope.segments:
            return "a segment reads the measure segment; repeat the other segment's condition"
        return _Subject("name", frozenset(scope.table.segments))
    if measure == "source":
        return _Subject("name", frozenset(scope.table.intake.sources))
    if measure == "text":
        return _Subject("prose")
    if measure == "confidence" and not scope.confidence:
        return (
            "reads confidence, which is known after the draft only, and can only raise a case into a stricter tier; "
            "put the opposite condition into the stricter tier"
        )
    return _Subject("share")


def _limit(limit: str | Other, kind: str, subject: _Subject, where: str, scope: _Scope) -> Iterator[str]:
    if isinstance(limit, str):
        yield from _value(limit, subject, f"{where}.{kind}")
        return
    if (limit.field is UNSET) is (limit.output is UNSET):
        yield f"{where}.{kind}: has both or neither of field and output, expected one of them"
        return
    other = _subject(limit, scope)
    if isinstance(other, str):
        yield f"{where}.{kind}: {other}"
        return
    kinds = {"number" if one == "share" else one for one in (subject.kind, other.kind)} - {"nested"}
    if len(kinds) > 1 or not kinds <= {"number", "date"}:
        yield f"{where}.{kind}: compares a {subject.kind} with a {other.kind}; compare numbers, or days"
    elif subject.unit and other.unit and subject.unit != other.unit:
        yield f"{where}.{kind}: compares {subject.unit} with {other.unit}; convert one of them while it is normalised"


def _members(condition: Condition, subject: _Subject, where: str) -> Iterator[str]:
    asked: list[Any] = [condition.is_] if condition.is_ is not UNSET else list(condition.one_of or [])
    if not asked:
        yield f"{where}.one_of is empty, so it never holds; list what it is to be one of"
    for one in asked:
        if isinstance(one, bool) is not (subject.kind == "boolean") and subject.kind != "nested":
            expected = "true or false" if subject.kind == "boolean" else "text"
            yield f"{where}: compares {_about(condition)} with {_said(one)}, expected {expected}"
        elif subject.names is not None and one not in subject.names:
            known = ", ".join(sorted(subject.names))
            yield f"{where}: {_about(condition)} is never {_said(one)}; expected one of {known}"
        elif subject.kind in {"number", "date"}:
            yield from _value(one, subject, where)


def _value(text: str, subject: _Subject, where: str) -> Iterator[str]:
    as_number = number(text)
    if subject.kind == "date" and day(text) is None:
        yield f"{where} is {text}, expected a day such as 2026-11-23"
    elif subject.kind in {"number", "share"} and as_number is None:
        yield f"{where} is {text}, expected decimal text such as 20000 or 0.8"
    elif subject.kind == "nested" and as_number is None and day(text) is None:
        yield f"{where} is {text}, expected decimal text or a day"
    elif subject.kind == "share" and as_number is not None and not Decimal(0) <= as_number <= Decimal(1):
        yield f"{where} is {text}, but shares are from 0 to 1"


def _phrases(phrases: list[str], where: str) -> Iterator[str]:
    if not phrases:
        yield f"{where}.mentions is empty, so it never holds; list words or phrases"
    for phrase in phrases:
        if not any(character.isalnum() for character in phrase):
            yield f"{where}.mentions has a phrase without a letter or digit; leave it out"
        elif any(low <= character <= high for character in phrase for low, high in _SPACELESS):
            yield f"{where}.mentions: {phrase} is in a script without spaces between words, where no word can be found"


def _about(condition: Condition) -> str:
    of = next(name for name in SUBJECTS if getattr(condition, name) is not UNSET)
    return f"the {of} {getattr(condition, of)}"


def _said(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _key(name: str) -> str:
    return name.rstrip("_")
