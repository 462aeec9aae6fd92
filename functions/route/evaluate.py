"""What is known of a case, and whether a condition holds of it: true, false, or unknown (Kleene's three values).

A value that is absent or of another type than the operator takes makes the answer unknown, never an error: only
``given`` is always answered. Knowing more never turns a decided answer round (``given`` apart), so a case that is sent
on while something is unknown need not be called back.

* Numbers (Decimal, int) are compared with decimal text and with numbers, days with ISO text and with days.
* A choice is compared exactly, since it was read as one of the declared values; so are sources and segments. Other text
  is compared without regard to case and to Unicode's composed or decomposed forms (The Unicode Standard, D145).
* ``mentions`` finds whole words and phrases as they are written, without regard to case and to what white space is
  between; a word's other forms (an inflected noun) are other words, which the charter has to list.
* A dotted name reaches into documents, not into lists.
"""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from route.condition import JUNCTIONS, OPERATORS, SUBJECTS, Condition, Other, Scalar
from route.search import all_text, folded, mentioned, searched
from route.table import Field

Truth = bool | None
Order = Callable[[Any, Any], bool]

ORDERS: dict[str, Order] = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


class Facts(msgspec.Struct, gc=False):
    """What is known of a case. ``segments`` is None until somebody has looked; ``unsure`` are those that it may be in.

    ``quality`` and ``confidence`` are from 0 to 1. ``text`` is all text of the case (``all_text``). ``output`` is the
    answer's, read by its declared fields; of it alone are the texts that business rules search.
    """

    fields: dict[str, Any]
    source: str = ""
    segments: list[str] | None = None
    quality: Decimal | None = None
    confidence: Decimal | None = None
    text: str | None = None
    output: dict[str, Any] | None = None
    unsure: list[str] = []


class Seen:
    """Facts during one judgement; a text is folded once, however many conditions search it."""

    __slots__ = ("_folded", "facts", "text")

    def __init__(self, facts: Facts, text: str | None) -> None:
        self.facts = facts
        self.text = text
        self._folded: str | None = None

    def folded(self) -> str | None:
        """The text in the form in which words are searched, None where there is no text."""
        if self._folded is None and self.text is not None:
            self._folded = searched(self.text)
        return self._folded


Holds = Callable[[Seen], Truth]
Read = Callable[[Seen], Any]
Test = Callable[[Any], Truth]


def holds(condition: Condition, facts: Facts) -> Truth:
    """Whether the condition holds of the facts; None where that is unknown.

    Without declarations every text counts as free text. ``Judge`` compiles the conditions of a table once.
    """
    return Compiler({}, {}).condition(condition)(Seen(facts, facts.text))


