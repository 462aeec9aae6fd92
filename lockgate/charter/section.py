"""What every section of a charter shares: strictness, and the scalar types with their units."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

# A development charter extends a production one. It may override what concerns its own place and
# people (OWN) and what may be weaker where no case of a real person is decided (RELAXABLE); the
# loader refuses any other override, and the published JSON Schema carries the word.
OVERRIDE_KEY = "x-lockgate-override"
OWN: dict[str, Any] = {OVERRIDE_KEY: "own"}
RELAXABLE: dict[str, Any] = {OVERRIDE_KEY: "outside-production"}

EMPTY: dict[str, Any] = {"default": {}}
"""For a section that may be left out: its default is made when needed, and the schema still says that it has one."""

EXPECTED_KEY = "x-lockgate-expected"
UNIT_KEY = "x-lockgate-unit"

TierName = Literal["high", "medium", "low"]
TIERS: tuple[TierName, ...] = ("high", "medium", "low")
Path = tuple[str | int, ...]
"""Where a value is: keys, and indexes of lists."""

PROBLEMS = "lockgate_problems"
"""The pydantic error type that carries contradictions, under ``problems`` in its context."""


@dataclass(frozen=True)
class Expected:
    """What an error says was expected, and the unit; both become part of the JSON Schema."""

    text: str
    unit: str | None = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        schema[EXPECTED_KEY] = self.text
        if self.unit:
            schema[UNIT_KEY] = self.unit
        if "pattern" in schema:
            # Read by the YAML language server, which would otherwise show the regular expression.
            schema["patternErrorMessage"] = f"Expected {self.text}."
        return schema


class Contradiction(NamedTuple):
    """Two answers that cannot both hold: the key to look at, what is wrong, and the remedy."""

    path: Path
    message: str
    remedy: str


def refuse(contradictions: list[Contradiction]) -> None:
    """Raise the pydantic error that carries ``contradictions``; their paths are relative to the value checked."""
    if contradictions:
        text = "; ".join(f"{'.'.join(map(str, path))}: {message}" for path, message, _ in contradictions)
        # A pydantic template replaces {text} by the context's value.
        raise PydanticCustomError(PROBLEMS, "{text}", {"text": text, "problems": contradictions})


class Section(BaseModel):
    """A part of the charter: immutable, and closed to keys and types that it does not declare."""

    # Built at the first charter read, as one: importing a section builds no validator of its own.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    def contradictions(self) -> Iterator[Contradiction]:
        """What cannot hold together in this section; asked only when each of its keys is right by itself."""
        return iter(())

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        refuse(list(self.contradictions()))
        return self


Item = TypeVar("Item", bound=Hashable)


def _distinct(items: list[Item]) -> list[Item]:
    first: dict[Item, int] = {}
    twice = []
    for index, item in enumerate(items):
        if first.setdefault(item, index) != index:
            twice.append(Contradiction((index,), f"is the same as item {first[item] + 1} of the list", "Remove it."))
    refuse(twice)
    return items


Distinct = Annotated[list[Item], AfterValidator(_distinct), Field(json_schema_extra={"uniqueItems": True})]
"""A list without repetitions."""


def _decimal(number: Any) -> Any:
    if isinstance(number, str):
        raise PydanticCustomError("amount_text", "a number, without quotes")
    if isinstance(number, int | float) and not isinstance(number, bool):
        return Decimal(str(number))
    return number


def _calendar_day(day: Any) -> Any:
    # pydantic's own reading takes a number of seconds in quotes for a date as well.
    if isinstance(day, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        return date.fromisoformat(day)
    return day


def plain(amount: Decimal) -> int | float:
    """A number as JSON writes it: 20000, not 2E+4 or 20000.0."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


MOST = Decimal(10) ** 12
MOST_PLACES = 9


def scalar(value: Any) -> bool | Decimal | str:
    """A value of a case as a charter writes it; a number without the error of a float.

    Raises PydanticCustomError.
    """
    if isinstance(value, bool) or (isinstance(value, str) and 0 < len(value) <= 1000):
        return value
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        exponent = number.normalize().as_tuple().exponent
        if abs(number) <= MOST and isinstance(exponent, int) and exponent >= -MOST_PLACES:
            return number
    raise PydanticCustomError("scalar", "a text, a number, true or false")


