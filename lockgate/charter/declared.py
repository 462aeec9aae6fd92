"""Declared fields: what a case holds, and what a model answers, with the rule for what is missing or invalid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from lockgate.charter.section import (
    Contradiction,
    Count,
    Distinct,
    Expected,
    Scalar,
    Section,
    Text,
    folded,
)

Kind = Literal["text", "decimal", "integer", "date", "boolean", "choice", "document"]
NUMBERS = ("decimal", "integer")

Bound = Annotated[Scalar, Expected("a number, or a day such as 2026-11-30", "the field's unit")]

_MEANT = {
    "decimal": "a number",
    "integer": "a whole number",
    "date": "a day such as 2026-11-30",
    "boolean": "true or false",
    "text": "a text",
}


class DeclaredField(Section):
    """One field, in its current form."""

    type: Kind = Field(
        description="choice: one of values; document: nested data that is kept as it is; decimal: never rounded."
    )
    unit: Text | None = Field(default=None, description="What the number is in, such as EUR or km.")
    missing: Literal["default", "review", "refuse", "allow"] = Field(
        default="review",
        description="Where it is absent or null. default: takes default; review: a person decides the case; refuse: "
        "the caller gets an error; allow: it stays absent.",
    )
    default: Scalar | None = Field(default=None, description="What an absent field is taken for.")
    invalid: Literal["review", "refuse"] = Field(
        default="review", description="Where it is not of its type, out of bounds, or none of values."
    )
    values: Distinct[Text] | None = Field(
        default=None, min_length=1, max_length=500, description="What a choice may be, letter by letter."
    )
    least: Bound | None = Field(default=None, description="Smallest valid number, or first valid day.")
    most: Bound | None = Field(default=None, description="Largest valid number, or last valid day.")
    longest: Annotated[Count, Expected("a whole number of characters, at least 1", "characters")] = Field(
        default=20_000, description="Most characters of a text."
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """Bounds and defaults that fit the type."""
        if (self.type == "choice") != (self.values is not None):
            said = "is missing, but type is choice" if self.values is None else f"is given, but type is {self.type}"
            yield Contradiction(("values",), said, "List what may be chosen under type: choice, and only there.")
        for index, value in enumerate(values := self.values or []):
            if folded(value) in map(folded, values[:index]):
                yield Contradiction(
                    ("values", index), f"{value} differs from another by case, spaces or hyphens alone", "Remove it."
                )
        if self.unit is not None and self.type not in NUMBERS:
            yield Contradiction(
                ("unit",), f"is given, but type is {self.type}", "Remove it, or make it decimal or integer."
            )
        yield from self._bounds()
        if (self.missing == "default") != (self.default is not None):
            said = (
                "is missing, but missing is default"
                if self.default is None
                else f"is given, but missing is {self.missing}"
            )
            yield Contradiction(("default",), said, "Give both missing: default and the default, or neither.")
        elif self.default is not None and (wrong := self.misfit(self.default)):
            yield Contradiction(("default",), wrong, "Give a value that the field itself may have.")

    def _bounds(self) -> Iterator[Contradiction]:
        for key in ("least", "most"):
            bound = getattr(self, key)
            if bound is not None and self.type not in {*NUMBERS, "date"}:
                yield Contradiction(
                    (key,), f"is given, but type is {self.type}", "Remove it: only numbers and days have it."
                )
            elif bound is not None and not is_a("date" if self.type == "date" else "decimal", bound):
                expected = _MEANT["date" if self.type == "date" else "decimal"]
                yield Contradiction(
                    (key,), f"is {_shown(bound)}, expected {expected}", "Write it as the field's type asks."
                )
            elif bound is not None and self._beyond(bound):
                yield Contradiction(
                    ("least",),
                    f"is {_shown(self.least)}, above most ({_shown(self.most)})",
                    "Lower least or raise most.",
                )
                return

    def _beyond(self, value: Any) -> bool:
        """Whether a value of the field's type lies outside its bounds."""
        least, most = self.least, self.most
        same = [bound for bound in (least, most) if bound is not None and type(bound) is type(value)]
        return any((bound is least and value < bound) or (bound is most and value > bound) for bound in same)

    def misfit(self, value: Any) -> str | None:
        """Why ``value`` can never be this field's, for a sentence about it; None where it can."""
        if self.type == "choice":
            values = self.values or []
            return None if value in values else f"is {_shown(value)}, expected one of {', '.join(values)}"
        if self.type == "document":
            return f"is {_shown(value)}, but a document is never one value"
        if not is_a(self.type, value):
            return f"is {_shown(value)}, expected {_MEANT[self.type]}"
        if self._beyond(value):
            bounds = " to ".join("..." if bound is None else _shown(bound) for bound in (self.least, self.most))
            return f"is {_shown(value)}, not within {bounds}"
        return None


def is_a(kind: Kind, value: Any) -> bool:
    """Whether a value that a charter gives can be of the type."""
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "decimal":
            return isinstance(value, Decimal)
        case "integer":
            return isinstance(value, Decimal) and value == value.to_integral_value()
        case "date":
            return isinstance(value, str) and _day(value)
        case _:
            return isinstance(value, str)


def _day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else repr(value)
