"""What is looked for in every text, besides the fields that are masked by their names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import Distinct, Expected, Section

Pattern = Literal["card", "iban", "email", "phone", "national-id", "ip"]
PATTERNS: tuple[Pattern, ...] = ("card", "iban", "email", "phone", "national-id", "ip")

Country = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$"),
    Expected("a country as two capital letters (ISO 3166-1 alpha-2), such as DE"),
]


class Masking(Section):
    """Personal data that is found by its form. Names, streets and places have none, so mask their fields by name."""

    patterns: Distinct[Pattern] = Field(
        default=list(PATTERNS), max_length=len(PATTERNS), description="Forms that are masked wherever a text has them."
    )
    countries: Distinct[Country] = Field(
        default=[],
        max_length=60,
        description="Whose national ids, and phone numbers written without a country code, are looked for.",
    )
