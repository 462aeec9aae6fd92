"""The charter as a whole, and what has to hold between its sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from lockgate.charter import agreement, tenants
from lockgate.charter.business import Business
from lockgate.charter.business_rules import BusinessRule
from lockgate.charter.capacity import Capacity
from lockgate.charter.cloud import Cloud
from lockgate.charter.data import Data
from lockgate.charter.evaluation import Evaluation
from lockgate.charter.governance import Governance
from lockgate.charter.logging import Logging
from lockgate.charter.models import Model
from lockgate.charter.money import Money
from lockgate.charter.output import Output, text_alone
from lockgate.charter.risk import Risk
from lockgate.charter.rollout import Rollout
from lockgate.charter.routing import Route, Routing
from lockgate.charter.section import OWN, TIERS, Contradiction, Expected, Section, Slug
from lockgate.charter.segments import Segments
from lockgate.charter.tenants import Tenants
from lockgate.charter.use_case import UseCase

FORMAT = "lockgate.charter/1"


class Charter(Section):
    """What a use case commits to. The plan is judged against it."""

    format: Literal["lockgate.charter/1"] = Field(
        description="The form of this file; each charter says it, also one that extends another.", json_schema_extra=OWN
    )
    extends: Annotated[Slug, Expected("the name of another stack, such as claims-triage")] | None = Field(
        default=None,
        description="Another stack, in production, whose charter this one overrides in part.",
        json_schema_extra=OWN,
    )
    use_case: UseCase = Field(description="What is being built, for whom, and how far it may act by itself.")
    business: Business = Field(description="Who pays, who adopts, and for what.")
    governance: Governance = Field(description="The sign-offs, and what they rest on.")
    risk: Risk = Field(description="The tiers that occur in this use case; one that does not occur is left out.")
    data: Data = Field(description="The data that the use case processes.")
    segments: Segments = Field(
        default={}, description="Groups of cases, such as those of governance.bias_segments: which cases are in each."
    )
    output: Output = Field(
        default_factory=text_alone,
        description="What a model answers, beside its reasons, the facts it rests on, and its confidence.",
        json_schema_extra={"default": {"decision": {"type": "text"}}},
    )
    business_rules: list[BusinessRule] = Field(
        default=[], max_length=200, description="What an answer has to meet before it may act."
    )
    cloud: Cloud = Field(description="One project, one region, one billing account.")
    models: list[Model] = Field(min_length=1, max_length=50, description="The models that the use case may call.")
    capacity: Capacity = Field(description="Every bound on quantity; money bounds the rest.")
    money: Money = Field(description="The bound on spend and its alerts.")
    tenants: Tenants = Field(
        default={}, description="Who shares the use case; without tenants every caller is its only one."
    )
    logging: Logging = Field(description="Audit logs and transcripts.")
    routing: Routing = Field(description="A route for each risk tier, and one fallback for all.")
    evaluation: Evaluation = Field(description="Limits that each segment has to meet by itself.")
    rollout: Rollout = Field(description="The stage of the roll-out.")

    def contradictions(self) -> Iterator[Contradiction]:
        """What cannot hold between two sections, whatever the plan; whether the answers suffice is for the rules."""
        yield from agreement.contradictions(self)
        yield from tenants.contradictions(self.tenants, self.routing.callers, self.money)
        yield from _outside_residency(self)
        yield from _unknown_models(self)
        yield from _accelerator_and_hosting(self)

    def document(self) -> dict[str, Any]:
        """The charter as plain JSON data: what the rules read as ``input.charter``."""
        return self.model_dump(mode="json")


def routes(charter: Charter) -> Iterator[tuple[str, Route]]:
    """Each tier that has a route, with that route."""
    for tier in TIERS:
        route = getattr(charter.routing, tier)
        if route is not None:
            yield tier, route


def _outside_residency(charter: Charter) -> Iterator[Contradiction]:
    allowed = ", ".join(charter.data.residency)
    places = (("cloud", "region", charter.cloud.region), ("logging", "location", charter.logging.location))
    for section, key, region in places:
        if region not in charter.data.residency:
            yield Contradiction(
                (section, key),
                f"{region} is not in data.residency ({allowed})",
                f"Choose a region of data.residency, or add {region} to it if data may be there.",
            )


def _unknown_models(charter: Charter) -> Iterator[Contradiction]:
    ids = [model.id for model in charter.models]
    for index, model in enumerate(ids):
        if model in ids[:index]:
            yield Contradiction(("models", index, "id"), f"{model} is given twice", "Remove one of the two.")
    for tier, route in routes(charter):
        for key, named in route.named():
            if named not in ids:
                yield Contradiction(
                    ("routing", tier, *key),
                    f"{named} is not among models ({', '.join(ids)})",
                    "Use one of them, or add the model to models.",
                )


def _accelerator_and_hosting(charter: Charter) -> Iterator[Contradiction]:
    deployed = [model.id for model in charter.models if model.hosting == "deployed"]
    if deployed and charter.capacity.accelerator is None:
        yield Contradiction(
            ("capacity", "accelerator"),
            f"is null, but {', '.join(deployed)} has hosting: deployed",
            "Name the GPU that serves it, or set hosting: managed.",
        )
    if not deployed and charter.capacity.accelerator is not None:
        yield Contradiction(
            ("capacity", "accelerator"),
            f"is {charter.capacity.accelerator}, but no model has hosting: deployed",
            "Set it to null, or set hosting: deployed on the model that it serves.",
        )
