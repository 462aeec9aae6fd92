"""Both reference stacks, carried out from the command line against an emulator of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.conftest import ROOT, STACKS

AT = "2026-11-22"
COMMAND = [sys.executable, "-m", "lockgate.cli.main", "rehearse"]
LEFT = {
    "gcp:cloudquota/sQuotaAdjusterSettings:SQuotaAdjusterSettings",
    "gcp:cloudquota/sQuotaPreference:SQuotaPreference",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:kms/keyRing:KeyRing",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    "gcp:logging/projectSink:ProjectSink",
    "gcp:modelarmor/floorsetting:Floorsetting",
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:projects/service:Service",
    "gcp:projects/serviceIdentity:ServiceIdentity",
}
"""The types of which a destroy leaves something, as issue 4 names them, with what belongs to the project."""


def rehearsed(*arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    done = subprocess.run(
        [*COMMAND, *arguments, "--at", AT, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done, json.loads(done.stdout) if done.stdout else {}


@pytest.mark.parametrize("stack", STACKS)
def test_a_reference_stack_rehearses_and_leaves_what_is_declared(stack: str) -> None:
    done, report = rehearsed(stack)
    assert report["failures"] == []
    assert report["skipped"] == []
    assert done.returncode == 0, done.stderr
    assert {one["type"] for one in report["survivors"]} == LEFT
    assert all(one["reason"] for one in report["survivors"])
    assert {one["outcome"] for one in report["resources"]} == {"gone", "survives"}
    phases = {phase["name"]: phase for phase in report["phases"]}
    assert list(phases) == ["plan and gate", "create", "verify", "alert", "change", "unprotect", "destroy"]
    assert phases["create"]["done"] == phases["create"]["total"] == len(report["resources"])
    assert phases["verify"]["done"] == len(report["resources"])
    assert phases["change"]["done"] == phases["change"]["total"] > 40
    assert report["unprotected"]
    assert phases["alert"]["done"] == phases["alert"]["total"] == len(report["alerts"]) >= 4
    for alert in report["alerts"]:
        assert alert["problem"] is None
        assert alert["message"]["attributes"]["schemaVersion"] == "1.0"
    for one in report["resources"]:
        assert one["name"]
        assert one["calls"]


def test_a_stack_without_a_guardrail_creates_nothing(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", "plan", "claims-triage", "--out", str(plan)], cwd=ROOT, check=True
    )
    document = json.loads(plan.read_bytes())
    for one in document["resources"]:
        if one["type"] == "gcp:billing/budget:Budget":
            one["inputs"]["thresholdRules"] = []
    plan.write_text(json.dumps(document))
    done, report = rehearsed("--plan", str(plan), "--charter", "stacks/claims-triage/charter.yaml")
    assert done.returncode == 1
    assert report["decision"] == "deny"
    assert report["resources"] == []
    assert any(one["status"] == "fail" for one in report["verdict"]["findings"])


def test_a_plan_that_cannot_be_carried_out_is_a_wrong_input(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", "plan", "staff-assistant", "--out", str(plan)], cwd=ROOT, check=True
    )
    document = json.loads(plan.read_bytes())
    topic = next(one for one in document["resources"] if one["type"] == "gcp:pubsub/topic:Topic")
    topic["inputs"]["brandNew"] = 1
    plan.write_text(json.dumps(document))
    done, report = rehearsed("--plan", str(plan), "--charter", "stacks/staff-assistant/charter.yaml")
    assert done.returncode == 2
    (failure,) = report["failures"]
    assert failure["urn"] == topic["urn"]
    assert failure["source"] == topic["source"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nobody"], 2, "nobody"),
        (["claims-triage", "--format", "sarif"], 2, "text or json"),
        (["claims-triage", "--emulator", "localhost"], 2, "expected an address"),
        (["claims-triage", "--emulator", "http://127.0.0.1:9"], 3, "no emulator answers there"),
    ],
)
def test_a_wrong_call_is_said(arguments: list[str], status: int, said: str) -> None:
    command = [*COMMAND, *arguments]
    done = subprocess.run([*command, "--at", AT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("wait", [0.5, 2.5])
def test_ctrl_c_ends_the_emulator_too(wait: float) -> None:
    process = subprocess.Popen(
        [*COMMAND, "claims-triage", "--at", AT],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in {130, -signal.SIGINT, 0, 1}
    deadline = time.monotonic() + 5
    while _alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(process.pid)


def _alive(group: int) -> bool:
    """Whether any process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
