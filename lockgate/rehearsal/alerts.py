"""Whether a budget is heard: spend is seeded below and at each of its thresholds, and its messages are waited for.

The messages are schema 1.0 of https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications. The
subscription that hears them is the rehearsal's own, and deleted when the last threshold has been tried.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import math
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lockgate.rehearsal.client import Request
from lockgate.rehearsal.report import Alert
from lockgate.rehearsal.work import Work

BUDGET = "gcp:billing/budget:Budget"
SCHEMA = "1.0"
WAIT_SECONDS = 3.0
"""How long a message that the budget says it has sent may take to arrive."""
PAUSE_SECONDS = 0.05
LAST_PERIOD = 1000.0
"""What the period before cost, for a budget of that amount; in its currency."""
EXCEEDED = {"CURRENT_SPEND": "alertThresholdExceeded", "FORECASTED_SPEND": "forecastThresholdExceeded"}
"""The field of a message that names the highest threshold exceeded, by what the threshold is held against."""


@dataclass(frozen=True)
class Spend:
    """A budget's threshold, and the spend that reaches it."""

    basis: str
    threshold: float
    """1.0 is the whole budget."""
    limit: float
    """Of the budget, in ``currency``."""
    currency: str | None
    below: float
    reached: float

    def seeded(self, amount: float) -> dict[str, Any]:
        """What makes the emulator reckon with an amount spent, or forecast."""
        spent = {"amount": amount} if self.basis == "CURRENT_SPEND" else {"amount": 0, "forecast": amount}
        return {**spent, "lastPeriod": LAST_PERIOD}


def topic(budget: Mapping[str, Any]) -> str | None:
    """Where a budget publishes; None when it tells nobody but the readers of its mails."""
    return (budget.get("notificationsRule") or {}).get("pubsubTopic") or None


def spends(budget: Mapping[str, Any]) -> list[Spend]:
    """The spend on both sides of each threshold of a budget, the actual ones first, the lowest first."""
    amount = (budget.get("amount") or {}).get("specifiedAmount")
    limit = LAST_PERIOD if amount is None else int(amount.get("units", 0)) + int(amount.get("nanos", 0)) / 1e9
    currency = None if amount is None else amount.get("currencyCode")
    rules = {
        (str(rule.get("spendBasis", "CURRENT_SPEND")), float(rule.get("thresholdPercent", 0)))
        for rule in budget.get("thresholdRules") or []
    }
    found = []
    for basis, threshold in sorted(rules):
        # In hundredths of the currency's unit: the last that is below the threshold, and the first that is not.
        cents = math.ceil(round(threshold * limit * 100, 4))
        found.append(Spend(basis, threshold, limit, currency, (cents - 1) / 100, cents / 100))
    return found


async def sound(work: Work, tick: Callable[[], None]) -> list[Alert]:
    """What arrives when spend crosses each threshold of a budget that exists. Raises Refusal without a subscription."""
    budget, where = work.answer, topic(work.answer)
    if where is None:
        return []
    project = where.split("/")[1]
    name = f"projects/{project}/subscriptions/lockgate-rehearsal-{secrets.token_hex(4)}"
    await work.send(Request("pubsub", "PUT", f"v1/{name}", body={"topic": where}))
    heard = []
    try:
        for spend in spends(budget):
            heard.append(await _cross(work, budget, spend, where, name))
            tick()
    finally:
        await work.send(Request("pubsub", "DELETE", f"v1/{name}"))
    return heard


async def _cross(work: Work, budget: Mapping[str, Any], spend: Spend, where: str, subscription: str) -> Alert:
    """Seed spend below a threshold and at it, and hold what arrives against what is documented."""
    before, problem = await _hear(work, budget, spend, spend.below, subscription)
    if before is not None and not problem and _named(before, spend) >= spend.threshold:
        problem = f"a message names {_percent(spend)} exceeded while {_money(spend.below, spend)} is below it"
    message = None
    if not problem:
        message, problem = await _hear(work, budget, spend, spend.reached, subscription)
        if message is not None and not problem and not math.isclose(_named(message, spend), spend.threshold):
            problem = f"{EXCEEDED[spend.basis]} is {message['data'].get(EXCEEDED[spend.basis])!r}"
    if problem:
        problem = f"the alert at {_percent(spend)} is not to be relied on: {problem}"
    return Alert(
        urn=work.resource.urn,
        topic=where,
        basis=spend.basis,
        threshold=spend.threshold,
        amount=spend.reached,
        currency=spend.currency,
        message=message,
        problem=problem or None,
    )


