"""The router's page: its call is taken, its commands are whole, and it names every refusal and every cause."""

from __future__ import annotations

import datetime
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from mask.masker import MASK
from normalise.intake import Intake
from normalise.request import parse
from route.judge import Facts, Judge
from route.search import all_text
from route.table import Table, load

from docs.generate import ROOT
from infra.sizing import routes
from lockgate.charter.load import load as load_charter

PAGE = (ROOT / "docs/router.md").read_text(encoding="utf-8")
FUNCTIONS = ROOT / "functions"
# What ends a call inside the router, and no case: the health check's, and the spend guard's.
ELSEWHERE = {"fault", "bad-message"}


def source(*folders: str) -> str:
    files = [file for folder in folders or (".",) for file in (FUNCTIONS / folder).rglob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.fixture(scope="module")
def table() -> Table:
    charter = load_charter(ROOT / "stacks/claims-triage/charter.yaml")
    compiled = routes.render(charter).encode()
    return load(compiled, routes.judged(charter), routes.digest(routes.render(charter)))


def test_the_first_call_is_taken_as_it_stands(table: Table) -> None:
    (body,) = re.findall(r"-d '(\{.*?\})'\n```", PAGE, re.DOTALL)
    case = Intake(table.intake).normalise(parse(body.encode(), None), datetime.date(2026, 11, 23))
    assert (case.concerns, case.quality) == ([], 1)
    facts = Facts(case.fields, source=case.source, quality=case.quality, text=all_text(case.fields))
    assert Judge(table).placed(facts)[0] == "low"
    assert MASK not in body


def test_every_refusal_is_in_the_table() -> None:
    codes = set(re.findall(r'Refused\(\s*[0-9]{3}, "([a-z-]+)"', source()))
    codes |= set(re.findall(r'BadRequestError\(\s*"([a-z-]+)"', source()))
    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_every_cause_is_in_the_table() -> None:
    said = source("doors", "flow", "calls", "vertex", "serving", "switch")
    causes = set(re.findall(r'(?:cause=|ModelError\(|cause = )"([a-z-]+)"', said))
    causes |= set(re.findall(r'return "([a-z]+-[a-z]+|stopped|paused)"', said))
    causes |= set(re.findall(r'\.ended\("review", "([a-z-]+)"', said)) | {"tier", "rule"}
    assert len(causes) > 25
    assert {cause for cause in causes - ELSEWHERE if f"`{cause}`" not in PAGE} == set()


def test_a_command_that_changes_the_switch_says_why_and_who() -> None:
    commands = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("lockgate switch")]
    assert {words[3] for words in commands} == {"show", "stop", "pause", "resume"}
    for words in commands:
        assert ("--why" in words and "--by" in words) is (words[3] != "show"), words


@pytest.fixture
def served() -> Iterator[str]:
    """What ``make router`` prints."""
    process = subprocess.Popen([sys.executable, "-m", "demo.router"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_the_local_router_answers_the_call_that_it_prints(served: str) -> None:
    (call,) = re.findall(r"^curl .*?case\.json$", served, re.DOTALL | re.MULTILINE)
    _, _, address, *rest = shlex.split(call.replace("\\\n", ""))
    options = list(zip(rest[::2], rest[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    (file,) = [value.removeprefix("@") for name, value in options if name == "-d"]
    with urlopen(Request(address, Path(file).read_bytes(), headers), timeout=30) as answer:
        said = json.load(answer)
    assert (said["tier"], said["outcome"]) == ("low", "automatic")
    assert said["decision"]["output"] == {"decision": "pay", "amount": "860.50"}
