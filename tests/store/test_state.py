"""The real engine keeps its state in an S3-compatible store, by the address that docs/store.md gives."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockgate.rehearsal.emulated import Emulator
from lockgate.rehearsal.engine import endpoints
from tests.store.conftest import Store

pytestmark = [
    pytest.mark.engine,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="ENGINE MISSING: no pulumi on PATH"),
]

SEED = {"projects": [{"id": "demo-project", "number": "123456789012", "services": ["*"]}]}
PROGRAM = """\
import pulumi
import pulumi_gcp as gcp

topic = gcp.pubsub.Topic("orders", name="orders", project="demo-project")
pulumi.export("topic", topic.id)
"""


@pytest.fixture
def base() -> Iterator[str]:
    """An emulated cloud for the program's one topic."""
    with Emulator() as emulator:
        found = asyncio.run(emulator.address())
        request = urllib.request.Request(f"{found}/_seed", json.dumps(SEED).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10):
            yield found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    folder.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": "orders", "runtime": runtime}))
    (folder / "__main__.py").write_text(PROGRAM)
    return folder


def pulumi(project: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def environment(store: Store, base: str, project: Path) -> dict[str, str]:
    return {
        **os.environ,
        **endpoints.environment(base),
        **store.environment,
        "PULUMI_BACKEND_URL": store.address("state") + "&awssdk=v2",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_HOME": str(project.parent / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def test_the_state_of_a_deployed_stack_is_in_the_store(store: Store, base: str, project: Path) -> None:
    known = environment(store, base, project)
    for arguments in (
        ("stack", "init", "dev"),
        ("preview",),
        ("up", "--yes"),
        ("refresh", "--yes", "--expect-no-changes"),
        ("up", "--yes", "--expect-no-changes"),
    ):
        done = pulumi(project, known, *arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"
    saved = store.client().get_object(Bucket=store.bucket, Key="state/.pulumi/stacks/orders/dev.json")["Body"].read()
    kinds = [one["type"] for one in json.loads(saved)["checkpoint"]["latest"]["resources"]]
    assert "gcp:pubsub/topic:Topic" in kinds
    done = pulumi(project, known, "destroy", "--yes", "--remove")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_secret_reads_no_state(store: Store, base: str, project: Path) -> None:
    known = environment(store, base, project) | {"AWS_SECRET_ACCESS_KEY": "wrong"}
    done = pulumi(project, known, "stack", "ls")
    assert done.returncode != 0
    assert "SignatureDoesNotMatch" in done.stdout + done.stderr
