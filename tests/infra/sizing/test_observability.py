"""From which figures on people are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.sizing.observability import Threshold, most_tokens, size, spend_rate
from infra.sizing.routing import longest_wait
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]


def charter(name: str) -> Charter:
    return load(ROOT / "stacks" / name / "charter.yaml")


def limits(name: str, alert: str) -> list[float]:
    (found,) = [item for item in size(charter(name)).alerts if item.key == alert]
    return [condition.limit for condition in found.conditions if isinstance(condition, Threshold)]


@pytest.mark.parametrize("name", ["claims-triage", "staff-assistant"])
def test_a_month_at_the_alerts_rate_stays_within_the_limit(name: str) -> None:
    assert 0 < spend_rate(charter(name)) * 730 <= charter(name).money.monthly_limit


def test_most_tokens_count_both_models() -> None:
    assert most_tokens(charter("claims-triage")) == 2 * (8000 + 800)


@pytest.mark.parametrize("name", ["claims-triage", "staff-assistant"])
def test_alerts_follow_the_charters_routes(name: str) -> None:
    assert limits(name, "latency") == [longest_wait(charter(name)) * 1000]
    assert 0 < limits(name, "tokens")[0] < most_tokens(charter(name))


def test_one_owner_of_both_is_told_once() -> None:
    both = charter("staff-assistant")
    business = both.business.model_copy(update={"adoption_owner": both.money.finops_owner})
    args = size(both.model_copy(update={"business": business}))
    assert args.recipients == (both.money.finops_owner,)


def test_the_dashboard_is_json_and_reads_the_stacks_own_metrics() -> None:
    args = size(charter("staff-assistant"))
    document = json.loads(args.dashboard)
    text = json.dumps(document)
    assert len(document["mosaicLayout"]["tiles"]) == 4
    for key in ("cases", "fallbacks", "tokens"):
        assert f"user/staff-assistant-{key}" in text
    assert "user_staff_assistant_cost_sum" in text
