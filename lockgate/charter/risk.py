"""The risk tiers: which cases fall in each, and the error that the business accepts there."""

from __future__ import annotations

from pydantic import Field, model_validator

from lockgate.charter.section import Fraction, Section, Text


class Tier(Section):
    """One risk tier."""

    when: Text = Field(description="Which cases fall in this tier.")
    max_error: Fraction = Field(description="Largest acceptable share of wrong outputs, 0 to 1.")


class Risk(Section):
    """The tiers that occur in this use case; one that does not occur is left out."""

    high: Tier | None = None
    medium: Tier | None = None
    low: Tier | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Risk:
        if not (self.high or self.medium or self.low):
            raise ValueError("at least one of high, medium and low is needed")
        return self
