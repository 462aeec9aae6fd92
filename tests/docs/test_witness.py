"""The record of the witnesses is renewed, and a stale one is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs import emulator_page, witness
from emulator.coverage import Coverage
from emulator.witness import FOLDER

PUBSUB = Coverage(
    "pubsub",
    ("v1",),
    frozenset({"pubsub.topics.create", "pubsub.topics.publish", "pubsub.topics.detach"}),
    frozenset({"pubsub.topics.create", "pubsub.topics.publish"}),
    frozenset({"pubsub.topics.publish"}),
)


def driven(environment: dict[str, str]) -> str:
    folder = Path(environment[FOLDER])
    (folder / "1.json").write_text(json.dumps({"gcloud": {"b": 2}, "other": {"c": 1}}))
    (folder / "2.json").write_text(json.dumps({"gcloud": {"a": 1, "b": 1}}))
    return "gcloud 528"


def test_who_is_here_is_recorded_and_who_is_not_is_not() -> None:
    found = witness.drive_one("gcloud", driven, "2026-11-22")
    assert found == {"date": "2026-11-22", "what": "gcloud 528", "methods": ["a", "b"]}
    assert witness.drive_one("provider", lambda _: None, "2026-11-22") is None


def test_replayed_traffic_says_no_name() -> None:
    found = witness.drive_one("recorded", driven, "2026-11-22")
    assert found is not None
    assert found["methods"] == ["c"]


def test_a_record_may_claim_less_than_is_driven_and_never_more() -> None:
    assert witness.stale({"a", "b"}, {"a"}) == []
    assert [line.partition(":")[0] for line in witness.stale({"a", "b"}, {"a", "c"})] == ["c"]


def test_check_fails_when_no_test_drives_what_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.json").write_text(json.dumps({"google-clients": {"nobody.knows": 1}}))
    assert witness.main(["--check", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "recorded, and no longer driven by a test" in said
    assert "make witness" in said


def test_the_page_counts_only_what_is_answered_and_who_called_it() -> None:
    record = {"gcloud": {"date": "2026-11-22", "what": "gcloud 528", "methods": ["pubsub.topics.create"]}}
    page = emulator_page.render([PUBSUB], record, {"pubsub": [{"run": "pubsub topics create t", "shows": ""}]})
    assert "| [pubsub](#pubsub) | v1 | 3 | 2 | 1 | 0 | 1 | 0 | 0 |" in page
    assert "- `topics`: create, **publish**" in page
    assert "Not emulated:\n\n- `topics`: detach" in page
    assert "- `gcloud pubsub topics create t`" in page
    assert "2026-11-22: gcloud 528" in page
