"""What the stack may cost, in which currency, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from lockgate.charter.currency import ACTIVE
from lockgate.charter.section import (
    RELAXABLE,
    Amount,
    Contradiction,
    Day,
    Distinct,
    Expected,
    Mailbox,
    Section,
    Slug,
    Text,
)


def _active(code: str) -> str:
    if code not in ACTIVE:
        raise PydanticCustomError("currency", "an active ISO 4217 currency code")
    return code


Currency = Annotated[
    str,
    AfterValidator(_active),
    Field(json_schema_extra={"enum": sorted(ACTIVE)}),
    Expected("an active ISO 4217 currency code, such as EUR"),
]


class Exchange(Section):
    """The rate at which list prices in US dollars are converted."""

    usd_rate: Annotated[
        Amount, Expected("a rate above 0, at most 4 decimals", "units of money.currency for one US dollar")
    ] = Field(description="Units of the charter's currency for one US dollar.")
    date: Day = Field(description="Day of the rate.")
    source: Text = Field(description="Who published it.")


class Threshold(Section):
    """A share of the monthly limit at which finance is told."""

    percent: Annotated[int, Field(ge=1, le=200), Expected("a whole per cent of money.monthly_limit, 1 to 200", "%")] = (
        Field(description="Per cent of monthly_limit.")
    )
    basis: Literal["current", "forecast"] = Field(
        description="current: spend so far this month; forecast: Google's forecast for the month."
    )


class Money(Section):
    """The bound on spend and its alerts."""

    currency: Currency = Field(description="The billing account's currency; every amount of the charter is in it.")
    exchange: Exchange = Field(description="How list prices in US dollars are converted.")
    monthly_limit: Amount = Field(
        description="Most the stack may cost in a calendar month.", json_schema_extra=RELAXABLE
    )
    pilot_burn_limit: Amount = Field(
        description="Most the pilot may burn in all before the KPI review.", json_schema_extra=RELAXABLE
    )
    finops_owner: Mailbox = Field(description="Runs FinOps for this use case.")
    thresholds: list[Threshold] = Field(
        min_length=2, max_length=20, description="When finance is told; on spend so far and on forecast spend."
    )
    recipients: Distinct[Mailbox] = Field(
        min_length=1, max_length=5, description="Who gets budget alerts; Google accepts five channels at most."
    )
    cost_centre: Slug = Field(description="Label by which spend is allocated.")

    def contradictions(self) -> Iterator[Contradiction]:
        """A dollar is a dollar; a threshold is given once."""
        if self.currency == "USD" and self.exchange.usd_rate != 1:
            yield Contradiction(
                ("exchange", "usd_rate"),
                f"is {self.exchange.usd_rate}, but currency is USD",
                "Set it to 1, or correct currency.",
            )
        for index, threshold in enumerate(self.thresholds):
            if threshold in self.thresholds[:index]:
                yield Contradiction(
                    ("thresholds", index),
                    f"{threshold.percent} % of {threshold.basis} spend is given twice",
                    "Remove one of the two.",
                )
