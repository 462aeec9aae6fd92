"""A budget's alerts: heard for each threshold, and missed where something keeps them from arriving."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from emulator.cloud import Cloud
from emulator.exchange import Request
from emulator.server import serving
from lockgate.plan.model import Plan
from lockgate.rehearsal import alerts, rehearse, text
from lockgate.rehearsal.report import Report
from tests.rehearsal.conftest import resource
from tests.rehearsal.seeded import part

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STACK = "claims-triage"
BUDGET = "gcp:billing/budget:Budget"
Step = Callable[[Cloud], None]


def call(cloud: Cloud, method: str, path: str, body: Any = None) -> Any:
    raw = b"" if body is None else json.dumps(body).encode()
    answer = cloud.handle(Request(method, path, "", {"content-type": "application/json"}, raw))
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


class Meddler:
    """Does something to the cloud when a phase begins."""

    def __init__(self, cloud: Cloud, at: str, step: Step) -> None:
        self._cloud, self._at, self._step = cloud, at, step

    def phase(self, name: str, total: int) -> None:
        if name == self._at:
            self._step(self._cloud)

    def tick(self) -> None:
        pass


def carried(plan: Plan, charter: dict[str, Any], step: Step = lambda _: None, at: str = "alert") -> tuple[Report, Any]:
    """(the report, what the cloud still holds of Pub/Sub)."""
    prepared = rehearse.prepare(plan)
    assert prepared.failures == []

    async def run() -> tuple[Report, Any]:
        cloud = Cloud(seed=1)
        async with serving(cloud) as port:
            watcher = Meddler(cloud, at, step)
            base = f"http://127.0.0.1:{port}"
            report = await rehearse.rehearse(prepared, charter, base=base, now=NOW, watcher=watcher)
        return report, cloud.snapshot()["store"]["resources"].get("pubsub", {})

    return asyncio.run(run())


@pytest.fixture
def budgeted(recorded: Callable[[str], Plan]) -> Plan:
    """The stack's budget with all that it needs."""
    return part(recorded(STACK), {one.name for one in recorded(STACK).resources if one.type == BUDGET})


def topic_of(cloud: Cloud) -> str:
    return next(name for name in cloud.store.find("pubsub", lambda name: "/topics/" in name))


def test_each_threshold_is_heard_and_nothing_is_left(budgeted: Plan, charter: Callable[[str], dict[str, Any]]) -> None:
    report, left = carried(budgeted, charter(STACK))
    assert report.failures == []
    (budget,) = (one for one in budgeted.resources if one.type == BUDGET)
    planned = sorted((r.get("spendBasis", "CURRENT_SPEND"), r["thresholdPercent"]) for r in _rules(budget.inputs))
    assert [(one.basis, one.threshold) for one in report.alerts] == planned
    for alert in report.alerts:
        assert alert.urn == budget.urn
        assert alert.message is not None
        data, attributes = alert.message["data"], alert.message["attributes"]
        assert data[alerts.EXCEEDED[alert.basis]] == alert.threshold
        assert data["budgetAmount"] * alert.threshold == pytest.approx(alert.amount, abs=0.01)
        assert set(attributes) == {"billingAccountId", "budgetId", "schemaVersion"}
    assert not [name for name in left if "/subscriptions/lockgate-rehearsal" in name]
    said = text.render(report)
    for alert in report.alerts:
        assert f"{alert.threshold * 100:g} %" in said


