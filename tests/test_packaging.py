"""The wheel is the whole tool: what is installed from it works outside a checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STACK, AT = "staff-assistant", "2026-11-22"
CODE = {"lockgate", "emulator"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment with the wheel in it, and the dependencies that are here."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    target = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    install = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder)]
    subprocess.run([*install, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    # A path file within this folder is not read, so the checkout that is installed there as editable stays out.
    (target / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def run(folder: Path, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "COVERAGE_PROCESS_START"}}
    return subprocess.run(
        [str(folder / command[0]), *command[1:]], cwd=cwd, env=kept, capture_output=True, text=True, check=False
    )


def test_everything_that_is_no_test_is_in_the_wheel(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", *CODE], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if name.partition("/")[0] in CODE}
    assert {name for name in tracked.splitlines() if (ROOT / name).exists()} - inside == set()
    assert any(name.endswith(".yaml") for name in inside)
    assert any(name.startswith("lockgate/_policies/rules/") for name in inside)
    assert not any(name.startswith(("tests/", "demo/")) for name in inside)


def test_a_saved_plan_is_rehearsed_outside_a_checkout(installed: Path, tmp_path: Path) -> None:
    plan, charter = tmp_path / "plan.json", tmp_path / "charter.yaml"
    command = [sys.executable, "-m", "lockgate.cli.main", "plan", STACK, "--out", str(plan)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    charter.write_bytes((ROOT / "stacks" / STACK / "charter.yaml").read_bytes())
    where = run(
        installed,
        "python",
        "-c",
        "import emulator, lockgate; print(emulator.__file__, lockgate.__file__)",
        cwd=tmp_path,
    )
    assert str(ROOT) not in where.stdout, where
    given = ["--plan", plan.name, "--charter", charter.name, "--at", AT]
    done = run(installed, "lockgate", "rehearse", *given, "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["failures"] == []
    assert len(report["resources"]) > 100
    assert {one["problem"] for one in report["alerts"]} == {None}


def test_a_trail_is_verified_outside_a_checkout(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "trail.jsonl").write_text('{"format":"lockgate.trail/1","heads":[]}\n')
    done = run(installed, "lockgate", "trail", "verify", "trail.jsonl", cwd=tmp_path)
    # A trail without a register is not whole.
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 entries in 0 chains: 1 faults"), done.stderr
    where = run(
        installed,
        "python",
        "-c",
        "from lockgate.cli import functions; functions.on_path(); import ledger; print(ledger.__file__)",
        cwd=tmp_path,
    )
    assert "lockgate/_functions/ledger" in where.stdout, where


@contextmanager
def serving(folder: Path, cwd: Path) -> Iterator[str]:
    command = [str(folder / "python"), "-m", "emulator", "--port", "0"]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_the_emulator_serves_outside_a_checkout(installed: Path, tmp_path: Path) -> None:
    with serving(installed, tmp_path) as address, urllib.request.urlopen(address, timeout=10) as page:
        assert page.status == 200


def test_all_that_is_typed_is_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    deployed = {file.parent.name for file in (ROOT / "functions").glob("*/__init__.py")}
    assert deployed | CODE | {"infra"} <= set(settings["mypy"]["packages"])
    assert {*CODE, "infra", "functions"} <= set(settings["coverage"]["run"]["source"])
