"""What every section of a charter shares: strictness, and the scalar types with their units."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

# A development charter extends a production one. It may override what concerns its own place and
# people (OWN) and what may be weaker where no case of a real person is decided (RELAXABLE); the
# loader refuses any other override, and the published JSON Schema carries the word.
OVERRIDE_KEY = "x-lockgate-override"
OWN: dict[str, Any] = {OVERRIDE_KEY: "own"}
RELAXABLE: dict[str, Any] = {OVERRIDE_KEY: "outside-production"}


class Section(BaseModel):
    """A part of the charter: immutable, and closed to keys and types that it does not declare."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


Text = Annotated[str, Field(min_length=2, max_length=4000)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,28}[a-z0-9]$")]
"""Lower-case words joined by hyphens, 3 to 30 characters: fits a stack, an account and a label."""

Mailbox = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
"""The mailbox of a role, such as finops@example.com; people are never named."""

Principal = Annotated[
    str, Field(pattern=r"^(group|serviceAccount):[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]
"""A Google Cloud IAM member: a group or a service account. A single user is not accepted."""

Region = Annotated[str, Field(pattern=r"^[a-z]+-[a-z]+[0-9]+$")]
"""A Google Cloud region, such as europe-west4."""

Fraction = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seconds = Annotated[int, Field(ge=1, le=3600)]
Tokens = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=1)]
Amount = Annotated[
    Decimal,
    Field(gt=0, max_digits=14, decimal_places=4),
    PlainSerializer(_plain, return_type=int | float, when_used="json"),
]
"""Money, in the unit that the field's name or its section's currency gives; never zero."""
