"""Evidence is locked: what the store enforces is that a locked version cannot be deleted, and no more is claimed."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from lockgate.errors import InputError
from lockgate.store import s3
from lockgate.store.archive import Kept, archive
from tests.store.conftest import Store

NOW = datetime.datetime.now(datetime.UTC)
UNTIL = NOW + datetime.timedelta(days=3650)
VERDICT = {
    "format": "lockgate.verdict/1",
    "decision": "allow",
    "stack": "claims-triage",
    "at": "2026-11-22T12:00:00+00:00",
    "plan": "sha256:" + "ab" * 32,
    "charter": "sha256:" + "cd" * 32,
    "policy": {"revision": "ef" * 32, "engine": "opa 1.22.2"},
    "findings": [],
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "saved.json").write_text(json.dumps(VERDICT))
    (tmp_path / "lockgate.sarif").write_text("{}")
    return tmp_path / "saved.json", tmp_path / "lockgate.sarif"


def kept(store: Store, files: tuple[Path, Path], bucket: str = "evidence") -> list[Kept]:
    to = s3.parse(dataclasses.replace(store, bucket=bucket).address("decisions"))
    return archive(files[0], files[1:], to=to, until=UNTIL, now=NOW)


def test_a_decision_is_kept_with_its_digests(store: Store, files: tuple[Path, Path]) -> None:
    verdict, report, record = kept(store, files)
    folder = "decisions/claims-triage/20261122T120000Z-abababababab"
    assert [one.address.path for one in (verdict, report, record)] == [
        f"{folder}/{name}" for name in ("verdict.json", "lockgate.sarif", "record.json")
    ]
    found = json.loads(store.client().get_object(Bucket="evidence", Key=record.address.path)["Body"].read())
    assert (found["decision"], found["plan"], found["charter"]) == ("allow", VERDICT["plan"], VERDICT["charter"])
    assert found["objects"][0]["sha256"] == f"sha256:{hashlib.sha256(files[0].read_bytes()).hexdigest()}"
    assert found["objects"][0]["version"] == verdict.version


def test_a_kept_version_cannot_be_deleted(store: Store, files: tuple[Path, Path]) -> None:
    for one in kept(store, files):
        with pytest.raises(ClientError, match="AccessDenied"):
            store.client().delete_object(Bucket="evidence", Key=one.address.path, VersionId=one.version)


def test_nor_does_what_comes_later_take_its_place(store: Store, files: tuple[Path, Path]) -> None:
    first, *_ = kept(store, files)
    store.client().delete_object(Bucket="evidence", Key=first.address.path)  # only marks it as deleted
    files[0].write_text(json.dumps({**VERDICT, "decision": "deny"}))
    second, *_ = kept(store, files)
    found = store.client().get_object(Bucket="evidence", Key=first.address.path, VersionId=first.version)
    assert first.version != second.version
    assert json.loads(found["Body"].read())["decision"] == "allow"


def test_a_bucket_without_a_lock_is_refused(store: Store, files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"refuses|not locked"):
        kept(store, files, "lockgate")


def test_only_a_verdict_is_archived(store: Store, files: tuple[Path, Path]) -> None:
    files[0].write_text("{}")
    with pytest.raises(InputError, match="not a verdict"):
        kept(store, files)


def test_a_date_that_is_over_locks_nothing(store: Store, files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="not in the future"):
        archive(files[0], [], to=s3.parse(store.address()), until=NOW, now=NOW)
