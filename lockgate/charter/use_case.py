"""What is being built, for whom, and how far it may act by itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lockgate.charter.section import OWN, Distinct, Section, Slug, Text


class UseCase(Section):
    """The use case and the environment this charter commits."""

    name: Slug = Field(description="Short name; becomes part of every resource's name and of its labels.")
    summary: Text = Field(description="What it does, in words a member of the public understands.")
    environment: Literal["development", "pilot", "production"] = Field(
        description="Only production may be extended, and only the others may relax what it says.",
        json_schema_extra=OWN,
    )
    autonomy: Literal["advises", "acts-with-review", "acts"] = Field(
        description="advises: a person decides every case; acts-with-review: a person decides some; acts: none."
    )
    people_affected: Distinct[Text] = Field(
        min_length=1, max_length=100, description="Groups of people whom an output concerns, such as policyholders."
    )
