"""What comes of a request: a case in its current form, and a record of each change that says no value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import msgspec

from normalise.text import key_form, speakable

__all__ = ["BadRequestError", "Case", "Change", "key_form", "speakable"]

What = Literal["renamed", "migrated", "reformatted", "cleaned", "defaulted", "dropped"]
Code = Literal[
    "too-large",
    "charset",
    "not-json",
    "shape",
    "number",
    "too-deep",
    "too-many",
    "same-name",
    "unknown-source",
    "unknown-version",
    "old-version",
    "unknown-field",
    "missing-field",
    "invalid-field",
]


class BadRequestError(Exception):
    """The request is refused; the text says what, where and the remedy, and repeats no value of the case.

    ``code`` is one word for programs.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code


class Change(msgspec.Struct, frozen=True, gc=False):
    """One thing that was done to a field (a dotted path), and why; never a value."""

    field: str
    what: What
    why: str


class Case(msgspec.Struct, frozen=True, gc=False):
    """A case in the current form of its source, before anything is masked.

    ``version`` is the schema version it came in, ``unknown`` where the source has no such version. Declared fields that
    could be read are str, Decimal, int, bool, datetime.date or nested JSON; one that could not is as it was sent, which
    the judge of conditions takes for unknown. Each of ``concerns`` sends the case to a person and says no value.
    ``quality`` is the share of declared fields that were there and as their version declares them, from 0 to 1: a
    default, a repair and a value that cannot be read lower it, a declared migration does not. An optional field that is
    absent does not count, and where nothing counts it is 1.
    """

    id: str
    source: str
    version: str
    fields: dict[str, Any]
    changes: list[Change]
    concerns: list[str]
    quality: Decimal
