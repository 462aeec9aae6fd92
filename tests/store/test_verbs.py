"""``lockgate policy publish`` and ``lockgate archive``, as they are called."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

from lockgate.policy import policies
from tests.store.conftest import Store
from tests.store.test_archive import VERDICT
from tests.store.test_bundle import ROOT, pair

UNTIL = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=400)).date().isoformat()


def lockgate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_publish_says_the_revision(store: Store, tmp_path: Path) -> None:
    key, _ = pair(tmp_path, "ours")
    done = lockgate("policy", "publish", store.address("bundle.tar.gz"), "--signing-key", str(key))
    assert done.returncode == 0, done.stderr
    assert policies.load(ROOT / "policies").revision in done.stdout
    assert store.client().head_object(Bucket="lockgate", Key="bundle.tar.gz")["ContentType"] == "application/gzip"


def test_publish_needs_a_name_for_the_bundle(store: Store, tmp_path: Path) -> None:
    key, _ = pair(tmp_path, "ours")
    done = lockgate("policy", "publish", store.address(), "--signing-key", str(key))
    assert done.returncode == 2
    assert "expected the bundle's own name" in done.stderr


def test_archive_says_what_is_kept(store: Store, tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text(json.dumps(VERDICT))
    to = dataclasses.replace(store, bucket="evidence").address("decisions")
    done = lockgate("archive", str(tmp_path / "verdict.json"), "--to", to, "--until", UNTIL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("version") == 2
    assert f"locked until {UNTIL}" in done.stdout
    assert store.secret not in done.stdout + done.stderr


def test_archive_needs_a_date(store: Store, tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text(json.dumps(VERDICT))
    done = lockgate("archive", str(tmp_path / "verdict.json"), "--to", store.address("x"), "--until", "soon")
    assert done.returncode == 2
    assert "--until soon: expected a date" in done.stderr
