"""The reference stacks, carried out by the real engine and the real provider against the emulated Google Cloud."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.mark.skipif(
    shutil.which("pulumi-resource-gcp") is None, reason="PROVIDER MISSING: no pulumi-resource-gcp on PATH"
)
@pytest.mark.parametrize("stack", ["claims-triage", "staff-assistant"])
def test_the_engine_makes_refreshes_and_destroys_the_stack(stack: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "lockgate.cli.main", "rehearse", stack, "--engine", "--at", "2026-11-22"]
    done = subprocess.run(
        [*command, "--format", "json", "--out", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    said = json.loads(report.read_text()) if report.exists() else {}
    assert done.returncode == 0, (done.stderr[-2000:], said.get("failures"))
    assert [phase["name"] for phase in said["phases"]] == [
        *("plan and gate", "preview", "up", "refresh, no changes", "up, no changes", "lift protection", "destroy"),
    ]
    assert all(survivor["reason"] for survivor in said["survivors"])
