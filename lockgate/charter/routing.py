"""What happens to a case of each tier, and when a model cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from lockgate.charter.models import ModelId
from lockgate.charter.section import Contradiction, Distinct, Principal, Seconds, Section, Text, Tokens


class Route(Section):
    """The way of the cases of one tier."""

    action: Literal["manual-review", "validate", "automatic"] = Field(
        description="manual-review: a person decides; validate: a second model and business rules; automatic."
    )
    model: ModelId = Field(description="The model that drafts; one of models[].id.")
    checker: ModelId | None = Field(default=None, description="The model that checks, where action is validate.")
    timeout_seconds: Seconds = Field(description="Longest wait for a model before the fallback.")
    max_input_tokens: Tokens = Field(description="Most tokens that a request may send to a model.")
    max_output_tokens: Tokens = Field(description="Most tokens that a model may answer with.")

    def contradictions(self) -> Iterator[Contradiction]:
        """validate needs a checker."""
        if self.action == "validate" and self.checker is None:
            yield Contradiction(
                ("checker",), "is missing, but action is validate", "Name the model that checks, or change action."
            )


class Fallback(Section):
    """What happens without any model."""

    action: Literal["manual-review", "refuse"] = Field(description="Neither lets a model decide.")
    description: Text = Field(description="What people then do, as the runbook says.")


class Routing(Section):
    """A route for each risk tier, and one fallback for all."""

    high: Route | None = Field(default=None, description="The way of high-risk cases.")
    medium: Route | None = Field(default=None, description="The way of medium-risk cases.")
    low: Route | None = Field(default=None, description="The way of low-risk cases.")
    fallback: Fallback = Field(description="What happens when no model can answer.")
    callers: Distinct[Principal] = Field(min_length=1, max_length=100, description="Who may call the router.")