def folded(text: str) -> str:
    """The form in which the router compares names: ``Papers-Complete`` and ``papers complete`` are the same."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _plain_scalar(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


_ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"

Text = Annotated[
    str, StringConstraints(min_length=2, max_length=4000, strip_whitespace=True), Expected("text, 2 to 4000 characters")
]
Slug = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]{1,28}[a-z0-9]$"),
    Expected("3 to 30 lower-case letters, digits and hyphens, from a letter, such as claims-triage"),
]
"""Lower-case words joined by hyphens, 3 to 30 characters: fits a stack, an account and a label."""

Mailbox = Annotated[
    str,
    Field(pattern="^" + _ADDRESS, max_length=254),
    Expected("the mailbox of a role, such as finops@example.com"),
]
"""The mailbox of a role, such as finops@example.com; people are never named."""

Principal = Annotated[
    str,
    Field(pattern="^(group|serviceAccount):" + _ADDRESS, max_length=254),
    Expected("group: or serviceAccount: and its address, such as group:audit@example.com"),
]
"""A Google Cloud IAM member: a group or a service account. A single user is not accepted."""

ServiceAccount = Annotated[
    str,
    Field(pattern="^serviceAccount:" + _ADDRESS, max_length=254),
    Expected("serviceAccount: and its address, such as serviceAccount:workflow@example.iam.gserviceaccount.com"),
]
"""A Google Cloud IAM member that is one caller."""

FieldName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=63),
    Expected("a field's name: lower-case letters and digits, from a letter, joined by _, such as incident_date"),
]
"""The name of a field of a case in its current form, or of an answer."""

Region = Annotated[
    str,
    Field(pattern=r"^[a-z]+-[a-z]+[0-9]+$", max_length=40),
    Expected("a Google Cloud region, such as europe-west4 (not a zone, a multi-region or global)"),
]
"""A Google Cloud region, such as europe-west4."""

Day = Annotated[date, BeforeValidator(_calendar_day), Expected("a day of the calendar, such as 2026-11-30")]
Fraction = Annotated[float, Field(ge=0, le=1), Expected("a share from 0 (none) to 1 (all)", "share, 0 to 1")]
Number = Annotated[float, Field(ge=-1e12, le=1e12), Expected("a number")]
Days = Annotated[int, Field(ge=1, le=3650), Expected("a whole number of days, 1 to 3650", "days")]
Seconds = Annotated[int, Field(ge=1, le=3600), Expected("a whole number of seconds, 1 to 3600", "seconds")]
Tokens = Annotated[int, Field(ge=1, le=1_000_000_000), Expected("a whole number of tokens, 1 to 1000000000", "tokens")]
Count = Annotated[int, Field(ge=1, le=1_000_000_000), Expected("a whole number, 1 to 1000000000")]
Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    Field(gt=0, max_digits=14, decimal_places=4),
    PlainSerializer(plain, return_type=int | float, when_used="json"),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10**10}),
    Expected("an amount above 0 and below 10000000000, at most 4 decimals", "money.currency"),
]
"""Money, in the unit that the field's name or its section's currency gives; never zero."""

Quantity = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    Field(ge=-MOST, le=MOST, max_digits=21, decimal_places=MOST_PLACES),
    PlainSerializer(plain, return_type=int | float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": -(10**12), "maximum": 10**12}),
    Expected("a number from -1000000000000 to 1000000000000, at most 9 decimals", "the field's unit"),
]
"""A number of a case, exact."""

Scalar = Annotated[
    bool | Decimal | str,
    PlainValidator(scalar),
    PlainSerializer(_plain_scalar, when_used="json"),
    WithJsonSchema({"type": ["boolean", "number", "string"]}),
    Expected("a text, a number of at most 9 decimals, a day such as 2026-11-30, true or false"),
]
"""A value of a case; what it means follows from the field's type."""