async def _hear(
    work: Work, budget: Mapping[str, Any], spend: Spend, amount: float, subscription: str
) -> tuple[dict[str, Any] | None, str]:
    """(the message about an amount, with its data decoded; what is wrong with it, empty when nothing is)."""
    sent = await work.shared.client.own("_spend", {"budget": budget["name"], **spend.seeded(amount)}, work.made)
    undelivered = next((one["undelivered"] for one in sent.get("messages", []) if "undelivered" in one), "")
    if undelivered:
        return None, f"nothing is published: {undelivered}"
    received = await _pulled(work, subscription)
    if received is None:
        return None, f"nothing has arrived on {subscription.partition('/')[2]} within {WAIT_SECONDS:g} s"
    try:
        data = msgspec.json.decode(base64.b64decode(received.get("data", ""), validate=True), type=dict[str, Any])
    except (binascii.Error, msgspec.DecodeError):
        return None, "a message arrived whose data is no JSON object in base64"
    message = {**{key: value for key, value in received.items() if key != "data"}, "data": data}
    return message, "; ".join(_wrong(message, budget, spend, amount))


async def _pulled(work: Work, subscription: str) -> dict[str, Any] | None:
    """The next message of a subscription, acknowledged; None when none comes in time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        answer = await work.send(Request("pubsub", "POST", f"v1/{subscription}:pull", body={"maxMessages": 1}))
        for received in answer.get("receivedMessages", []):
            body = {"ackIds": [received["ackId"]]}
            await work.send(Request("pubsub", "POST", f"v1/{subscription}:acknowledge", body=body))
            message: dict[str, Any] = received["message"]
            return message
        if time.monotonic() > deadline:
            return None
        await asyncio.sleep(PAUSE_SECONDS)


def _wrong(message: Mapping[str, Any], budget: Mapping[str, Any], spend: Spend, amount: float) -> list[str]:
    """In what a message differs from schema 1.0 and from what was seeded."""
    account, identity = budget["name"].split("/")[1::2]
    attributes = {"billingAccountId": account, "budgetId": identity, "schemaVersion": SCHEMA}
    data: dict[str, Any] = {
        "budgetDisplayName": budget.get("displayName", ""),
        "costAmount": amount if spend.basis == "CURRENT_SPEND" else 0,
        "budgetAmount": spend.limit,
        "budgetAmountType": "LAST_PERIODS_COST" if spend.currency is None else "SPECIFIED_AMOUNT",
    }
    if spend.currency is not None:
        data["currencyCode"] = spend.currency
    found = [
        f"{key} is {given.get(key)!r}, expected {wanted!r}"
        for given, expected in ((message.get("attributes") or {}, attributes), (message["data"], data))
        for key, wanted in expected.items()
        if given.get(key) != wanted
    ]
    return found + [
        f"{key} is missing" for key in ("costIntervalStart", "currencyCode") if not message["data"].get(key)
    ]


def _named(message: Mapping[str, Any], spend: Spend) -> float:
    """The highest threshold that a message names; less than nothing when it names none."""
    named = message["data"].get(EXCEEDED[spend.basis])
    return float(named) if isinstance(named, int | float) else -1.0


def _percent(spend: Spend) -> str:
    return f"{spend.threshold * 100:g} % of {'actual' if spend.basis == 'CURRENT_SPEND' else 'forecast'} spend"


def _money(amount: float, spend: Spend) -> str:
    return f"{amount:,.2f} {spend.currency or ''}".rstrip()
