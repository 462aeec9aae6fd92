"""``lockgate up`` with a stand-in for the engine: what it is asked for, in which order, and what is left behind."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# It writes down how it was called and what it saw of the plan file, and answers as the engine does.
ENGINE = """\
#!{python}
import json, os, pathlib, stat, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
seen = {{"words": words, "cwd": os.getcwd()}}
wanted = json.loads((here / "answers.json").read_text())[words[0]]
if words[0] == "preview" and wanted["status"] == 0:
    plan = pathlib.Path(words[words.index("--save-plan") + 1])
    plan.write_text("saved plan")
    seen["folder"] = str(plan.parent)
    seen["mode"] = stat.S_IMODE(plan.parent.stat().st_mode)
if words[0] == "up":
    seen["plan"] = pathlib.Path(words[words.index("--plan") + 1]).read_text()
with (here / "calls.jsonl").open("a") as log:
    log.write(json.dumps(seen) + chr(10))
print(wanted["says"])
sys.exit(wanted["status"])
"""
ROOT = "urn:pulumi:claims-triage::lockgate::pulumi:pulumi:Stack::lockgate-claims-triage"


def preview(units: int) -> str:
    """What 'pulumi preview --json --show-sames' prints for a stack with one budget, deployed before and unchanged."""
    urn = "urn:pulumi:claims-triage::lockgate::gcp:billing/budget:Budget::budget"
    inputs = {"amount": {"specifiedAmount": {"currencyCode": "EUR", "units": str(units)}}}
    budget = {"urn": urn, "type": "gcp:billing/budget:Budget", "custom": True, "parent": ROOT, "inputs": inputs}
    steps = [
        {"op": "same", "urn": ROOT, "newState": {"urn": ROOT, "type": "pulumi:pulumi:Stack", "inputs": {}}},
        {"op": "same", "urn": urn, "newState": budget},
    ]
    return json.dumps({"steps": steps, "changeSummary": {"same": 2}})


class Engine:
    """A folder with a ``pulumi`` in it, the answers that it gives, and the calls that it got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        program = folder / "pulumi"
        program.write_text(ENGINE.format(python=sys.executable))
        program.chmod(0o755)
        self.answer(preview={"status": 0, "says": preview(5000)}, up={"status": 0, "says": "deployed"})

    def answer(self, **answers: dict[str, Any]) -> None:
        file = self.folder / "answers.json"
        before = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(before | answers))

    @property
    def calls(self) -> list[dict[str, Any]]:
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "engine")


@pytest.fixture
def up(
    *,
    lockgate: Callable[..., Any],
    environment: dict[str, str],
    engine: Engine,
    checkout: Path,
    rules: Path,
    tmp_path: Path,
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call ``lockgate up claims-triage`` in the checkout, with the stand-in on PATH."""
    (tmp_path / "scratch").mkdir()
    found = {"PATH": f"{engine.folder}{os.pathsep}{environment['PATH']}", "TMPDIR": str(tmp_path / "scratch")}

    def run(*options: str, env: dict[str, str] = found) -> subprocess.CompletedProcess[str]:
        arguments = ("up", "claims-triage", "--policies", rules, "--at", "2026-11-22", *options)
        done: subprocess.CompletedProcess[str] = lockgate(*arguments, cwd=checkout, env=env)
        return done

    return run


def test_an_allowed_plan_is_judged_and_then_carried_out(
    up: Callable[..., Any], engine: Engine, checkout: Path, tmp_path: Path
) -> None:
    done = up("--yes")
    assert done.returncode == 0, done.stderr
    asked, deployed = engine.calls
    assert asked["words"][:5] == ["preview", "--stack", "claims-triage", "--json", "--show-sames"]
    plan = asked["words"][-1]
    assert deployed["words"] == ["up", "--stack", "claims-triage", "--plan", plan, "--yes"]
    assert deployed["plan"] == "saved plan"
    assert asked["cwd"] == deployed["cwd"] == str(checkout)
    assert "ALLOW claims-triage: 2 passed" in done.stdout
    assert done.stdout.index("ALLOW") < done.stdout.index("deployed")


def test_the_plan_lies_where_only_this_user_can_read_it_and_is_removed(
    up: Callable[..., Any], engine: Engine, tmp_path: Path
) -> None:
    up("--yes")
    asked = engine.calls[0]
    assert asked["mode"] == stat.S_IRWXU
    assert Path(asked["folder"]).parent == tmp_path / "scratch"
    assert list((tmp_path / "scratch").iterdir()) == []


def test_without_yes_the_engine_is_left_to_ask(up: Callable[..., Any], engine: Engine) -> None:
    assert up().returncode == 0
    assert "--yes" not in engine.calls[1]["words"]


def test_a_denied_plan_is_not_carried_out(up: Callable[..., Any], engine: Engine, tmp_path: Path) -> None:
    engine.answer(preview={"status": 0, "says": preview(9000)})
    done = up("--yes")
    assert done.returncode == 1
    assert "amount is 9000; the limit is 5000" in done.stdout
    assert [call["words"][0] for call in engine.calls] == ["preview"]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_program_that_refused_itself_is_denied_and_not_failed(
    up: Callable[..., Any], engine: Engine, set_budget: Callable[[int], None]
) -> None:
    engine.answer(
        preview={"status": 255, "says": json.dumps({"diagnostics": [{"severity": "error", "message": "no"}]})}
    )
    set_budget(9000)
    done = up("--yes")
    assert done.returncode == 1
    assert "amount is 9000; the limit is 5000" in done.stdout
    assert len(engine.calls) == 1


def test_a_preview_that_fails_for_another_reason_is_said(up: Callable[..., Any], engine: Engine) -> None:
    diagnostics = [{"severity": "info", "message": "hello"}, {"severity": "error", "message": "no\ncredentials"}]
    engine.answer(preview={"status": 255, "says": json.dumps({"diagnostics": diagnostics})})
    done = up("--yes")
    assert done.returncode == 2
    assert "lockgate: 'pulumi preview' failed with status 255: no credentials\n" in done.stderr
    assert "lockgate: Nothing was deployed." in done.stderr
    assert done.stdout == ""


def test_a_preview_that_leaves_resources_out_is_not_taken_for_the_whole(up: Callable[..., Any], engine: Engine) -> None:
    partial = json.loads(preview(5000)) | {"changeSummary": {"same": 3}}
    engine.answer(preview={"status": 0, "says": json.dumps(partial)})
    done = up("--yes")
    assert done.returncode == 2
    assert "unchanged resources are left out" in done.stderr
    assert len(engine.calls) == 1


def test_a_deployment_that_fails_is_not_a_denial(up: Callable[..., Any], engine: Engine) -> None:
    engine.answer(up={"status": 1, "says": "quota exceeded"})
    done = up("--yes")
    assert done.returncode == 2
    assert "lockgate: 'pulumi up' failed with status 1" in done.stderr


def test_without_an_engine_it_says_what_to_install(up: Callable[..., Any], environment: dict[str, str]) -> None:
    done = up(env={"PATH": environment["PATH"]})
    assert done.returncode == 2
    assert done.stderr.startswith(
        "lockgate: no Pulumi engine: 'pulumi' is not on PATH. Install it with 'lockgate doctor"
    )
