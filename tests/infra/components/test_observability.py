"""What the observability component orders, and what it refuses before it registers anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.components.observability import Observability
from infra.sizing.observability import ObservabilityArgs, size
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[3]
ARGS = size(load(ROOT / "stacks" / "staff-assistant" / "charter.yaml"))


def planned(args: ObservabilityArgs) -> list[dict[str, Any]]:
    plan = record(lambda: Observability("watch", args), project="lockgate", stack="test", root=ROOT)
    return list(plan["resources"])


def test_alerts_and_the_objective_come_after_the_metrics_they_read() -> None:
    resources = planned(ARGS)
    metrics = {resource["urn"] for resource in resources if resource["type"] == "gcp:logging/metric:Metric"}
    readers = [resource for resource in resources if resource["type"].endswith((":AlertPolicy", ":Slo", ":Dashboard"))]
    assert len(metrics) == len(ARGS.metrics)
    assert len(readers) == len(ARGS.alerts) + 2
    assert all(metrics <= set(reader["dependencies"]) for reader in readers)


def test_every_alert_speaks_to_every_recipient() -> None:
    resources = planned(ARGS)
    channels = {resource["urn"] for resource in resources if resource["type"].endswith(":NotificationChannel")}
    told = [
        set(resource["propertyDependencies"]["notificationChannels"])
        for resource in resources
        if resource["type"].endswith(":AlertPolicy")
    ]
    assert told == [channels] * len(ARGS.alerts)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"slo_goal": 1.0}, "the objective is 1.0; .* at most 0.999"), ({"recipients": ()}, "nobody hears the alerts")],
)
def test_what_would_watch_nothing_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"^watch: {words}"):
        planned(replace(ARGS, **change))
