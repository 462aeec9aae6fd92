"""The switch in its bucket: Google's own client against the emulator."""

from __future__ import annotations

import os

import google.auth
import pytest
from google.auth import compute_engine
from google.auth.credentials import Credentials
from google.oauth2 import credentials as oauth2

from lockgate.errors import InputError
from lockgate.switch import bucket as buckets
from lockgate.switch.bucket import Bucket, SwitchError

from .conftest import BUCKET, CHARTER, get, post

NOTE = {"what": "stop", "by": "me@example.com", "why": "hail"}


def switch(name: str = BUCKET) -> Bucket:
    return Bucket(name, CHARTER.cloud.project, os.environ)


def test_the_bucket_is_the_one_that_the_stack_makes() -> None:
    assert buckets.name(CHARTER) == BUCKET


def test_nothing_was_written_yet(address: str) -> None:
    assert switch().read() == (None, 0)


def test_what_is_written_is_read_and_its_history_kept(address: str) -> None:
    first = switch().write(b"1", 0, NOTE)
    second = switch().write(b"2", first, {**NOTE, "what": "resume", "why": "the sun is out"})
    assert switch().read() == (b"2", second)
    kept = get(f"{address}/storage/v1/b/{BUCKET}/o?versions=true")["items"]
    assert [(one["metadata"]["what"], one["metadata"]["why"]) for one in kept] == [
        ("stop", "hail"),
        ("resume", "the sun is out"),
    ]


@pytest.mark.parametrize("seen", [0, 7])
def test_a_change_that_was_not_seen_is_not_overwritten(address: str, seen: int) -> None:
    switch().write(b"theirs", 0, NOTE)
    with pytest.raises(InputError, match="somebody else changed it meanwhile, so nothing was written"):
        switch().write(b"mine", seen, NOTE)
    assert switch().read()[0] == b"theirs"


def test_a_stack_that_is_not_deployed_is_said(address: str) -> None:
    for call in (lambda: switch("elsewhere").read(), lambda: switch("elsewhere").write(b"", 0, NOTE)):
        with pytest.raises(
            InputError, match=r"^gs://elsewhere/switch\.json: there is no such bucket. Deploy the stack"
        ):
            call()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("permission_denied", "routing.operators says who may"),
        ("internal", "Look with show whether it was written"),
        ("dropped", "Look with show whether it was written"),
    ],
)
def test_a_refused_write_is_no_change(address: str, kind: str, says: str) -> None:
    post(f"{address}/_faults", {"faults": [{"path": "upload", "kind": kind}]})
    with pytest.raises(SwitchError, match=says):
        switch().write(b"1", 0, NOTE)
    assert switch().read() == (None, 0)


def test_a_cloud_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:1")
    with pytest.raises(SwitchError, match=r"could not be read: .*Say it again"):
        switch().read()


def test_an_emulator_asks_nobody_who_it_is(address: str) -> None:
    assert switch().who is None


@pytest.mark.parametrize(
    ("credentials", "who"),
    [
        (
            compute_engine.Credentials(service_account_email="robot@example.com", universe_domain="googleapis.com"),
            "robot@example.com",
        ),
        (compute_engine.Credentials(universe_domain="googleapis.com"), None),
        (oauth2.Credentials("a-token", account="me@example.com"), "me@example.com"),
        (oauth2.Credentials("a-token"), None),
    ],
)
def test_who_is_what_the_credentials_say(
    monkeypatch: pytest.MonkeyPatch, credentials: Credentials, who: str | None
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setattr(google.auth, "default", lambda **_: (credentials, None))
    assert Bucket(BUCKET, CHARTER.cloud.project, {}).who == who


def test_without_credentials_it_says_how_to_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/does/not/exist.json")
    with pytest.raises(SwitchError, match="no application default credentials were found"):
        Bucket(BUCKET, CHARTER.cloud.project, {})
