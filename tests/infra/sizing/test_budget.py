"""The budget that finance gets is the one that the charter promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.sizing import budget
from lockgate.charter.load import load
from lockgate.charter.model import Charter

STACKS = Path(__file__).parents[3] / "stacks"


@pytest.fixture(params=["claims-triage", "claims-triage-dev", "staff-assistant"])
def charter(request: pytest.FixtureRequest) -> Charter:
    return load(STACKS / request.param / "charter.yaml")


def test_the_amount_is_never_above_the_limit(charter: Charter) -> None:
    for limit in ("0.5", "1", "99.99", "5000"):
        money = charter.money.model_copy(update={"monthly_limit": type(charter.money.monthly_limit)(limit)})
        assert budget.size(charter.model_copy(update={"money": money})).amount <= float(limit)


def test_each_threshold_becomes_an_alert_on_its_basis(charter: Charter) -> None:
    alerts = {(round(alert.share * 100), alert.basis) for alert in budget.size(charter).alerts}
    basis = {"current": "CURRENT_SPEND", "forecast": "FORECASTED_SPEND"}
    assert alerts == {(threshold.percent, basis[threshold.basis]) for threshold in charter.money.thresholds}


def test_messages_stay_within_residency(charter: Charter) -> None:
    assert set(budget.size(charter).regions) == set(charter.data.residency)


def test_development_does_not_share_a_display_name_with_production() -> None:
    names = {budget.size(load(path)).display_name for path in STACKS.glob("*/charter.yaml")}
    assert len(names) == len(list(STACKS.glob("*/charter.yaml")))
