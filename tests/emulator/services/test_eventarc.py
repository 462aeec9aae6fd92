"""Eventarc over plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

PROJECT = "demo-project"
PLACE = f"projects/{PROJECT}/locations/europe-west4"
BASE = f"/eventarc/v1/{PLACE}"
FILTERS = [{"attribute": "type", "value": "google.cloud.pubsub.topic.v1.messagePublished"}]
RUN = {"cloudRun": {"service": "web", "region": "europe-west4", "path": "/events"}}


@pytest.fixture
def service(emulator: Any) -> None:
    emulator.ok("POST", f"/run/v2/{PLACE}/services?serviceId=web", {"template": {"containers": [{"image": "i"}]}})


def test_a_trigger_brings_a_topic_and_a_subscription(emulator: Any, service: None) -> None:
    made = emulator.finish(
        "eventarc", emulator.ok("POST", f"{BASE}/triggers?triggerId=t", {"eventFilters": FILTERS, "destination": RUN})
    )
    pubsub = made["transport"]["pubsub"]
    emulator.ok("GET", f"/pubsub/v1/{pubsub['topic']}")
    assert emulator.ok("GET", f"/pubsub/v1/{pubsub['subscription']}")["pushConfig"]["pushEndpoint"].endswith(
        ".run.app/events"
    )
    emulator.finish("eventarc", emulator.ok("DELETE", f"{BASE}/triggers/t"))
    for name in pubsub.values():
        emulator.refused(404, "GET", f"/pubsub/v1/{name}")


def test_a_trigger_needs_a_type_a_destination_and_what_it_names(emulator: Any, service: None) -> None:
    path = f"{BASE}/triggers?triggerId=t"
    emulator.refused(400, "POST", path, {"eventFilters": [{"attribute": "bucket", "value": "b"}], "destination": RUN})
    emulator.refused(400, "POST", path, {"eventFilters": FILTERS, "destination": {}})
    emulator.refused(
        404,
        "POST",
        path,
        {"eventFilters": FILTERS, "destination": {"cloudRun": {"service": "none", "region": "europe-west4"}}},
    )
    transport = {"pubsub": {"topic": f"projects/{PROJECT}/topics/none"}}
    emulator.refused(404, "POST", path, {"eventFilters": FILTERS, "destination": RUN, "transport": transport})


def test_the_configuration_of_a_location_is_always_there(emulator: Any) -> None:
    path = f"{BASE}/googleChannelConfig"
    assert emulator.ok("GET", path)["name"] == f"{PLACE}/googleChannelConfig"
    emulator.refused(400, "PATCH", f"{path}?updateMask=cryptoKeyName", {"cryptoKeyName": "no key"})


@pytest.mark.parametrize(
    ("kind", "parameter", "body"),
    [
        ("channels", "channelId", {}),
        ("channelConnections", "channelConnectionId", {"channel": f"{PLACE}/channels/c"}),
        ("messageBuses", "messageBusId", {"loggingConfig": {"logSeverity": 3}}),
        ("pipelines", "pipelineId", {"destinations": [{"httpEndpoint": {"uri": "https://e.example.com"}}]}),
        ("googleApiSources", "googleApiSourceId", {"destination": f"{PLACE}/messageBuses/b"}),
        (
            "enrollments",
            "enrollmentId",
            {"celMatch": "true", "messageBus": f"{PLACE}/messageBuses/b", "destination": "x"},
        ),
    ],
)
def test_the_other_kinds(emulator: Any, kind: str, parameter: str, body: dict[str, Any]) -> None:
    made = emulator.finish("eventarc", emulator.ok("POST", f"{BASE}/{kind}?{parameter}=it", body))
    assert made["name"] == f"{PLACE}/{kind}/it"
    assert len(emulator.ok("GET", f"{BASE}/{kind}")[kind]) == 1
    emulator.finish("eventarc", emulator.ok("DELETE", f"{BASE}/{kind}/it"))
    emulator.refused(404, "GET", f"{BASE}/{kind}/it")


def test_severities_of_eventarc_count_one_by_one(emulator: Any) -> None:
    made = emulator.ok("POST", f"{BASE}/messageBuses?messageBusId=b", {"loggingConfig": {"logSeverity": 3}})
    assert emulator.finish("eventarc", made)["loggingConfig"]["logSeverity"] == "INFO"
