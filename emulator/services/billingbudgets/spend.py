"""A budget that speaks: spend is seeded, the budget's message goes to its Pub/Sub topic.

    POST /_spend {"project": "my-project", "amount": 4100.5, "currency": "EUR", "forecast": 5200}
    POST /_spend {"budget": "billingAccounts/01AB23-45CD67-89EF01/budgets/…", "amount": 4100.5}

`amount` is the cost of the budget's period so far, not an increment; `forecast` what the period is expected to come
to; `lastPeriod` the cost of
the period before, for budgets of that amount. Each call stands for one of the several times a day at which Google
sends a budget's status:
every budget that is concerned sends one message, whether or not a threshold has been crossed since the last, and
names in it the highest
threshold that is exceeded, if one is
(https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications). So a test that wants a
message for each threshold makes a call for each. Delivery is at least once, unordered, and only to a topic on which
Google's account may publish.
The address is the emulator's own; the answer lists what was sent, and what was not, with the reason.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from emulator.exchange import Request
from emulator.wire.errors import invalid

if TYPE_CHECKING:
    from emulator.cloud import Cloud

JSON = dict[str, Any]

PUBLISHER = "serviceAccount:billing-budget-alert@system.gserviceaccount.com"
"""The account by which Google publishes budget messages."""
_ROLES = frozenset(
    {"roles/pubsub.publisher", "roles/pubsub.editor", "roles/pubsub.admin", "roles/editor", "roles/owner"}
)
_PACIFIC = timezone(timedelta(hours=-8))
"""Calendar periods begin at midnight Pacific time; summer time is not reckoned with."""
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def post(cloud: Cloud, raw: object) -> JSON:
    """The body of `POST /_spend`; 400 if it is none."""
    known = {"project", "budget", "amount", "currency", "forecast", "lastPeriod"}
    if not isinstance(raw, dict) or set(raw) - known or ("project" in raw) == ("budget" in raw):
        raise invalid(
            '/_spend takes {"project" or "budget", "amount", and perhaps "currency", "forecast", "lastPeriod"}'
        )
    for field in ("amount", "forecast", "lastPeriod"):
        if field in raw and (isinstance(raw[field], bool) or not isinstance(raw[field], int | float)):
            raise invalid(f"{field} is a number")
    if "amount" not in raw:
        raise invalid("amount is missing")
    names = _concerned(cloud, raw)
    return {"messages": [_send(cloud, name, raw) for name in names]}


def _concerned(cloud: Cloud, raw: JSON) -> list[str]:
    if "budget" in raw:
        if not cloud.store.has("billingbudgets", str(raw["budget"])):
            raise invalid(f"there is no budget {raw['budget']}")
        return [str(raw["budget"])]
    project = cloud.projects.find(str(raw["project"]))
    if project is None:
        raise invalid(f"there is no project {raw['project']}")
    found = []
    for name in cloud.store.find("billingbudgets", lambda _: True):
        wanted = (cloud.store.get("billingbudgets", name) or {}).get("budgetFilter", {}).get("projects")
        if name.startswith(f"{project.billing_account}/") and (not wanted or f"projects/{project.number}" in wanted):
            found.append(name)
    return found


def money(amount: JSON) -> float:
    """google.type.Money as a number."""
    return int(amount.get("units", 0)) + int(amount.get("nanos", 0)) / 1e9


def message(budget: JSON, name: str, raw: JSON, now: float) -> tuple[JSON, JSON]:
    """(data, attributes) of the schema 1.0 message about one budget."""
    amount = budget.get("amount", {})
    specified = amount.get("specifiedAmount")
    limit = money(specified) if specified is not None else float(raw.get("lastPeriod", 0))
    currency = (specified or {}).get("currencyCode") or raw.get("currency") or "USD"
    if raw.get("currency") not in (None, currency):
        raise invalid(
            f"the spend is in {raw['currency']}, the budget in {currency}: a billing account has one currency"
        )
    data: JSON = {
        "budgetDisplayName": budget.get("displayName", ""),
        "costAmount": raw["amount"],
        "costIntervalStart": _start(budget.get("budgetFilter", {}), now),
        "budgetAmount": limit,
        "budgetAmountType": "SPECIFIED_AMOUNT" if specified is not None else "LAST_PERIODS_COST",
        "currencyCode": currency,
    }
    for key, basis, spent in (
        ("alertThresholdExceeded", "CURRENT_SPEND", raw["amount"]),
        ("forecastThresholdExceeded", "FORECASTED_SPEND", raw.get("forecast")),
    ):
        rules = [r for r in budget.get("thresholdRules") or [] if r.get("spendBasis", "CURRENT_SPEND") == basis]
        percents = [float(r.get("thresholdPercent", 0)) for r in rules]
        # reckoned in millionths of a unit, so that 0.8 of 5,000 is exceeded at 4,000
        passed = [p for p in percents if spent is not None and round(spent * 1e6) >= round(p * limit * 1e6)]
        if passed:
            data[key] = max(passed)
    account, ident = name.split("/")[1], name.split("/")[3]
    return data, {"billingAccountId": account, "budgetId": ident, "schemaVersion": "1.0"}


def _start(period: JSON, now: float) -> str:
    """When the budget's current period began."""
    custom = period.get("customPeriod", {}).get("startDate")
    if custom:
        begun = datetime(int(custom["year"]), int(custom["month"]), int(custom["day"]), tzinfo=_PACIFIC)
    else:
        today = datetime.fromtimestamp(now, _PACIFIC)
        months = _MONTHS.get(period.get("calendarPeriod", "MONTH"), 1)
        begun = datetime(today.year, (today.month - 1) // months * months + 1, 1, tzinfo=_PACIFIC)
    return begun.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _send(cloud: Cloud, name: str, raw: JSON) -> JSON:
    budget = cloud.store.get("billingbudgets", name) or {}
    data, attributes = message(budget, name, raw, cloud.ids.clock())
    sent: JSON = {"budget": name, "data": data, "attributes": attributes}
    topic = cloud.projects.canonical(str((budget.get("notificationsRule") or {}).get("pubsubTopic", "")))
    if not topic:
        return {**sent, "undelivered": "the budget has no Pub/Sub topic"}
    sent["topic"] = topic
    places = (("pubsub", topic), ("cloudresourcemanager", "/".join(topic.split("/")[:2])))
    if not cloud.policies.holds(PUBLISHER, _ROLES, *places):
        return {**sent, "undelivered": f"{PUBLISHER} may not publish to the topic"}
    encoded = base64.b64encode(json.dumps(data).encode()).decode()
    body = json.dumps({"messages": [{"data": encoded, "attributes": attributes}]}).encode()
    headers = {"content-type": "application/json"}
    answer = cloud.handle(Request("POST", f"/pubsub/v1/{topic}:publish", "", headers, body))
    if answer.status != 200:
        return {**sent, "undelivered": json.loads(answer.body or b"{}").get("error", {}).get("message", "")}
    return {**sent, "messageId": json.loads(answer.body)["messageIds"][0]}
