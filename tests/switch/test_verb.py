"""``lockgate switch``, from the call to the bucket."""

from __future__ import annotations

import json

import pytest

from lockgate.cli.main import run
from lockgate.switch.bucket import Bucket

from .conftest import BUCKET, ROOT, get, post

STACK = "staff-assistant"
ME = ("--by", "me@example.com")


@pytest.fixture(autouse=True)
def _checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["switch", STACK, *words]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["switch", STACK, *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def test_a_tier_is_paused_shown_and_resumed(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "show") == "staff-assistant: nothing is stopped or paused\n"
    paused = said(capsys, "pause", "low", "--why", "answers are off", "--until", "2999-01-01", *ME)
    assert paused.startswith(
        "paused: no model is asked about a case of the tier low.\nRouters follow within 5 seconds: "
    )
    assert f"gs://{BUCKET}/switch.json, version " in paused
    shown = said(capsys, "show")
    assert shown.startswith("staff-assistant: low is paused by me@example.com at 2")
    assert shown.endswith(", until 2999-01-01T00:00:00Z: answers are off\n")
    assert said(capsys, "resume", "low", "--why", "repaired", *ME).startswith("resumed: the tier low.")
    assert said(capsys, "show") == "staff-assistant: nothing is stopped or paused\n"
    kept = get(f"{address}/storage/v1/b/{BUCKET}/o?versions=true")["items"]
    assert [one["metadata"]["what"] for one in kept] == ["pause low", "resume low"]


def test_everything_is_stopped_in_the_form_that_routers_read(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "stop", "--why", "answers name customers", "--format", "json", *ME))
    assert document["format"] == "lockgate.switch/1"
    assert document["stopped"]["by"] == "me@example.com"
    stored = get(f"{address}/storage/v1/b/{BUCKET}/o/switch.json?alt=media")
    assert stored == document


def test_resuming_what_is_not_paused_writes_nothing(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "resume", "--why", "to be sure", *ME).startswith(
        "unchanged: it was neither stopped nor paused."
    )
    assert "items" not in get(f"{address}/storage/v1/b/{BUCKET}/o")


def test_a_document_that_is_none_is_left_alone(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    post(f"{address}/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name=switch.json", {"format": "other"})
    assert "Routers that cannot read it ask no model" in refused(capsys, "resume", "--why", "x", *ME)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("begin",), "begin: expected one of show, stop, pause, resume"),
        (("show", "--why", "x"), "show changes nothing"),
        (("stop",), "--why is missing"),
        (("stop", "low", "--why", "x"), "stop is about every tier: leave low out"),
        (("pause", "--why", "x"), "pause: which tier? The charter has medium, low."),
        (("pause", "high", "--why", "x"), "high: the charter has no such tier, but medium, low"),
        (("resume", "--why", "x", "--until", "2999-01-01"), "--until is for stop and pause"),
        (("stop", "--why", "x", "--until", "soon", *ME), "--until soon: expected a date"),
        (("stop", "--why", "x", "--until", "2020-01-01", *ME), "--until 2020-01-01T00:00:00Z: is not in the future"),
        (("stop", "--why", "x"), "--by is missing: the credentials do not say whose they are"),
        (("show", "--format", "xml"), "--format xml: the switch is text or json"),
    ],
)
def test_a_wrong_call_changes_nothing(
    address: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert says in refused(capsys, *words)
    assert "items" not in get(f"{address}/storage/v1/b/{BUCKET}/o")


def test_credentials_that_say_whose_they_are_are_believed(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bucket, "who", "robot@example.com")
    assert "--by me@example.com: the credentials are those of robot@example.com" in refused(
        capsys, "stop", "--why", "x", *ME
    )
    assert "by robot@example.com" in said(capsys, "stop", "--why", "x")
