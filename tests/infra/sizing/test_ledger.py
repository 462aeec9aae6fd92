"""The database as the charter bounds it, and its user as Cloud SQL spells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.sizing import ledger
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
CHARTER = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")


def with_tier(tier: str) -> Charter:
    database = CHARTER.capacity.database.model_copy(update={"tier": tier})
    return CHARTER.model_copy(update={"capacity": CHARTER.capacity.model_copy(update={"database": database})})


def test_the_size_is_the_charters() -> None:
    args = ledger.size(CHARTER)
    assert (args.tier, args.disk_gib, args.high_availability) == ("db-custom-1-3840", 20, True)


@pytest.mark.parametrize(
    ("tier", "edition"), [("db-custom-1-3840", "ENTERPRISE"), ("db-perf-optimized-N-2", "ENTERPRISE_PLUS")]
)
def test_the_edition_follows_the_tier(tier: str, edition: str) -> None:
    assert ledger.size(with_tier(tier)).edition == edition


def test_the_user_is_the_routers_account_without_its_suffix() -> None:
    assert ledger.size(CHARTER).users == (("router", "claims-triage-router@example-claims-prod.iam"),)


def test_backups_are_kept_as_the_rules_ask() -> None:
    parameters = json.loads((ROOT / "policies" / "data" / "ledger.json").read_text())["ledger"]
    assert parameters["min_backups"] <= ledger.BACKUPS
    assert parameters["min_log_days"] <= ledger.LOG_DAYS
