"""What a model has to answer, and the business rules that hold whatever it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec

from normalise.case import Case, key_form

Shape = TypeVar("Shape")
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class GarbageError(Exception):
    """The answer has another shape than was asked for."""


class Proposal(msgspec.Struct, frozen=True):
    """What the drafting model proposes; ``facts`` are paths of the case's fields that the reasons rest on."""

    decision: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    reasons: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=10)]
    facts: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=50)]


class Opinion(msgspec.Struct, frozen=True):
    """What the checking model says of a proposal."""

    agrees: bool
    reasons: Annotated[list[Line], msgspec.Meta(max_length=10)]


def proposal(text: str) -> Proposal:
    """Read the drafting model's answer; raises GarbageError."""
    return _decode(text, Proposal)


def opinion(text: str) -> Opinion:
    """Read the checking model's answer; raises GarbageError."""
    return _decode(text, Opinion)


def objections(said: Proposal, case: Case) -> Iterator[str]:
    """The rules that a proposal breaks: each fact is one that the case has and that the model could see."""
    for fact in said.facts:
        path = ".".join(key_form(part) for part in fact.split("."))
        if any(path == hidden or path.startswith(hidden + ".") for hidden in case.masked):
            yield "a reason rests on a field that is masked, so the model cannot know it"
        elif not _has(case.fields, path.split(".")):
            yield "a reason rests on a fact that the case does not have"


def _has(value: Any, path: list[str]) -> bool:
    if not path:
        return True
    if isinstance(value, list):
        return any(_has(item, path) for item in value)
    return isinstance(value, dict) and path[0] in value and _has(value[path[0]], path[1:])


def _decode(text: str, shape: type[Shape]) -> Shape:
    # Models without a JSON mode wrap their answer in a Markdown fence.
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return msgspec.json.decode(bare, type=shape)
    except (msgspec.DecodeError, RecursionError):
        raise GarbageError("the model's answer is not in the form that was asked for") from None
