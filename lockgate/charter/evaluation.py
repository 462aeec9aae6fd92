"""The evidence of quality that a release needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Count, Expected, Fraction, Section, Slug


class Evaluation(Section):
    """Limits that each segment has to meet by itself: a good average hides a bad segment."""

    max_error_by_segment: dict[Slug, Fraction] = Field(
        min_length=1,
        max_length=200,
        description="Largest acceptable share of wrong outputs in each segment.",
        json_schema_extra=RELAXABLE,
    )
    min_cases: Annotated[Count, Expected("a whole number of cases, at least 1", "cases a segment")] = Field(
        description="Fewest evaluated cases; fewer is no evidence.", json_schema_extra=RELAXABLE
    )