def _rules(inputs: dict[str, Any]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = inputs["thresholdRules"]
    return rules


def one_failure(report: Report) -> str:
    assert {one.type for one in report.failures} == {BUDGET}
    assert {one.phase for one in report.failures} == {"alert"}
    assert all(one.source for one in report.failures)
    assert report.status == 1
    return report.failures[0].message


def test_a_topic_that_nobody_may_publish_to(budgeted: Plan, charter: Callable[[str], dict[str, Any]]) -> None:
    def withdraw(cloud: Cloud) -> None:
        call(cloud, "POST", f"/pubsub/v1/{topic_of(cloud)}:setIamPolicy", {"policy": {"bindings": []}})

    report, left = carried(budgeted, charter(STACK), withdraw)
    assert "may not publish" in one_failure(report)
    assert len(report.failures) == len(report.alerts)
    assert all(one.message is None for one in report.alerts)
    assert "SILENT" in text.render(report)
    assert not [name for name in left if "/subscriptions/lockgate-rehearsal" in name]


def test_a_plan_that_takes_the_publishing_away(budgeted: Plan, charter: Callable[[str], dict[str, Any]]) -> None:
    (budget,) = (one for one in budgeted.resources if one.type == BUDGET)
    (topic,) = (one for one in budgeted.resources if one.type == "gcp:pubsub/topic:Topic")
    grants = resource(
        "gcp:pubsub/topicIAMBinding:TopicIAMBinding",
        "publishers",
        {
            "topic": topic.inputs["name"],
            "role": "roles/pubsub.publisher",
            "members": ["group:somebody-else@example.com"],
        },
        after=[topic.urn, budget.urn],
    )
    plan = msgspec.structs.replace(budgeted, resources=[*budgeted.resources, grants])
    report, _ = carried(plan, charter(STACK))
    silent = [one for one in report.failures if one.phase == "alert"]
    assert {one.urn for one in silent} == {budget.urn}
    assert all("may not publish" in one.message for one in silent)


def test_a_threshold_that_is_gone(budgeted: Plan, charter: Callable[[str], dict[str, Any]]) -> None:
    def forget(cloud: Cloud) -> None:
        (name,) = cloud.store.find("billingbudgets", lambda _: True)
        rules = (cloud.store.get("billingbudgets", name) or {})["thresholdRules"]
        rules = [one for one in rules if one["spendBasis"] == "CURRENT_SPEND"][:-1]
        call(cloud, "PATCH", f"/billingbudgets/v1/{name}", {"thresholdRules": rules})

    report, _ = carried(budgeted, charter(STACK), forget)
    assert "ThresholdExceeded is" in one_failure(report)
    heard = [one for one in report.alerts if one.problem is None]
    assert 0 < len(heard) < len(report.alerts)


def test_a_topic_that_does_not_deliver(
    budgeted: Plan, charter: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "WAIT_SECONDS", 0.1)

    def silence(cloud: Cloud) -> None:
        monkeypatch.setattr("emulator.services.pubsub.delivery._enqueue", lambda *_: None)

    report, _ = carried(budgeted, charter(STACK), silence)
    assert "nothing has arrived" in one_failure(report)


def test_a_subscription_that_is_refused(budgeted: Plan, charter: Callable[[str], dict[str, Any]]) -> None:
    def deny(cloud: Cloud) -> None:
        fault = {"kind": "permission_denied", "service": "pubsub", "method": "*.subscriptions.create"}
        call(cloud, "POST", "/_faults", {"faults": [fault]})

    report, _ = carried(budgeted, charter(STACK), deny)
    one_failure(report)
    assert "subscriptions" in (report.failures[0].call or "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"attributes": {"schemaVersion": "2.0"}}, "schemaVersion"),
        ({"data": "bm90IEpTT04="}, "no JSON"),
        ({"data": "e30="}, "budgetDisplayName is None"),
    ],
)
def test_a_message_of_another_shape(
    budgeted: Plan,
    charter: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, Any],
    said: str,
) -> None:
    from emulator.services.pubsub import delivery

    def spoil(cloud: Cloud) -> None:
        put = delivery._enqueue

        def spoiled(cloud: Cloud, name: str, subscription: dict[str, Any], message: dict[str, Any]) -> None:
            put(cloud, name, subscription, {**message, **wrong})

        monkeypatch.setattr(delivery, "_enqueue", spoiled)

    report, _ = carried(budgeted, charter(STACK), spoil)
    assert said in one_failure(report)


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ({}, []),
        (
            {"amount": {"specifiedAmount": {"units": "33", "nanos": 330_000_000, "currencyCode": "EUR"}}}
            | {"thresholdRules": [{"thresholdPercent": 0.333}]},
            [(11.09, 11.1)],
        ),
        (
            {
                "amount": {"lastPeriodAmount": {}},
                "thresholdRules": [{"thresholdPercent": 1.2}, {"thresholdPercent": 0.8}],
            },
            [(799.99, 800.0), (1199.99, 1200.0)],
        ),
    ],
)
def test_spend_on_both_sides_of_a_threshold(budget: dict[str, Any], expected: list[tuple[float, float]]) -> None:
    assert [(one.below, one.reached) for one in alerts.spends(budget)] == expected