@dataclass(frozen=True)
class Compiler:
    """Turns conditions into closures. ``fields`` and ``output`` are what the table declares.

    ``undrafted`` is for the time before a model has answered: a condition on ``confidence`` then speaks against the
    rule that it is in, so that such a rule applies only where it does whatever the confidence will be.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    output: Mapping[str, Field] = field(default_factory=dict)
    undrafted: bool = False

    def condition(self, condition: Condition, against: bool = False) -> Holds:
        """A condition of another form than the contract's is unknown for ever; ``faults`` says so at the start.

        ``against`` is the answer that speaks against the whole: true inside an odd number of ``not``.
        """
        kind = form(condition)
        if kind == "all" and condition.all is not UNSET:
            return _all([self.condition(part, against) for part in condition.all])
        if kind == "any" and condition.any is not UNSET:
            return _any([self.condition(part, against) for part in condition.any])
        if kind == "not_" and condition.not_ is not UNSET:
            return _not(self.condition(condition.not_, not against))
        if kind is None:
            return _unknown
        if self.undrafted and condition.measure == "confidence":
            return lambda _: against
        return self._leaf(condition, kind)

    def _leaf(self, condition: Condition, kind: str) -> Holds:
        if condition.measure == "segment":
            return _membership(condition)
        if condition.measure == "text" and condition.mentions is not UNSET:
            return _text_mentions(condition.mentions)
        read = self._read(condition)
        if condition.given is not UNSET:
            wanted = condition.given
            return lambda seen: _is_given(read(seen)) is wanted
        if kind in ORDERS:
            limit = getattr(condition, kind)
            if isinstance(limit, Other):
                return _compared(read, ORDERS[kind], self._read(limit))
            return _tested(read, _ordered(ORDERS[kind], limit))
        if condition.mentions is not UNSET:
            return _tested(read, _mentions(condition.mentions))
        return _tested(read, self._equal(condition))

    def _equal(self, condition: Condition) -> Test:
        declared = None
        for name, fields in ((condition.field, self.fields), (condition.output, self.output)):
            declared = fields.get(name) if name is not UNSET else declared
        exact = condition.measure is not UNSET or (declared is not None and declared.type == "choice")
        form_of = str if exact else folded
        if condition.is_ is not UNSET:
            test = _is(condition.is_, form_of)
        else:
            test = _one_of(condition.one_of if condition.one_of is not UNSET else [], form_of)
        return test if declared is None else _readable(declared, test)

    def _read(self, of: Condition | Other) -> Read:
        if of.field is not UNSET:
            return _at(of.field, lambda seen: seen.facts.fields)
        if of.output is not UNSET:
            return _at(of.output, lambda seen: seen.facts.output)
        measure = of.measure if isinstance(of, Condition) else UNSET
        if measure == "source":
            return lambda seen: seen.facts.source or None
        if measure == "quality":
            return lambda seen: seen.facts.quality
        if measure == "confidence":
            return lambda seen: seen.facts.confidence
        if measure == "text":
            return lambda seen: seen.text
        return lambda _: None


def form(condition: Condition) -> str | None:
    """The junction or the operator, None where the condition is not one junction, or one subject with one operator."""
    junctions, subjects, operators = (
        [name for name in names if getattr(condition, name) is not UNSET] for names in (JUNCTIONS, SUBJECTS, OPERATORS)
    )
    if len(junctions) == 1 and not subjects and not operators:
        return junctions[0]
    if not junctions and len(subjects) == 1 and len(operators) == 1:
        return operators[0]
    return None


def parts(condition: Condition) -> Iterable[Condition]:
    """What a junction joins; nothing for a condition without one."""
    for joined in (condition.all, condition.any):
        if joined is not UNSET:
            yield from joined
    if condition.not_ is not UNSET:
        yield condition.not_


def number(text: str) -> Decimal | None:
    """Decimal text as a number, None where it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day(text: str) -> datetime.date | None:
    """A day in ISO 8601's extended form, None where it is none."""
    try:
        return datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _unknown(_: Seen) -> Truth:
    return None


def _all(joined: list[Holds]) -> Holds:
    def every(seen: Seen) -> Truth:
        known = True
        for one in joined:
            truth = one(seen)
            if truth is False:
                return False
            if truth is None:
                known = False
        return True if known else None

    return every


def _any(joined: list[Holds]) -> Holds:
    def some(seen: Seen) -> Truth:
        known = True
        for one in joined:
            truth = one(seen)
            if truth is True:
                return True
            if truth is None:
                known = False
        return False if known else None

    return some


def _not(one: Holds) -> Holds:
    def other(seen: Seen) -> Truth:
        truth = one(seen)
        return None if truth is None else not truth

    return other


def _tested(read: Read, test: Test) -> Holds:
    def leaf(seen: Seen) -> Truth:
        value = read(seen)
        return None if value is None else test(value)

    return leaf


def _compared(read: Read, order: Order, limit: Read) -> Holds:
    def leaf(seen: Seen) -> Truth:
        return _in_order(order, _orderable(read(seen)), _orderable(limit(seen)))

    return leaf


