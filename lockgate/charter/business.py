"""Why the money is spent: sponsor, the KPI that justifies the budget, adoption and scaling."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Amount, Count, Mailbox, Section, Text


class Kpi(Section):
    """The one figure by which the sponsor will judge the use case."""

    name: Text = Field(description="What is measured.")
    unit: Text = Field(description="Unit of baseline and target, such as 'hours a claim'.")
    baseline: float = Field(description="Measured before the use case, in that unit.")
    target: float = Field(description="Promised to the sponsor, in that unit.")
    value_per_unit: Amount = Field(
        description="What one unit of improvement on one case is worth, in the charter's currency."
    )
    review_by: date = Field(
        description="Day on which the sponsor decides to go on or to stop.", json_schema_extra=RELAXABLE
    )


class Scaling(Section):
    """How the use case grows, so that capacity and money are planned and not discovered."""

    cases_per_day: Count = Field(
        description="Cases a day that this environment is sized for.", json_schema_extra=RELAXABLE
    )
    cases_per_day_at_target: Count = Field(description="Cases a day once adoption is complete.")
    plan: Text = Field(description="What has to change to get from the first figure to the second.")


class Business(Section):
    """Who pays, who adopts, and for what."""

    sponsor: Mailbox = Field(description="Signs for the budget.")
    adoption_owner: Mailbox = Field(description="The business unit leader who owns adoption.")
    kpi: Kpi
    scaling: Scaling
