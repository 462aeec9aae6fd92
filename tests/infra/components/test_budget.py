"""What the budget component keeps, and what it refuses before it registers anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.components.budget import Budget
from infra.sizing.budget import BudgetArgs, size
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[3]
ARGS = size(load(ROOT / "stacks" / "claims-triage" / "charter.yaml"))


def planned(args: BudgetArgs) -> list[dict[str, Any]]:
    plan = record(lambda: Budget("budget", args, key="a-key"), project="lockgate", stack="test", root=ROOT)
    return list(plan["resources"])


def named(resources: list[dict[str, Any]], type_: str) -> set[str]:
    return {resource["name"] for resource in resources if resource["type"].endswith(type_)}


def test_the_budget_is_protected_and_comes_after_the_grant() -> None:
    resources = planned(ARGS)
    (budget,) = [resource for resource in resources if resource["type"] == "gcp:billing/budget:Budget"]
    assert budget["protect"]
    assert any(urn.endswith("::budget-publisher") for urn in budget["dependencies"])


def test_a_channel_keeps_its_name_when_another_recipient_goes() -> None:
    both = named(planned(ARGS), "NotificationChannel")
    one = named(planned(replace(ARGS, recipients=ARGS.recipients[1:])), "NotificationChannel")
    assert len(both) == 2
    assert one < both


def test_two_recipients_with_one_local_part_get_two_channels() -> None:
    recipients = ("finops@example.com", "finops@example.org")
    assert len(named(planned(replace(ARGS, recipients=recipients)), "NotificationChannel")) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": 0}, "amount is 0: .* Raise money.monthly_limit"),
        ({"alerts": ()}, "no alert: .* Give money.thresholds"),
        ({"recipients": ()}, "no recipient: .* Give money.recipients"),
        ({"recipients": tuple(f"r{number}@example.com" for number in range(6))}, "6 recipients: Google accepts 5"),
        ({"display_name": "x" * 61}, "61 characters: Google accepts 60"),
    ],
)
def test_what_google_would_refuse_is_refused_first(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"^budget budget: .*{words}"):
        planned(replace(ARGS, **change))
