"""What the stack may cost, in which currency, and who hears of it."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Amount, Mailbox, Section, Slug, Text


class Exchange(Section):
    """The rate at which list prices in US dollars are converted."""

    usd_rate: Amount = Field(description="Units of the charter's currency for one US dollar.")
    date: datetime.date = Field(description="Day of the rate.")
    source: Text = Field(description="Who published it.")


class Threshold(Section):
    """A share of the monthly limit at which finance is told."""

    percent: Annotated[int, Field(ge=1, le=200)] = Field(description="Per cent of monthly_limit.")
    basis: Literal["current", "forecast"] = Field(description="Spend so far, or Google's forecast for the month.")


class Money(Section):
    """The bound on spend and its alerts."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code; must be the billing account's currency."
    )
    exchange: Exchange
    monthly_limit: Amount = Field(description="Most the stack may cost in a calendar month.", json_schema_extra=RELAXABLE)
    pilot_burn_limit: Amount = Field(description="Most the pilot may burn in all before the KPI review.")
    finops_owner: Mailbox = Field(description="Runs FinOps for this use case.")
    thresholds: list[Threshold] = Field(min_length=2)
    recipients: list[Mailbox] = Field(
        min_length=1, max_length=5, description="Who gets budget alerts; Google accepts five channels at most."
    )
    cost_centre: Slug = Field(description="Label by which spend is allocated.")
