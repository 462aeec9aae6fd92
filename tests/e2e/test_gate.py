"""The gate holds in each of the ways in which the engine runs a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from demo.faults import FAULTS
from tests.e2e.conftest import Checkout

pytestmark = pytest.mark.engine

FAULT = FAULTS[0]
AUTOMATION = """
import sys
from pulumi import automation
stack = automation.select_stack(stack_name=sys.argv[1], work_dir=".")
try:
    stack.up(on_output=print)
except automation.CommandError as error:
    sys.exit(17)
"""


@pytest.fixture
def denied(checkout: Callable[[str], Checkout]) -> Checkout:
    made = checkout(FAULT.stack)
    made.edit(FAULT.file, FAULT.old, FAULT.new)
    return made


def assert_refused(checkout: Checkout, status: int, said: str) -> None:
    assert status not in {0, None}, said
    assert "Lockgate refuses this deployment" in said
    assert f"DENY {FAULT.stack}" in said
    assert "Traceback" not in said
    assert "Invalid file descriptor" not in said
    kinds = [resource["type"] for resource in checkout.state(FAULT.stack)]
    assert kinds in ([], ["pulumi:pulumi:Stack"])


@pytest.mark.parametrize("command", [["preview"], ["up", "--yes"], ["up", "--yes", "--skip-preview"]])
def test_a_denied_stack_registers_nothing(denied: Checkout, command: list[str]) -> None:
    done = denied.pulumi(*command, "--stack", FAULT.stack)
    assert_refused(denied, done.returncode, done.stdout + done.stderr)


def test_nor_by_the_automation_api(denied: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AUTOMATION, FAULT.stack],
        cwd=denied.root,
        env=denied.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 17, done.stderr
    assert_refused(denied, done.returncode, done.stdout + done.stderr)


def test_without_a_decision_nothing_is_registered(checkout: Callable[[str], Checkout]) -> None:
    made = checkout("staff-assistant")
    environment = {**made.environment, "OPA_URL": "http://127.0.0.1:9"}
    done = Checkout(made.root, environment).pulumi("preview", "--stack", "staff-assistant")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "no decision, so nothing is deployed" in said
    assert "cannot be reached" in said
    assert "Traceback" not in said


def test_a_wrong_charter_is_named(checkout: Callable[[str], Checkout]) -> None:
    made = checkout("staff-assistant")
    made.edit("stacks/staff-assistant/charter.yaml", "currency: EUR", "currency: EURO")
    done = made.pulumi("preview", "--stack", "staff-assistant")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "charter.yaml" in said
    assert "money.currency" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("stack", ["claims-triage", "staff-assistant"])
def test_an_allowed_stack_is_previewed_with_its_verdict_as_output(
    checkout: Callable[[str], Checkout], stack: str
) -> None:
    made = checkout(stack)
    saved = made.root / "saved.json"
    done = made.pulumi("preview", "--stack", stack, "--save-plan", str(saved))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    planned = json.loads(saved.read_text())["resourcePlans"]
    assert len(planned) > 100
    (root,) = [plan for urn, plan in planned.items() if urn.endswith(f"Stack::lockgate-{stack}")]
    outputs = root["goal"]["outputDiff"]["adds"]["lockgate"]
    assert "router" in root["goal"]["outputDiff"]["adds"]
    assert outputs["engine"].startswith("opa ")
    assert outputs["verdict"].startswith("sha256:")
    assert len(outputs["policyRevision"]) == 64


def test_lockgate_up_refuses_before_anything_is_deployed(denied: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", "up", FAULT.stack, "--yes"],
        cwd=denied.root,
        env={**os.environ, **denied.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"DENY {FAULT.stack}" in done.stdout
    assert denied.state(FAULT.stack) in (
        [],
        [r for r in denied.state(FAULT.stack) if r["type"] == "pulumi:pulumi:Stack"],
    )
