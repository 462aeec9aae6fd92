"""Conditions in words, for logs, reviews and audit: names and operators, never a value of a case.

What is compared with a masked field is left out too: that somebody's postcode is 1011 is told by "postcode is 1011".
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET

from normalise.text import key_form
from route.condition import Condition, Other, Scalar
from route.evaluate import form

Hidden = Callable[[str], bool]
_ORDERS = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"}
_MEASURES = {
    "quality": "the case's quality",
    "confidence": "the model's confidence",
    "source": "the source",
    "segment": "the segment",
    "text": "the text",
}


def hider(masked: list[str]) -> Hidden:
    """Whether a field is masked, whatever part of its dotted name says so."""
    names = {key_form(name) for name in masked}
    return lambda field: any(key_form(part) in names for part in (field, *field.split(".")))


def words(condition: Condition, hidden: Hidden) -> str:
    """What the condition says, such as "amount is above 20000"."""
    kind = form(condition)
    if kind == "all" and condition.all is not UNSET:
        return _joined(condition.all, " and ", hidden)
    if kind == "any" and condition.any is not UNSET:
        return _joined(condition.any, " or ", hidden)
    if kind == "not_" and condition.not_ is not UNSET:
        return f"not ({words(condition.not_, hidden)})"
    if kind is None:
        return "a condition that cannot be read"
    about, predicate = subject(condition), _predicate(condition, kind)
    masked = any(name is not UNSET and hidden(name) for name in (condition.field, _other(condition, kind)))
    return f"{about} is as the rule asks" if masked and kind != "given" else f"{about} {predicate}"


def subject(of: Condition | Other) -> str:
    """What a condition is about, such as "amount" or "the answer's amount"."""
    if of.field is not UNSET:
        return of.field
    if of.output is not UNSET:
        return f"the answer's {of.output}"
    measure = of.measure if isinstance(of, Condition) else UNSET
    return "a condition that cannot be read" if measure is UNSET else _MEASURES[measure]


def unknown(leaves: list[Condition]) -> str:
    """That these cannot be answered, such as "injury and amount are not known"."""
    names: dict[str, None] = {}
    for leaf in leaves:
        names[subject(leaf)] = None
        for kind in _ORDERS:
            limit = getattr(leaf, kind)
            if isinstance(limit, Other):
                names[subject(limit)] = None
    return f"{_listed(list(names), 'and')} {'is' if len(names) == 1 else 'are'} not known"


def _joined(joined: list[Condition], by: str, hidden: Hidden) -> str:
    said = [words(part, hidden) for part in joined]
    nested = [form(part) in {"all", "any"} for part in joined]
    return by.join(f"({one})" if inside else one for one, inside in zip(said, nested, strict=True)) or "nothing"


def _predicate(condition: Condition, kind: str) -> str:
    if condition.is_ is not UNSET:
        return f"is {_scalar(condition.is_)}"
    if condition.one_of is not UNSET:
        return f"is {_listed([_scalar(one) for one in condition.one_of], 'or')}"
    if condition.given is not UNSET:
        return "is given" if condition.given else "is not given"
    if condition.mentions is not UNSET:
        return f"mentions {_listed(condition.mentions, 'or')}"
    limit = getattr(condition, kind)
    return f"is {_ORDERS[kind]} {subject(limit) if isinstance(limit, Other) else limit}"


def _other(condition: Condition, kind: str) -> str:
    limit = getattr(condition, kind)
    return limit.field if isinstance(limit, Other) and limit.field is not UNSET else ""


def _scalar(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _listed(names: list[str], last: str) -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)
