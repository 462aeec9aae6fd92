"""What happens to a case of each tier, and when a model cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.models import ModelId
from lockgate.charter.section import (
    EMPTY,
    Contradiction,
    Distinct,
    Expected,
    Fraction,
    Path,
    Principal,
    Seconds,
    Section,
    Text,
    Tokens,
)

Door = Literal["cases", "chat"]
Few = Annotated[int, Field(ge=1, le=1000), Expected("a whole number, 1 to 1000")]


class Limits(Section):
    """Tokens of one role, where the draft's would be too many or too few."""

    max_input_tokens: Tokens = Field(description="Most tokens that a request may send in this role.")
    max_output_tokens: Tokens = Field(description="Most tokens that the model may answer with in this role.")


class Route(Section):
    """The way of the cases of one tier."""

    action: Literal["manual-review", "validate", "automatic"] = Field(
        description="manual-review: a person decides; validate: a second model and business rules; automatic."
    )
    model: ModelId = Field(description="The model that drafts; one of models[].id.")
    checker: ModelId | None = Field(default=None, description="The model that checks, where action is validate.")
    timeout_seconds: Seconds = Field(
        description="Longest wait for a model before the fallback; the next models have an equal share of it each."
    )
    max_input_tokens: Tokens = Field(description="Most tokens that a request may send to a model.")
    max_output_tokens: Tokens = Field(description="Most tokens that a model may answer with.")
    formatter: ModelId | None = Field(default=None, description="The model that rewrites what is answered.")
    check: Limits | None = Field(default=None, description="The checker's own limits; the draft's where left out.")
    format: Limits | None = Field(default=None, description="The formatter's own limits; the draft's where left out.")
    next_models: Distinct[ModelId] = Field(
        default=[], max_length=5, description="Models that draft when the first cannot, in this order."
    )
    over_budget: ModelId | None = Field(
        default=None, description="The cheaper model that drafts once a budget is used up; without it callers wait."
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """validate needs a checker, which never drafts in the model's place; a model is asked once.

        That it is not the model itself is a rule's to say (ROU-003): such charters were written before.
        """
        if self.action == "validate" and self.checker is None:
            yield Contradiction(
                ("checker",), "is missing, but action is validate", "Name the model that checks, or change action."
            )
        for key, drafts in self._drafting():
            if key != "model" and drafts == self.checker:
                yield Contradiction(
                    ("checker",),
                    f"is {drafts}, which drafts as {key}, and a model agrees with its own mistakes",
                    "Name another model that checks, or that drafts.",
                )
            if key != "model" and drafts == self.model:
                where = ("next_models", self.next_models.index(drafts)) if key == "next_models" else (key,)
                yield Contradiction(where, f"is {drafts}, the model that drafts anyway", "Remove it, or name another.")
        for role, named in (("check", "checker"), ("format", "formatter")):
            if getattr(self, role) is not None and getattr(self, named) is None:
                yield Contradiction((role,), f"has limits, but there is no {named}", f"Remove it, or name a {named}.")

    def _drafting(self) -> Iterator[tuple[str, str]]:
        """Each model that may draft, by the key that says so."""
        yield "model", self.model
        for name in self.next_models:
            yield "next_models", name
        if self.over_budget is not None:
            yield "over_budget", self.over_budget

    def named(self) -> Iterator[tuple[Path, str]]:
        """Each model that the route may ask, by the path of its key."""
        for key in ("model", "checker", "formatter", "over_budget"):
            if (name := getattr(self, key)) is not None:
                yield (key,), name
        for index, name in enumerate(self.next_models):
            yield ("next_models", index), name


class Fallback(Section):
    """What happens without any model."""

    action: Literal["manual-review", "refuse"] = Field(description="Neither lets a model decide.")
    description: Text = Field(description="What people then do, as the runbook says.")


class Retries(Section):
    """A budget of retries, so that trouble upstream is not multiplied; and when a model is left alone."""

    share: Fraction = Field(default=0.1, description="Retries that each first call pays in.")
    most: Few = Field(default=10, description="Most retries that are saved up.")
    failures: Few = Field(default=5, description="Failures in a row after which a model is left alone.")
    open_seconds: Seconds = Field(default=30, description="How long it is left alone, before one call tries it.")


class Routing(Section):
    """A route for each risk tier, and one fallback for all."""

    doors: Distinct[Door] = Field(
        default=["cases"],
        min_length=1,
        max_length=2,
        description="cases: decisions, at /v1/cases; chat: an assistant's answers, at /v1/chat/completions.",
    )
    high: Route | None = Field(default=None, description="The way of high-risk cases.")
    medium: Route | None = Field(default=None, description="The way of medium-risk cases.")
    low: Route | None = Field(default=None, description="The way of low-risk cases.")
    fallback: Fallback = Field(description="What happens when no model can answer.")
    callers: Distinct[Principal] = Field(min_length=1, max_length=100, description="Who may call the router.")
    retries: Retries = Field(
        default_factory=Retries, description="How often a failed call is made again.", json_schema_extra=EMPTY
    )
    operators: Distinct[Principal] = Field(
        default=[], max_length=100, description="Who may pause a tier, or stop all of it, without a deployment."
    )
