"""What happens to a case of each tier, and when a model cannot answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lockgate.charter.models import ModelId
from lockgate.charter.section import Principal, Seconds, Section, Text, Tokens


class Route(Section):
    """The way of the cases of one tier."""

    action: Literal["manual-review", "validate", "automatic"] = Field(
        description="manual-review: a person decides; validate: a second model and business rules; automatic."
    )
    model: ModelId = Field(description="The model that drafts; one of models[].id.")
    checker: ModelId | None = Field(default=None, description="The model that checks, where action is validate.")
    timeout_seconds: Seconds = Field(description="Longest wait for a model before the fallback.")
    max_input_tokens: Tokens
    max_output_tokens: Tokens


class Fallback(Section):
    """What happens without any model."""

    action: Literal["manual-review", "refuse"] = Field(description="Neither lets a model decide.")
    description: Text = Field(description="What people then do, as the runbook says.")


class Routing(Section):
    """A route for each risk tier, and one fallback for all."""

    high: Route | None = None
    medium: Route | None = None
    low: Route | None = None
    fallback: Fallback
    callers: list[Principal] = Field(min_length=1, description="Who may call the router.")
