"""The charter as a whole, and what has to hold between its sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, model_validator

from lockgate.charter.business import Business
from lockgate.charter.capacity import Capacity
from lockgate.charter.cloud import Cloud
from lockgate.charter.data import Data
from lockgate.charter.evaluation import Evaluation
from lockgate.charter.governance import Governance
from lockgate.charter.logging import Logging
from lockgate.charter.models import Model
from lockgate.charter.money import Money
from lockgate.charter.risk import Risk
from lockgate.charter.rollout import Rollout
from lockgate.charter.routing import Route, Routing
from lockgate.charter.section import Section, Slug
from lockgate.charter.use_case import UseCase

FORMAT = "lockgate.charter/1"
TIERS = ("high", "medium", "low")


class Charter(Section):
    """What a use case commits to. The plan is judged against it."""

    format: Literal["lockgate.charter/1"]
    extends: Slug | None = Field(default=None, description="Another stack, in production, whose charter this one overrides.")
    use_case: UseCase
    business: Business
    governance: Governance
    risk: Risk
    data: Data
    cloud: Cloud
    models: list[Model] = Field(min_length=1)
    capacity: Capacity
    money: Money
    logging: Logging
    routing: Routing
    evaluation: Evaluation
    rollout: Rollout

    @model_validator(mode="after")
    def _consistent(self) -> Charter:
        problems = list(_contradictions(self))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def document(self) -> dict[str, Any]:
        """The charter as plain JSON data: what the rules read as ``input.charter``."""
        return self.model_dump(mode="json")


def routes(charter: Charter) -> Iterator[tuple[str, Route]]:
    """Each tier that has a route, with that route."""
    for tier in TIERS:
        route = getattr(charter.routing, tier)
        if route is not None:
            yield tier, route


def _contradictions(charter: Charter) -> Iterator[str]:
    known = {model.id for model in charter.models}
    for tier, route in routes(charter):
        for key, model in (("model", route.model), ("checker", route.checker)):
            if model is not None and model not in known:
                yield f"routing.{tier}.{key} is {model}, which is not among models: {', '.join(sorted(known))}"
    deployed = any(model.hosting == "deployed" for model in charter.models)
    if deployed and charter.capacity.accelerator is None:
        yield "models has a deployed model, so capacity.accelerator cannot be null: name the GPU that serves it"
    if not deployed and charter.capacity.accelerator is not None:
        yield "capacity.accelerator is set but no model is deployed: set it to null or give a model hosting: deployed"
