"""What the budget component needs, from the charter's money section."""

from __future__ import annotations

from dataclasses import dataclass

from lockgate.charter.model import Charter

BASIS = {"current": "CURRENT_SPEND", "forecast": "FORECASTED_SPEND"}

PUBLISHER = "serviceAccount:billing-budget-alert@system.gserviceaccount.com"
"""The account by which Google publishes budget messages: Google Cloud, "Restricting identities by domain", 2026."""

REPLAY_DAYS = 7
"""Days for which messages stay in the topic: a spend guard that was down for a week can still be told all of it."""


@dataclass(frozen=True)
class Alert:
    """A share of the amount (1.0 is all of it) at which the budget speaks, and what it is measured on."""

    share: float
    basis: str


@dataclass(frozen=True)
class BudgetArgs:
    """Arguments of the budget component; the amount is in whole units of the currency, a month."""

    billing_account: str
    project_number: str
    display_name: str
    topic: str
    regions: tuple[str, ...]
    retention_seconds: int
    publisher: str
    currency: str
    amount: int
    alerts: tuple[Alert, ...]
    recipients: tuple[str, ...]


def size(charter: Charter) -> BudgetArgs:
    """The budget that watches the charter's project, and nothing above its monthly limit."""
    money = charter.money
    return BudgetArgs(
        billing_account=charter.cloud.billing_account,
        project_number=charter.cloud.project_number,
        display_name=f"{charter.use_case.name} {charter.use_case.environment}",
        topic=f"{charter.use_case.name}-budget-alerts",
        regions=tuple(charter.data.residency),
        retention_seconds=REPLAY_DAYS * 24 * 60 * 60,
        publisher=PUBLISHER,
        currency=money.currency,
        amount=int(money.monthly_limit),
        alerts=tuple(Alert(threshold.percent / 100, BASIS[threshold.basis]) for threshold in money.thresholds),
        recipients=tuple(money.recipients),
    )
