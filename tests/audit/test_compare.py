"""The comparison of a planned resource with a live one: pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lockgate.audit.compare import AGENT, Difference, differences, edited, inputs_of, is_agent
from lockgate.audit.kinds import kinds
from lockgate.plan.model import SECRET, UNKNOWN
from lockgate.rehearsal.mapping import load
from lockgate.rehearsal.mapping.body import Setting

BUDGET = "gcp:billing/budget:Budget"
FIREWALL = "gcp:compute/firewall:Firewall"
SQL = "gcp:sql/databaseInstance:DatabaseInstance"
SLO = "gcp:monitoring/slo:Slo"


def compared(
    type_: str, inputs: dict[str, Any], live: dict[str, Any], labels: dict[str, str] | None = None
) -> list[Difference]:
    setting = Setting(datetime(2026, 11, 22, tzinfo=UTC), {"p": "123"}, labels or {})
    return differences(load.entries()[type_], kinds()[type_], inputs, live, setting)


def fields(found: list[Difference]) -> list[tuple[str, Any, Any]]:
    return [(one.field, one.planned, one.live) for one in found]


def test_every_type_that_the_rehearsal_carries_out_can_be_read() -> None:
    assert set(load.entries()) <= set(kinds())
    for type_, entry in load.entries().items():
        kind = kinds()[type_]
        assert kind.nothing or kind.by, type_
        assert bool(kind.policy) == (entry.policy is not None), type_
        assert kind.nothing or kind.fixed_by.startswith("roles/"), type_


THRESHOLDS = [
    {"spendBasis": "CURRENT_SPEND", "thresholdPercent": 0.5},
    {"spendBasis": "FORECASTED_SPEND", "thresholdPercent": 1},
]


def test_order_form_and_what_the_server_adds_are_no_drift() -> None:
    inputs = {
        "thresholdRules": THRESHOLDS,
        "amount": {"specifiedAmount": {"units": "5000", "currencyCode": "EUR"}},
        "budgetFilter": {"projects": ["projects/p"]},
        "allUpdatesRule": {"pubsubTopic": "projects/p/topics/t", "disableDefaultIamRecipients": False},
    }
    live = {
        "name": "billingAccounts/1/budgets/2",
        "etag": "x",
        "thresholdRules": [{**one, "thresholdPercent": float(one["thresholdPercent"])} for one in THRESHOLDS[::-1]],
        "amount": {"specifiedAmount": {"units": 5000, "currencyCode": "EUR"}},
        "budgetFilter": {"projects": ["projects/123"], "creditTypesTreatment": "INCLUDE_ALL_CREDITS"},
        "notificationsRule": {"pubsubTopic": "projects/p/topics/t", "schemaVersion": "1.0"},
    }
    assert compared(BUDGET, inputs, live) == []


def test_a_list_says_what_is_gone_and_what_is_new() -> None:
    live = {"thresholdRules": [THRESHOLDS[0], {"spendBasis": "CURRENT_SPEND", "thresholdPercent": 9.0}]}
    (found,) = compared(BUDGET, {"thresholdRules": THRESHOLDS}, live)
    assert (found.planned, found.live) == ([THRESHOLDS[1]], [live["thresholdRules"][1]])
    assert edited({"thresholdRules": THRESHOLDS}, [found]) == {
        "thresholdRules": [THRESHOLDS[0], {"spendBasis": "CURRENT_SPEND", "thresholdPercent": 9.0}]
    }


def test_what_is_live_as_planned_stays_a_reference() -> None:
    planned = {"allUpdatesRule": {"monitoringNotificationChannels": [UNKNOWN, UNKNOWN]}}
    resolved = {"allUpdatesRule": {"monitoringNotificationChannels": ["projects/p/c/1", "projects/p/c/2"]}}
    live = {"notificationsRule": {"monitoringNotificationChannels": ["projects/p/c/2", "projects/p/c/9"]}}
    (found,) = compared(BUDGET, resolved, live)
    assert found.lost == (("allUpdatesRule", "monitoringNotificationChannels", 0),)
    assert edited(planned, [found]) == {
        "allUpdatesRule": {"monitoringNotificationChannels": [UNKNOWN, "projects/p/c/9"]}
    }


@pytest.mark.parametrize(
    ("inputs", "live", "found"),
    [
        ({"disabled": False}, {}, []),
        ({}, {"disabled": False}, []),
        ({}, {"disabled": True}, [("disabled", False, True)]),
        ({"priority": 1000}, {"priority": 10}, [("priority", 1000, 10)]),
        ({"network": "projects/p/global/networks/n"},
         {"network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n"}, []),
        ({"allows": [{"protocol": "tcp", "ports": ["443", "80"]}]},
         {"allowed": [{"IPProtocol": "tcp", "ports": ["80", "443"]}]}, []),
        ({"logConfig": {"metadata": "INCLUDE_ALL_METADATA"}},
         {"logConfig": {"metadata": "INCLUDE_ALL_METADATA", "enable": False}}, [("logConfig.enable", True, False)]),
        ({"direction": "EGRESS"}, {"direction": "EGRESS", "allowed": [{"IPProtocol": "all"}]},
         [("allowed", [], [{"IPProtocol": "all"}])]),
    ],
)  # fmt: skip
def test_fields(inputs: dict[str, Any], live: dict[str, Any], found: list[Any]) -> None:
    assert fields(compared(FIREWALL, inputs, live)) == found


def test_a_field_that_is_renamed_or_turned_is_edited_as_the_plan_has_it() -> None:
    (found,) = compared(SLO, {"rollingPeriodDays": 28}, {"rollingPeriod": "604800s"})
    assert found.field == "rollingPeriod"
    assert edited({"rollingPeriodDays": 28}, [found]) == {"rollingPeriodDays": 7}
    (found,) = compared(FIREWALL, {"direction": "EGRESS"}, {"direction": "EGRESS", "allowed": [{"IPProtocol": "all"}]})
    assert edited({"direction": "EGRESS"}, [found])["allows"] == [{"protocol": "all"}]


def test_a_default_within_what_is_planned_is_watched() -> None:
    inputs = {"settings": {"ipConfiguration": {"ipv4Enabled": False}}}
    live = {"settings": {"ipConfiguration": {"authorizedNetworks": [{"value": "0.0.0.0/0"}]}}}
    (found,) = compared(SQL, inputs, live)
    assert found.field == "settings.ipConfiguration.authorizedNetworks"
    assert edited(inputs, [found])["settings"]["ipConfiguration"] == {
        "ipv4Enabled": False,
        "authorizedNetworks": [{"value": "0.0.0.0/0"}],
    }


def test_secrets_and_unknowns_are_never_looked_into() -> None:
    assert compared(SQL, {"rootPassword": SECRET}, {"rootPassword": "hunter2"}) == []
    inputs = {"settings": {"databaseFlags": [{"name": "a", "value": SECRET}]}}
    live = {"settings": {"databaseFlags": [{"name": "b", "value": "hunter2"}]}}
    found = compared(SQL, inputs, live)
    assert "hunter2" not in repr([(one.planned, one.live) for one in found])
    assert compared(SQL, {"encryptionKeyName": UNKNOWN}, {"diskEncryptionConfiguration": {"kmsKeyName": "k"}}) == []
    assert fields(compared(SQL, {"encryptionKeyName": UNKNOWN}, {})) == [
        ("diskEncryptionConfiguration.kmsKeyName", UNKNOWN, None)
    ]


def test_the_providers_labels_are_drift_when_they_are_gone() -> None:
    topic = "gcp:pubsub/topic:Topic"
    found = compared(topic, {"name": "t"}, {"labels": {"owner": "x"}}, {"owner": "x", "cost_centre": "cc"})
    assert fields(found) == [("labels.cost_centre", "cc", None)]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com", True),
        ("bq-123@bigquery-encryption.iam.gserviceaccount.com", True),
        ("serviceAccount:cmek-p123@gcp-sa-logging.iam.gserviceaccount.com", True),
        ("serviceAccount:service-999@gcp-sa-pubsub.iam.gserviceaccount.com", False),
        ("serviceAccount:service-123@evil.example.com", False),
        ("user:service-123@gcp-sa-pubsub.iam.gserviceaccount.com", False),
        (None, False),
    ],
)
def test_a_service_agent_is_known_by_its_project(address: str | None, is_one: bool) -> None:
    assert is_agent(address, "123") == is_one
    comparison = compared("gcp:kms/cryptoKey:CryptoKey", {"purpose": {AGENT: "123"}}, {"purpose": address})
    assert (comparison == []) == is_one


def test_a_live_resource_as_inputs() -> None:
    live = {
        "name": "w", "kind": "compute#firewall", "id": "1", "selfLink": "x", "network": "n",
        "allowed": [{"IPProtocol": "tcp", "ports": ["22"]}], "direction": "INGRESS",
    }  # fmt: skip
    assert inputs_of(load.entries()[FIREWALL], live) == {
        "name": "w", "network": "n", "allows": [{"protocol": "tcp", "ports": ["22"]}], "direction": "INGRESS"
    }  # fmt: skip
