"""Why the money is spent: sponsor, the KPI that justifies the budget, adoption and scaling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import (
    RELAXABLE,
    Amount,
    Contradiction,
    Count,
    Day,
    Expected,
    Mailbox,
    Number,
    Section,
    Text,
)

CasesPerDay = Annotated[Count, Expected("a whole number of cases a day, at least 1", "cases a day")]


class Kpi(Section):
    """The one figure by which the sponsor will judge the use case."""

    name: Text = Field(description="What is measured.")
    unit: Text = Field(description="Unit of baseline and target, such as 'hours a claim'.")
    baseline: Annotated[Number, Expected("a number in business.kpi.unit", "business.kpi.unit")] = Field(
        description="Measured before the use case."
    )
    target: Annotated[Number, Expected("a number in business.kpi.unit", "business.kpi.unit")] = Field(
        description="Promised to the sponsor."
    )
    value_per_unit: Annotated[
        Amount,
        Expected("an amount above 0 in money.currency, at most 4 decimals", "money.currency per business.kpi.unit"),
    ] = Field(description="What one unit of improvement is worth, for what business.kpi.per names.")
    per: Literal["case", "month"] = Field(
        description="case: value_per_unit is for one case, and counts for each; month: it is for all cases of a month."
    )
    review_by: Day = Field(
        description="Day on which the sponsor decides to go on or to stop.", json_schema_extra=RELAXABLE
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """A target equal to the baseline promises nothing."""
        if self.target == self.baseline:
            yield Contradiction(
                ("target",),
                f"equals baseline ({self.baseline:g}), so nothing is promised",
                "Give the figure that the sponsor was promised.",
            )


class Scaling(Section):
    """How the use case grows, so that capacity and money are planned and not discovered."""

    cases_per_day: CasesPerDay = Field(
        description="Cases a day that this environment is sized for.", json_schema_extra=RELAXABLE
    )
    cases_per_day_at_target: CasesPerDay = Field(description="Cases a day once adoption is complete.")
    plan: Text = Field(description="What has to change to get from the first figure to the second.")

    def contradictions(self) -> Iterator[Contradiction]:
        """Adoption does not shrink the use case."""
        if self.cases_per_day > self.cases_per_day_at_target:
            yield Contradiction(
                ("cases_per_day",),
                f"is {self.cases_per_day}, above cases_per_day_at_target ({self.cases_per_day_at_target})",
                "Lower it, or raise the target.",
            )


class Business(Section):
    """Who pays, who adopts, and for what."""

    sponsor: Mailbox = Field(description="Signs for the budget.")
    adoption_owner: Mailbox = Field(description="The business unit leader who owns adoption.")
    kpi: Kpi = Field(description="The KPI that justifies the budget.")
    scaling: Scaling = Field(description="How the use case grows.")
