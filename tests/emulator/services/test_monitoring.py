"""Cloud Monitoring through googleapiclient and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

PROJECT, NUMBER = "demo-project", "123456789012"
V3, V1 = f"/monitoring/v3/projects/{PROJECT}", f"/monitoring/v1/projects/{PROJECT}"
EMAIL = {"type": "email", "displayName": "ops", "labels": {"email_address": "ops@example.com"}}
CONDITION = {
    "displayName": "5xx",
    "conditionThreshold": {
        "filter": 'resource.type="cloud_run_revision" AND metric.type="run.googleapis.com/request_count"',
        "comparison": "COMPARISON_GT",
        "duration": "0s",
    },
}
POLICY = {"displayName": "errors", "combiner": "OR", "conditions": [CONDITION]}


def _client(emulator: Any, version: str) -> Any:
    return build(
        "monitoring",
        version,
        credentials=AnonymousCredentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/monitoring/"),
    )


@pytest.fixture
def monitoring(emulator: Any) -> Any:
    return _client(emulator, "v3")


def test_a_policy_and_its_channel(monitoring: Any) -> None:
    channels, policies = monitoring.projects().notificationChannels(), monitoring.projects().alertPolicies()
    parent = f"projects/{PROJECT}"
    channel = channels.create(name=parent, body=EMAIL).execute()
    assert channel["enabled"] is True
    made = policies.create(name=parent, body={**POLICY, "notificationChannels": [channel["name"]]}).execute()
    assert made["conditions"][0]["name"].startswith(made["name"] + "/conditions/")
    assert {"creationRecord", "mutationRecord", "enabled"} <= set(made)
    changed = policies.patch(name=made["name"], body={"enabled": False}, updateMask="enabled").execute()
    assert changed["enabled"] is False
    assert changed["conditions"] == made["conditions"]
    assert policies.list(name=parent).execute()["totalSize"] == 1
    with pytest.raises(HttpError, match="used by alert policy"):
        channels.delete(name=channel["name"]).execute()
    channels.delete(name=channel["name"], force=True).execute()
    assert "notificationChannels" not in policies.get(name=made["name"]).execute()


@pytest.mark.parametrize(
    ("status", "change"),
    [
        (400, {"combiner": None}),
        (400, {"displayName": ""}),
        (400, {"conditions": []}),
        (400, {"conditions": [{"displayName": "empty"}]}),
        (404, {"notificationChannels": [f"projects/{PROJECT}/notificationChannels/1"]}),
    ],
)
def test_what_a_policy_must_have(emulator: Any, status: int, change: dict[str, Any]) -> None:
    emulator.refused(status, "POST", f"{V3}/alertPolicies", POLICY | change)


def test_an_alert_on_a_metric_made_from_logs_needs_the_metric(emulator: Any) -> None:
    condition = {
        **CONDITION,
        "conditionThreshold": {
            **CONDITION["conditionThreshold"],
            "filter": 'metric.type="logging.googleapis.com/user/cases"',
        },
    }
    body = {**POLICY, "conditions": [condition]}
    assert "Cannot find metric" in emulator.refused(404, "POST", f"{V3}/alertPolicies", body)["message"]
    emulator.ok("POST", f"/logging/v2/projects/{PROJECT}/metrics", {"name": "cases", "filter": "severity>=ERROR"})
    emulator.ok("POST", f"{V3}/alertPolicies", body)


def test_a_channel_of_an_unknown_kind_or_without_its_label_is_refused(emulator: Any) -> None:
    emulator.refused(400, "POST", f"{V3}/notificationChannels", {"type": "pigeon"})
    emulator.refused(400, "POST", f"{V3}/notificationChannels", {"type": "email"})


def test_a_channel_is_verified_and_its_secret_not_shown(emulator: Any) -> None:
    made = emulator.ok("POST", f"{V3}/notificationChannels", {"type": "sms", "labels": {"number": "+41790000000"}})
    assert made["verificationStatus"] == "UNVERIFIED"
    path = f"/monitoring/v3/{made['name']}"
    emulator.ok("POST", f"{path}:sendVerificationCode", {})
    code = emulator.ok("POST", f"{path}:getVerificationCode", {})["code"]
    emulator.refused(400, "POST", f"{path}:verify", {"code": "G-000"})
    assert emulator.ok("POST", f"{path}:verify", {"code": code})["verificationStatus"] == "VERIFIED"
    duty = emulator.ok("POST", f"{V3}/notificationChannels", {"type": "pagerduty", "labels": {"service_key": "abc"}})
    assert duty["labels"] == {"service_key": "***"}


def test_a_service_and_its_objective_show_the_number(monitoring: Any) -> None:
    services = monitoring.services()
    made = services.create(
        parent=f"projects/{PROJECT}", serviceId="router", body={"displayName": "r", "custom": {}}
    ).execute()
    assert made["name"] == f"projects/{NUMBER}/services/router"
    slo = {
        "goal": 0.99,
        "rollingPeriod": "2419200s",
        "serviceLevelIndicator": {"requestBased": {"goodTotalRatio": {"goodServiceFilter": "x"}}},
    }
    slos = services.serviceLevelObjectives()
    assert slos.create(parent=made["name"], serviceLevelObjectiveId="answered", body=slo).execute()["goal"] == 0.99
    for bad in ({"goal": 1.5}, {"rollingPeriod": "100s"}, {"calendarPeriod": "WEEK"}):
        with pytest.raises(HttpError) as refused:
            slos.create(parent=made["name"], serviceLevelObjectiveId="bad", body={**slo, **bad}).execute()
        assert refused.value.status_code == 400
    with pytest.raises(HttpError, match="There is no service"):
        services.get(name=f"projects/{PROJECT}/services/none").execute()


def test_a_dashboard_is_filled_in_and_replaced_by_its_etag(emulator: Any) -> None:
    chart = {"xyChart": {"dataSets": [{"timeSeriesQuery": {"prometheusQuery": "up"}}]}}
    body = {"displayName": "d", "columnLayout": {"columns": [{"widgets": [chart, {"text": {"content": "hi"}}]}]}}
    made = emulator.ok("POST", f"{V1}/dashboards", body)
    assert made["name"].startswith(f"projects/{NUMBER}/dashboards/")
    widgets = made["columnLayout"]["columns"][0]["widgets"]
    assert widgets[0]["xyChart"]["dataSets"][0]["targetAxis"] == "Y1"
    assert widgets[1]["text"] == {"content": "hi", "format": "MARKDOWN", "style": {}}
    path = f"/monitoring/v1/{made['name']}"
    emulator.refused(400, "PATCH", path, body)
    emulator.refused(409, "PATCH", path, {**body, "etag": "stale"})
    grid = {"displayName": "d2", "gridLayout": {"widgets": [chart]}, "etag": made["etag"]}
    assert "columnLayout" not in emulator.ok("PATCH", path, grid)


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "d"},
        {"columnLayout": {}},
        {"displayName": "d", "gridLayout": {"widgets": [{"title": "empty"}]}},
        {"displayName": "d", "gridLayout": {"widgets": [{"sectionHeader": {}}]}},
        {"displayName": "d", "gridLayout": {"widgets": [{"xyChart": {"timeshiftDuration": "5s", "dataSets": []}}]}},
    ],
)
def test_dashboards_that_are_refused(emulator: Any, body: dict[str, Any]) -> None:
    emulator.refused(400, "POST", f"{V1}/dashboards", body)


def test_an_uptime_check(emulator: Any) -> None:
    body = {
        "displayName": "Router up",
        "timeout": "10s",
        "monitoredResource": {"type": "uptime_url", "labels": {"host": "example.com", "project_id": PROJECT}},
        "httpCheck": {"useSsl": True, "authInfo": {"username": "u", "password": "secret"}},
    }
    made = emulator.ok("POST", f"{V3}/uptimeCheckConfigs", body)
    assert made["name"].startswith(f"projects/{PROJECT}/uptimeCheckConfigs/router-up-")
    assert (made["httpCheck"]["path"], made["httpCheck"]["port"], made["period"]) == ("/", 443, "60s")
    assert made["httpCheck"]["authInfo"]["password"] == "*" * 6
    emulator.refused(400, "POST", f"{V3}/uptimeCheckConfigs", {**body, "period": "61s"})
    assert emulator.ok("GET", "/monitoring/v3/uptimeCheckIps")["uptimeCheckIps"]


def test_points_are_kept_and_listed(monitoring: Any) -> None:
    series = monitoring.projects().timeSeries()
    metric = {"type": "custom.googleapis.com/spend/today", "labels": {"model": "g"}}
    point = {"interval": {"endTime": "2026-11-22T20:00:00Z"}, "value": {"doubleValue": 3.5}}
    series.create(name=f"projects/{PROJECT}", body={"timeSeries": [{"metric": metric, "points": [point]}]}).execute()
    asked = {"interval_startTime": "2026-11-22T19:00:00Z", "interval_endTime": "2026-11-22T21:00:00Z"}
    found = series.list(
        name=f"projects/{PROJECT}", filter=f'metric.type = "{metric["type"]}" AND metric.labels.model = "g"', **asked
    ).execute()
    assert found["timeSeries"][0]["points"] == [point]
    assert series.list(name=f"projects/{PROJECT}", filter='metric.type = "other"', **asked).execute() == {}
    descriptor = (
        monitoring.projects()
        .metricDescriptors()
        .get(name=f"projects/{PROJECT}/metricDescriptors/{metric['type']}")
        .execute()
    )
    assert (descriptor["metricKind"], descriptor["valueType"]) == ("GAUGE", "DOUBLE")


def test_a_scope_watches_its_project_and_others(emulator: Any) -> None:
    emulator.ok("POST", "/_seed", {"projects": [{"id": "other-project", "number": "222222222222", "services": ["*"]}]})
    scope = f"/monitoring/v1/locations/global/metricsScopes/{PROJECT}"
    assert [p["name"] for p in emulator.ok("GET", scope)["monitoredProjects"]] == [
        f"locations/global/metricsScopes/{NUMBER}/projects/{NUMBER}"
    ]
    body = {"name": f"locations/global/metricsScopes/{PROJECT}/projects/other-project"}
    added = emulator.ok("POST", f"{scope}/projects", body)
    assert added["response"]["name"] == f"locations/global/metricsScopes/{NUMBER}/projects/222222222222"
    emulator.refused(409, "POST", f"{scope}/projects", body)
    assert emulator.ok("DELETE", f"{scope}/projects/other-project")["done"] is True
    emulator.refused(404, "DELETE", f"{scope}/projects/other-project")


def test_groups_snoozes_and_descriptors_of_channels(emulator: Any) -> None:
    group = emulator.ok("POST", f"{V3}/groups", {"displayName": "g", "filter": 'resource.type="gce_instance"'})
    emulator.ok("PUT", f"/monitoring/v3/{group['name']}", {"displayName": "h", "filter": "x"})
    assert emulator.ok("GET", f"/monitoring/v3/{group['name']}")["displayName"] == "h"
    kinds = emulator.ok("GET", f"{V3}/notificationChannelDescriptors")["channelDescriptors"]
    assert {"email", "pubsub"} <= {k["type"] for k in kinds}
