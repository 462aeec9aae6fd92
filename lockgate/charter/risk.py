"""The risk tiers: which cases fall in each, and the error that the business accepts there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lockgate.charter.section import Contradiction, Fraction, Section, Text


class Tier(Section):
    """One risk tier."""

    when: Text = Field(description="Which cases fall in this tier.")
    max_error: Fraction = Field(description="Largest acceptable share of wrong outputs.")


class Risk(Section):
    """The tiers that occur in this use case; one that does not occur is left out."""

    high: Tier | None = Field(default=None, description="Cases in which a wrong output harms a person or the company.")
    medium: Tier | None = Field(default=None, description="Cases in which a wrong output costs time or money.")
    low: Tier | None = Field(default=None, description="Cases in which a wrong output is noticed and put right.")

    def contradictions(self) -> Iterator[Contradiction]:
        """Some tier occurs."""
        if not (self.high or self.medium or self.low):
            yield Contradiction((), "has no tier", "Describe at least one of high, medium and low.")
