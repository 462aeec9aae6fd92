"""The risk tiers: which cases fall in each, and the error that the business accepts there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lockgate.charter.condition import Condition
from lockgate.charter.section import Contradiction, Fraction, Section, Text


class Tier(Section):
    """One risk tier."""

    when: Text = Field(description="Which cases fall in this tier.")
    max_error: Fraction = Field(description="Largest acceptable share of wrong outputs.")
    rules: list[Condition] = Field(
        default=[],
        max_length=100,
        description="Any of them brings a case here; asked of the strictest tier first. A tier without rules takes the "
        "rest, and so does the strictest where a rule cannot be answered.",
    )


class Risk(Section):
    """The tiers that occur in this use case; one that does not occur is left out."""

    high: Tier | None = Field(default=None, description="Cases in which a wrong output harms a person or the company.")
    medium: Tier | None = Field(default=None, description="Cases in which a wrong output costs time or money.")
    low: Tier | None = Field(default=None, description="Cases in which a wrong output is noticed and put right.")

    def contradictions(self) -> Iterator[Contradiction]:
        """Some tier occurs."""
        if not (self.high or self.medium or self.low):
            yield Contradiction((), "has no tier", "Describe at least one of high, medium and low.")
