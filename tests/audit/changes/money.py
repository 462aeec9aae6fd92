"""Changes of budgets, channels and alerts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.conftest import Google


def _budget(google: Google) -> Any:
    client = google.generated("google.cloud.billing.budgets_v1.BudgetServiceClient", "billingbudgets")
    (budget,) = [
        one
        for one in client.list_budgets(parent="billingAccounts/01AB23-45CD67-89EF01")
        if one.display_name == "claims-triage production"
    ]
    return client, budget


def change_budget(mask: str, change: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client, budget = _budget(google)
        change(budget)
        client.update_budget(request={"budget": budget, "update_mask": {"paths": [mask]}})

    return make


def delete_budget(google: Google) -> None:
    client, budget = _budget(google)
    client.delete_budget(name=budget.name)


def _monitored(collection: str, display_name: str, google: Google) -> tuple[Any, dict[str, Any]]:
    place = getattr(google.discovered("monitoring", "v3").projects(), collection)()
    (found,) = [
        one
        for one in place.list(name=f"projects/{google.project}").execute()[collection]
        if one["displayName"] == display_name
    ]
    return place, found


def delete_channel(google: Google) -> None:
    place, channel = _monitored("notificationChannels", "Alerts to finops-claims@example.com", google)
    place.delete(name=channel["name"], force=True).execute()


def change_channel(google: Google) -> None:
    place, channel = _monitored("notificationChannels", "Alerts to finops-claims@example.com", google)
    place.patch(name=channel["name"], updateMask="enabled", body={"enabled": False}).execute()


_LATENCY = "claims-triage: the slowest hundredth waits longer than 40 s"


def change_alert(mask: str, body: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        place, policy = _monitored("alertPolicies", _LATENCY, google)
        place.patch(name=policy["name"], updateMask=mask, body=body).execute()

    return make


def raise_alert(google: Google) -> None:
    place, policy = _monitored("alertPolicies", _LATENCY, google)
    policy["conditions"][0]["conditionThreshold"]["thresholdValue"] = 1e6
    place.patch(name=policy["name"], updateMask="conditions", body={"conditions": policy["conditions"]}).execute()
