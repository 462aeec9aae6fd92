"""The command line in a process of its own, a real OPA, two real rules, and a checkout to use them in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lockgate.policy import opa, policies

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CHARTER = REPOSITORY / "stacks" / "claims-triage" / "charter.yaml"
PROGRAM = """\
import pulumi


class Budget(pulumi.CustomResource):
    def __init__(self, name, inputs):
        super().__init__("gcp:billing/budget:Budget", name, inputs)


Budget("budget", {
    "budgetFilter": {"projects": ["projects/418273645091"]},
    "amount": {"specifiedAmount": {"currencyCode": "EUR", "units": "%d"}},
})
"""


@pytest.fixture(scope="session")
def real_opa() -> Path:
    found = opa.find(os.environ, say=lambda _: None, get=False)
    assert found.path is not None, "these tests start their own OPA: unset OPA_URL"
    return found.path


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real library with the two rules of testdata/, so that what a test expects does not follow the real rules."""
    folder = tmp_path_factory.mktemp("rules") / "policies"
    whole = policies.locate()
    (folder / "data").mkdir(parents=True)
    for name in ("main.rego", ".manifest", "capabilities.json", "data/waivers.json"):
        shutil.copy(whole / name, folder / name)
    shutil.copytree(whole / "schemas", folder / "schemas")
    shutil.copytree(HERE / "testdata" / "rules", folder / "rules")
    (folder / "lib").mkdir()
    for name in ("charter", "fixture_test", "plan", "result", "value"):
        shutil.copy(whole / "lib" / f"{name}.rego", folder / "lib" / f"{name}.rego")
    return folder


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, real_opa: Path) -> dict[str, str]:
    """A fresh HOME, and a PATH with nothing on it but OPA."""
    home = tmp_path_factory.mktemp("home")
    tools = tmp_path_factory.mktemp("tools")
    (tools / "opa").symlink_to(real_opa)
    return {"HOME": str(home), "PATH": str(tools), "PYTHONPATH": str(REPOSITORY)}


def call(*arguments: str | Path) -> list[str]:
    """The command that runs ``lockgate``."""
    return [sys.executable, "-m", "lockgate.cli.main", *map(str, arguments)]


@pytest.fixture
def lockgate(environment: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``lockgate`` in ``tmp_path`` and return what came of it."""

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        wanted: dict[str, Any] = {"cwd": tmp_path, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.run(
            call(*arguments), env={**environment, **(env or {})}, check=False, text=True, timeout=60, **wanted
        )

    return run


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start ``lockgate`` and return the process, which is ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str | Path, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        wanted: dict[str, Any] = {"cwd": tmp_path, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen(call(*arguments), env={**environment, **(env or {})}, text=True, **wanted)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def charter() -> Path:
    return CHARTER


def plan(units: int) -> dict[str, Any]:
    """A saved plan with one budget for the project of claims-triage."""
    resource = {
        "urn": "urn:pulumi:claims-triage::lockgate::gcp:billing/budget:Budget::budget",
        "type": "gcp:billing/budget:Budget",
        "name": "budget",
        "custom": True,
        "parent": None,
        "provider": None,
        "protect": False,
        "dependencies": [],
        "propertyDependencies": {},
        "source": "infra/components/budget.py:41",
        "inputs": {
            "budgetFilter": {"projects": ["projects/418273645091"]},
            "amount": {"specifiedAmount": {"currencyCode": "EUR", "units": str(units)}},
        },
    }
    return {"format": "lockgate.plan/1", "project": "lockgate", "stack": "claims-triage", "resources": [resource]}


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    file = tmp_path / "allowed.json"
    file.write_text(json.dumps(plan(5000)))
    return file


@pytest.fixture
def denied(tmp_path: Path) -> Path:
    file = tmp_path / "denied.json"
    file.write_text(json.dumps(plan(9000)))
    return file


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the stack claims-triage, whose program registers one budget and needs no provider's SDK."""
    root = tmp_path / "checkout"
    (root / "infra").mkdir(parents=True)
    (root / "stacks" / "claims-triage").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: lockgate\nmain: infra\nstackConfigDir: stacks\nruntime: python\n")
    (root / "infra" / "__main__.py").write_text(PROGRAM % 5000)
    (root / "stacks" / "Pulumi.claims-triage.yaml").write_text("config: {}\n")
    shutil.copy(CHARTER, root / "stacks" / "claims-triage" / "charter.yaml")
    return root


@pytest.fixture
def set_budget(checkout: Path) -> Callable[[int], None]:
    """Save the checkout's program with another amount."""

    def save(units: int) -> None:
        (checkout / "infra" / "__main__.py").write_text(PROGRAM % units)

    return save
