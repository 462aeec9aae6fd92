"""The plan of what is live: pure."""

from __future__ import annotations

from typing import Any

from lockgate.audit.calls import Unreadable
from lockgate.audit.compare import REMOVED, Difference, Kept
from lockgate.audit.extras import Extra
from lockgate.audit.kinds import kinds
from lockgate.audit.live_plan import live_plan
from lockgate.audit.look import Found
from lockgate.plan.model import FORMAT, UNKNOWN, Plan, Resource
from lockgate.rehearsal.mapping import load
from lockgate.rehearsal.references import Choice

BUDGET, TOPIC = "gcp:billing/budget:Budget", "gcp:pubsub/topic:Topic"
CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel"


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:s::p::{type_}::{name}"


def resource(type_: str, name: str, inputs: dict[str, Any], **made_from: list[str]) -> Resource:
    needs = sorted({one for urns in made_from.values() for one in urns})
    return Resource(urn(type_, name), type_, name, True, None, "provider", False, needs, made_from, None, inputs)


TO = [urn(CHANNEL, "a"), urn(CHANNEL, "b"), urn(TOPIC, "t")]
PLAN = Plan(
    FORMAT,
    "p",
    "s",
    [
        resource(
            BUDGET,
            "budget",
            {"allUpdatesRule": {"monitoringNotificationChannels": [UNKNOWN, UNKNOWN], "pubsubTopic": UNKNOWN}},
            allUpdatesRule=TO,
        ),
        resource(CHANNEL, "a", {"displayName": "a"}),
        resource(CHANNEL, "b", {"displayName": "b"}),
        resource(TOPIC, "t", {"name": "t"}),
    ],
)
CHANNELS = ("allUpdatesRule", "monitoringNotificationChannels")
CHOICES = [
    Choice((*CHANNELS, 0), (TO[0],), "id"),
    Choice((*CHANNELS, 1), (TO[1],), "id"),
    Choice(("allUpdatesRule", "pubsubTopic"), (TO[2],), "id"),
]


def found(**more: dict[str, Any]) -> dict[str, Found]:
    made = {}
    for one in PLAN.resources:
        made[one.urn] = Found(one, load.entries()[one.type], kinds()[one.type], **more.get(one.name, {}))
    return made


def by_name(plan: Plan) -> dict[str, Resource]:
    return {one.name: one for one in plan.resources}


def test_without_drift_it_is_the_plan() -> None:
    assert live_plan(PLAN, found(budget={"choices": CHOICES}), {}, []) == Plan(
        FORMAT, "p", "s", sorted(PLAN.resources, key=lambda one: one.urn)
    )


def test_what_is_not_referred_to_any_more_is_no_reference() -> None:
    changes = [
        Difference("x", None, None, CHANNELS, [Kept(1), "projects/p/c/9"], ((*CHANNELS, 0),)),
        Difference("y", None, None, ("allUpdatesRule", "pubsubTopic"), REMOVED, (("allUpdatesRule", "pubsubTopic"),)),
    ]
    plan = live_plan(PLAN, found(budget={"choices": CHOICES}), {urn(BUDGET, "budget"): changes}, [])
    budget = next(one for one in plan.resources if one.type == BUDGET)
    assert budget.inputs == {"allUpdatesRule": {"monitoringNotificationChannels": [UNKNOWN, "projects/p/c/9"]}}
    assert budget.property_dependencies == {"allUpdatesRule": [TO[1]]}


def test_what_is_missing_is_left_out_and_no_longer_needed() -> None:
    plan = live_plan(PLAN, found(t={"absent": True}), {}, [])
    assert urn(TOPIC, "t") not in {one.urn for one in plan.resources}
    budget = next(one for one in plan.resources if one.type == BUDGET)
    assert budget.dependencies == TO[:2]
    assert budget.property_dependencies == {"allUpdatesRule": TO[:2]}


def test_what_could_not_be_read_is_unknown() -> None:
    plan = live_plan(PLAN, found(t={"unread": Unreadable("why")}), {}, [])
    topic = next(one for one in plan.resources if one.type == TOPIC)
    assert topic.inputs == {"name": UNKNOWN}


def test_what_is_extra_is_a_resource_of_its_own() -> None:
    extra = Extra(TOPIC, "projects/p/topics/x", {"name": "x"}, "why", {}, None)
    plan = live_plan(PLAN, found(), {}, [extra, extra])
    made = by_name(plan)
    assert made["live-x"].inputs == made["live-x-2"].inputs == {"name": "x"}
    assert made["live-x"].provider == "provider"
