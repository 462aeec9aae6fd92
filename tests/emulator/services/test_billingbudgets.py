"""Budgets through google-cloud-billing-budgets, and what they publish."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.billing import budgets_v1

ACCOUNT = "billingAccounts/01A2B3-4C5D6E-7F8091"
TOPIC = "projects/demo-project/topics/alerts"
PUBLISHER = "serviceAccount:billing-budget-alert@system.gserviceaccount.com"


@pytest.fixture
def client(emulator: Any) -> budgets_v1.BudgetServiceClient:
    transport = budgets_v1.BudgetServiceClient.get_transport_class("rest")(
        host=f"127.0.0.1:{emulator.port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    emulator.ok("PUT", f"/pubsub/v1/{TOPIC}", {})
    return budgets_v1.BudgetServiceClient(transport=transport)


def _budget(client: budgets_v1.BudgetServiceClient) -> budgets_v1.Budget:
    basis = budgets_v1.ThresholdRule.Basis.FORECASTED_SPEND
    return client.create_budget(
        parent=ACCOUNT,
        budget={
            "display_name": "demo",
            "amount": {"specified_amount": {"currency_code": "EUR", "units": 5000}},
            "budget_filter": {"projects": ["projects/demo-project"]},
            "threshold_rules": [
                {"threshold_percent": 0.5},
                {"threshold_percent": 0.8},
                {"threshold_percent": 1.0, "spend_basis": basis},
            ],
            "notifications_rule": {"pubsub_topic": TOPIC, "schema_version": "1.0"},
        },
    )


def test_the_server_names_it_and_fills_it_in(client: budgets_v1.BudgetServiceClient) -> None:
    made = _budget(client)
    assert made.name.startswith(f"{ACCOUNT}/budgets/")
    assert made.etag
    assert made.budget_filter.calendar_period == budgets_v1.CalendarPeriod.MONTH
    assert made.budget_filter.credit_types_treatment == budgets_v1.Filter.CreditTypesTreatment.INCLUDE_ALL_CREDITS
    assert list(made.budget_filter.projects) == ["projects/123456789012"]
    assert made.threshold_rules[0].spend_basis == budgets_v1.ThresholdRule.Basis.CURRENT_SPEND
    assert [b.name for b in client.list_budgets(parent=ACCOUNT)] == [made.name]
    client.delete_budget(name=made.name)
    with pytest.raises(exceptions.NotFound):
        client.get_budget(name=made.name)


def test_both_versions_speak_of_one_budget(client: budgets_v1.BudgetServiceClient, emulator: Any) -> None:
    made = _budget(client)
    beta = emulator.ok("GET", f"/billingbudgets/v1beta1/{made.name}")
    assert beta["allUpdatesRule"]["pubsubTopic"] == TOPIC
    assert "notificationsRule" not in beta
    body = {"budget": {"displayName": "b", "thresholdRules": []}, "updateMask": "displayName,thresholdRules"}
    emulator.ok("PATCH", f"/billingbudgets/v1beta1/{made.name}", body)
    found = client.get_budget(name=made.name)
    assert found.display_name == "b"
    assert not found.threshold_rules
    assert found.etag != made.etag
    emulator.refused(409, "PATCH", f"/billingbudgets/v1/{made.name}", {"displayName": "c", "etag": made.etag})


def test_what_a_budget_cannot_be(client: budgets_v1.BudgetServiceClient, emulator: Any) -> None:
    path = f"/billingbudgets/v1/{ACCOUNT}/budgets"
    amount = {"specifiedAmount": {"units": "5"}}
    emulator.refused(400, "POST", path, {"displayName": "x"})
    emulator.refused(400, "POST", path, {"amount": {**amount, "lastPeriodAmount": {}}})
    emulator.refused(400, "POST", path, {"amount": amount, "notificationsRule": {"pubsubTopic": TOPIC}})
    missing = {"pubsubTopic": f"{TOPIC}-no", "schemaVersion": "1.0"}
    emulator.refused(403, "POST", path, {"amount": amount, "notificationsRule": missing})
    emulator.refused(403, "POST", "/billingbudgets/v1/billingAccounts/no/budgets", {"amount": amount})


def test_connecting_a_topic_makes_google_its_publisher(client: budgets_v1.BudgetServiceClient, emulator: Any) -> None:
    _budget(client)
    policy = emulator.ok("GET", f"/pubsub/v1/{TOPIC}:getIamPolicy")
    assert policy["bindings"] == [{"role": "roles/pubsub.publisher", "members": [PUBLISHER]}]


@pytest.mark.parametrize(
    ("amount", "forecast", "thresholds"),
    [(2499.99, None, (None, None)), (2500, None, (0.5, None)), (4000, 4999, (0.8, None)), (4000, 5000, (0.8, 1.0))],
)
def test_spend_across_a_threshold(
    client: budgets_v1.BudgetServiceClient, emulator: Any, amount: float, forecast: Any, thresholds: Any
) -> None:
    made = _budget(client)
    spend = {"project": "demo-project", "amount": amount, "currency": "EUR"}
    (message,) = emulator.ok("POST", "/_spend", {**spend, **({"forecast": forecast} if forecast else {})})["messages"]
    data = message["data"]
    assert (data.get("alertThresholdExceeded"), data.get("forecastThresholdExceeded")) == thresholds
    assert (data["costAmount"], data["budgetAmount"], data["currencyCode"]) == (amount, 5000, "EUR")
    assert (data["budgetDisplayName"], data["budgetAmountType"]) == ("demo", "SPECIFIED_AMOUNT")
    ident = made.name.rsplit("/", 1)[-1]
    account = ACCOUNT.removeprefix("billingAccounts/")
    assert message["attributes"] == {"billingAccountId": account, "budgetId": ident, "schemaVersion": "1.0"}


def test_without_the_grant_nothing_arrives(client: budgets_v1.BudgetServiceClient, emulator: Any) -> None:
    _budget(client)
    emulator.ok("POST", f"/pubsub/v1/{TOPIC}:setIamPolicy", {"policy": {"bindings": []}})
    (message,) = emulator.ok("POST", "/_spend", {"project": "demo-project", "amount": 4000})["messages"]
    assert "may not publish" in message["undelivered"]
    emulator.refused(400, "POST", "/_spend", {"project": "demo-project", "amount": 1, "currency": "USD"})
    emulator.refused(400, "POST", "/_spend", {"project": "nobody", "amount": 1})


def test_the_message_reaches_a_subscriber(client: budgets_v1.BudgetServiceClient, emulator: Any) -> None:
    _budget(client)
    name = "projects/demo-project/subscriptions/spend"
    emulator.ok("PUT", f"/pubsub/v1/{name}", {"topic": TOPIC})
    (sent,) = emulator.ok("POST", "/_spend", {"project": "demo-project", "amount": 4000})["messages"]
    (pulled,) = emulator.ok("POST", f"/pubsub/v1/{name}:pull", {"maxMessages": 5})["receivedMessages"]
    assert pulled["message"]["messageId"] == sent["messageId"]
    assert pulled["message"]["attributes"] == sent["attributes"]
    assert json.loads(base64.b64decode(pulled["message"]["data"])) == sent["data"]
