"""Conditions: what the charter says of a case or of an answer, as data. ``holds`` (in ``judge``) evaluates them.

A condition is ``all``, ``any`` or ``not`` of others, or one subject with one operator:

    {"field": "amount", "above": "20000"}
    {"measure": "confidence", "below": "0.8"}
    {"output": "amount", "at_most": {"field": "amount"}}
    {"any": [{"field": "injury", "is": true}, {"measure": "text", "mentions": ["lawyer", "court"]}]}

Numbers are decimal text and dates ISO 8601, so that nothing is rounded on the way from the charter.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Scalar = str | bool
Measure = Literal["quality", "confidence", "source", "segment", "text"]
OPERATORS = ("is_", "one_of", "above", "at_least", "below", "at_most", "given", "mentions")
SUBJECTS = ("field", "measure", "output")
JUNCTIONS = ("all", "any", "not_")


class Strict(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A closed part of the routes."""


class Other(Strict, frozen=True):
    """The value of a field of the case, or of the answer, to compare with."""

    field: str | UnsetType = UNSET
    output: str | UnsetType = UNSET


class Condition(Strict, frozen=True):
    """One junction, or one subject with one operator.

    ``quality`` is the share of declared fields that were there and as their version declares them, 0 to 1: a default, a
    repair and a value that cannot be read lower it, a declared migration does not. ``confidence`` is the drafting
    model's own, 0 to 1; ``segment`` each segment that the case is in; ``text`` all text of the case, or of the answer
    where a business rule asks. ``mentions`` finds whole words, in any case of letters.
    """

    all: list[Condition] | UnsetType = UNSET
    any: list[Condition] | UnsetType = UNSET
    not_: Condition | UnsetType = msgspec.field(default=UNSET, name="not")
    field: str | UnsetType = UNSET
    measure: Measure | UnsetType = UNSET
    output: str | UnsetType = UNSET
    is_: Scalar | UnsetType = msgspec.field(default=UNSET, name="is")
    one_of: list[Scalar] | UnsetType = UNSET
    above: str | Other | UnsetType = UNSET
    at_least: str | Other | UnsetType = UNSET
    below: str | Other | UnsetType = UNSET
    at_most: str | Other | UnsetType = UNSET
    given: bool | UnsetType = UNSET
    mentions: list[str] | UnsetType = UNSET
