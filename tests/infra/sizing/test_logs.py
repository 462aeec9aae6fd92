"""Logs and transcripts are kept for as long as the charter says, and the rules read the same filter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.sizing import logs, transcripts
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["claims-triage", "claims-triage-dev", "staff-assistant"])
def charter(request: pytest.FixtureRequest) -> Charter:
    return load(ROOT / "stacks" / request.param / "charter.yaml")


def test_audit_logs_and_all_others_have_their_own_retention(charter: Charter) -> None:
    args = logs.size(charter)
    assert (args.audit_days, args.locked) == (charter.logging.retention_days, charter.logging.locked)
    assert args.operations_days == charter.data.retention_days
    assert args.audit_bucket != args.operations_bucket


def test_transcripts_go_with_the_charters_data(charter: Charter) -> None:
    assert transcripts.size(charter).expiry_ms == charter.data.retention_days * 24 * 3600 * 1000


def test_the_audit_filter_is_one_that_the_rules_can_read() -> None:
    known = json.loads((ROOT / "policies" / "data" / "logs.json").read_text())["logs"]
    terms = logs.AUDIT_FILTER.split(" OR ")
    assert all(re.match(known["term_pattern"], term) for term in terms)
    ids = {term.split('"')[1] for term in terms}
    assert {*known["audit_terms"], known["journal_term"]} <= ids


def test_every_service_that_the_rules_ask_for_is_audited() -> None:
    known = json.loads((ROOT / "policies" / "data" / "logs.json").read_text())["logs"]
    assert set(logs.AUDITED) == {*known["audited_services"], *known["audited_services_personal"]}
