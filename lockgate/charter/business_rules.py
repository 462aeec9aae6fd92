"""What an answer has to meet before it may act."""

from __future__ import annotations

from pydantic import Field

from lockgate.charter.condition import Condition
from lockgate.charter.section import Distinct, Section, Slug, Text, TierName


class BusinessRule(Section):
    """One rule; an answer that breaks it, or of which that is not known, goes to a person."""

    name: Slug = Field(description="Short name, which the records keep.")
    tiers: Distinct[TierName] = Field(min_length=1, max_length=3, description="Where it holds.")
    require: Condition = Field(description="What has to hold, of the answer and of the case.")
    otherwise: Text = Field(description="What is wrong where it does not hold, for the person who then decides.")