def _at(name: str, root: Callable[[Seen], dict[str, Any] | None]) -> Read:
    steps = name.split(".")

    def top(seen: Seen) -> Any:
        fields = root(seen)
        return None if fields is None else fields.get(name)

    def nested(seen: Seen) -> Any:
        value: Any = root(seen)
        if isinstance(value, dict) and name in value:
            return value[name]
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    return top if len(steps) == 1 else nested


def _membership(condition: Condition) -> Holds:
    wanted = frozenset(condition.one_of if condition.one_of is not UNSET else [condition.is_])
    asks_any, given = condition.given is not UNSET, condition.given is True
    fits = condition.is_ is not UNSET or condition.one_of is not UNSET

    def member(seen: Seen) -> Truth:
        sure, unsure = seen.facts.segments, seen.facts.unsure
        if sure is None:
            return None
        if asks_any:
            return None if unsure and not sure else bool(sure) is given
        if not fits:
            return None
        if not wanted.isdisjoint(sure):
            return True
        return False if wanted.isdisjoint(unsure) else None

    return member


def _text_mentions(phrases: list[str]) -> Holds:
    sought = list(map(searched, phrases))

    def leaf(seen: Seen) -> Truth:
        text = seen.folded()
        return None if text is None else _has_any(text, sought)

    return leaf


def _mentions(phrases: list[str]) -> Test:
    sought = list(map(searched, phrases))

    def test(value: Any) -> Truth:
        if not isinstance(value, str | list | dict):
            return None
        return _has_any(searched(all_text(value)), sought)

    return test


def _has_any(text: str, sought: list[str]) -> bool:
    # Most phrases are nowhere in a text, which is soon known.
    return any(mentioned(phrase, text) for phrase in sought if phrase in text)


def _is_given(value: Any) -> bool:
    """Whether there is anything: null and an empty text, list or document are nothing."""
    return value is not None and not (isinstance(value, str | list | dict) and not value)


def _ordered(order: Order, limit: str) -> Test:
    known = _read_limit(limit)
    return lambda value: _in_order(order, _orderable(value), known)


def _read_limit(text: str) -> Decimal | datetime.date | None:
    as_number = number(text)
    return day(text) if as_number is None else as_number


def _orderable(value: Any) -> Decimal | int | datetime.date | None:
    # By exact type: a bool is an int, and a moment is a day, to isinstance.
    kind = type(value)
    if kind is Decimal:
        return value if value.is_finite() else None
    if kind is int or kind is datetime.date:
        return value  # type: ignore[no-any-return]
    if kind is float and math.isfinite(value):
        return Decimal(repr(value))
    return None


def _in_order(
    order: Order, left: Decimal | int | datetime.date | None, right: Decimal | int | datetime.date | None
) -> Truth:
    if left is None or right is None or isinstance(left, datetime.date) is not isinstance(right, datetime.date):
        return None
    return order(left, right)


def _is(wanted: Scalar, form_of: Callable[[str], str]) -> Test:
    if isinstance(wanted, bool):
        return lambda value: value is wanted if isinstance(value, bool) else None
    text, ordered = form_of(wanted), _ordered(operator.eq, wanted)
    return lambda value: form_of(value) == text if isinstance(value, str) else ordered(value)


def _readable(declared: Field, test: Test) -> Test:
    """The test of a value that could be read as it is declared; one that was left as it was sent is unknown."""
    if declared.type == "choice":
        values = frozenset(declared.values)
        return lambda value: test(value) if isinstance(value, str) and value in values else None
    if declared.type in {"decimal", "integer", "date"}:
        return lambda value: None if isinstance(value, str) else test(value)
    return test


def _one_of(wanted: list[Scalar], form_of: Callable[[str], str]) -> Test:
    tests = [_is(one, form_of) for one in wanted]
    texts = {form_of(one) for one in wanted if isinstance(one, str)}
    alike = len(texts) and all(isinstance(one, str) for one in wanted)

    def test(value: Any) -> Truth:
        if alike and isinstance(value, str):
            return form_of(value) in texts
        truths = {one(value) for one in tests}
        return True if True in truths else (None if None in truths else False)

    return test
