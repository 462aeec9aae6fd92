"""The evidence of quality that a release needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Count, Fraction, Section, Slug


class Evaluation(Section):
    """Limits that each segment has to meet by itself: a good average hides a bad segment."""

    max_error_by_segment: Annotated[dict[Slug, Fraction], Field(min_length=1)] = Field(
        description="Largest acceptable share of wrong outputs in each segment, 0 to 1.", json_schema_extra=RELAXABLE
    )
    min_cases: Count = Field(
        description="Fewest evaluated cases a segment; fewer is no evidence.", json_schema_extra=RELAXABLE
    )
