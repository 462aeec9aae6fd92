"""What the stack may cost, in which currency, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from lockgate.charter.currency import ACTIVE
from lockgate.charter.section import (
    EMPTY,
    RELAXABLE,
    Amount,
    Contradiction,
    Count,
    Day,
    Distinct,
    Expected,
    Mailbox,
    Path,
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


class TierCalls(Section):
    """What model calls for the cases of one tier may cost."""

    day: Amount | None = Field(default=None, description="On a day (UTC).", json_schema_extra=RELAXABLE)
    month: Amount | None = Field(default=None, description="In a calendar month (UTC).", json_schema_extra=RELAXABLE)


class TiersCalls(Section):
    """Budgets of single tiers; a tier that is left out is bounded by the stack's."""

    high: TierCalls | None = Field(default=None, description="For high-risk cases.")
    medium: TierCalls | None = Field(default=None, description="For medium-risk cases.")
    low: TierCalls | None = Field(default=None, description="For low-risk cases.")


class Calls(Section):
    """Budgets of model calls. Money is reserved from them before a call, so they are never passed."""

    revision: Annotated[Count, Expected("a whole number, at least 1")] = Field(
        default=1,
        description="Raise it with each change of a budget: the ledger follows the greatest that it has seen.",
        json_schema_extra=RELAXABLE,
    )
    month: Amount | None = Field(
        default=None,
        description="Most that model calls may cost in a calendar month (UTC); monthly_limit where left out.",
        json_schema_extra=RELAXABLE,
    )
    day: Amount | None = Field(
        default=None, description="Most that model calls may cost on a day (UTC).", json_schema_extra=RELAXABLE
    )
    tiers: TiersCalls = Field(
        default_factory=TiersCalls, description="Budgets of single tiers.", json_schema_extra=EMPTY
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
    calls: Calls = Field(
        default_factory=Calls,
        description="The part that model calls may cost, which the router enforces.",
        json_schema_extra=EMPTY,
    )

    def month_of_calls(self) -> Decimal:
        """Most that model calls may cost in a calendar month, in the charter's currency."""
        return self.monthly_limit if self.calls.month is None else self.calls.month

    def contradictions(self) -> Iterator[Contradiction]:
        """A dollar is a dollar; a threshold is given once; a part is no more than the whole."""
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
        if self.calls.month is not None and self.calls.month > self.monthly_limit:
            yield Contradiction(
                ("calls", "month"),
                f"is {self.calls.month:f}, above monthly_limit ({self.monthly_limit:f})",
                "Lower it: model calls alone cannot cost more than the stack.",
            )
        elif self.calls.day is not None and self.calls.day > self.month_of_calls():
            yield Contradiction(
                ("calls", "day"),
                f"is {self.calls.day:f}, above the month's ({self.month_of_calls():f})",
                "Lower it, or raise calls.month.",
            )
        for tier in ("high", "medium", "low"):
            part = getattr(self.calls.tiers, tier)
            if part is not None:
                yield from beyond(("calls", "tiers", tier), part.day, part.month, self)


def beyond(path: Path, day: Decimal | None, month: Decimal | None, money: Money) -> Iterator[Contradiction]:
    """Where the budget of a part, at ``path``, is above that of all model calls, or its day above its month."""
    whole = {"day": money.calls.day, "month": money.month_of_calls()}
    for key, value in (("day", day), ("month", month)):
        most = whole[key] if whole[key] is not None else whole["month"]
        if value is not None and most is not None and value > most:
            yield Contradiction(
                (*path, key),
                f"is {value:f}, above that of all model calls ({most:f})",
                f"Lower it, or raise money.calls.{key}.",
            )
    if day is not None and month is not None and day > month:
        yield Contradiction((*path, "day"), f"is {day:f}, above the month's ({month:f})", "Lower it, or raise month.")
