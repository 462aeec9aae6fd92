"""What docs/trail.md shows is what comes: its commands are run in the order of the page, on a ledger made for it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from docs.generate import ROOT
from lockgate.cli import functions
from tests.docs import commands

functions.on_path()

from ledger import export, trail  # noqa: E402 (found by the line above)
from ledger.budget import Budget, Budgets  # noqa: E402
from ledger.keeper import Ledger  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402

PAGE = (ROOT / "docs" / "trail.md").read_text()
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [
    (command, said)
    for block in CONSOLE.findall(PAGE)
    for command, said in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


async def _ledger(folder: Path) -> None:
    shared = await Sqlite(folder / "ledger.db").open()
    ledger = await Ledger(shared, Budgets([Budget("stack", "*", "day", Decimal(1))], 1), folder / "journals").open()
    ledger.start()
    await ledger.reserve("call-1", "acme", "low", "gemini-3.8-flash", 10**9)
    ledger.settle("call-1", 10**8)
    ledger.note("case", b'{"case": "c-1", "outcome": "automatic"}')
    await ledger.durable()
    heads = await ledger.heads()
    logged = [{"insertId": "1", "jsonPayload": {"event": "anchor", "heads": json.loads(export.anchor(heads))["heads"]}}]
    (folder / "anchors.json").write_text(json.dumps(logged, indent=2))
    await ledger.close()
    await shared.close()


def _forged(folder: Path) -> None:
    """The same trail, written anew from its first entry."""
    joined = trail.append(trail.start(trail.REGISTER), 1.0, "joined", msgspec.json.encode(trail.Joined(1, "p")))
    calls = trail.append(trail.start(1, joined.hash), 2.0, "calls", b"[]")
    case = trail.append(trail.head(calls), 2.0, "case", b'{"case": "c-1", "outcome": "review"}')
    left = trail.append(trail.head(joined), 3.0, "left", msgspec.json.encode(trail.Ended(1, 2, case.hash.hex())))
    heads = json.loads(export.anchor([trail.head(left), trail.head(case)]))["heads"]
    lines = [json.dumps({"format": "lockgate.trail/1", "heads": heads}).encode()]
    lines += [export.line(entry) for entry in (joined, left, calls, case)]
    (folder / "forged.jsonl").write_bytes(b"\n".join(lines) + b"\n")


DONE: dict[str, subprocess.CompletedProcess[str]] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("trail")
    asyncio.run(_ledger(made))
    _forged(made)
    commands.tool(made)
    # In the order of the page, since one reads what another wrote, and a worker may be given any of the tests.
    DONE.update({command: commands.run(command, made) for command, _ in COMMANDS})
    return made


def test_the_page_shows_commands() -> None:
    assert len(COMMANDS) == 9


@pytest.mark.parametrize(("command", "said"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_of_the_page_says_what_the_page_says(folder: Path, command: str, said: str) -> None:
    done = DONE[command]
    assert (done.stdout, done.stderr) == (said, "")
    assert done.returncode == ("faults" in said)


def test_the_line_that_the_page_shows_has_the_fields_of_an_entry(folder: Path) -> None:
    shown = json.loads(PAGE.split("```json\n")[1].split("```")[0])
    entry = json.loads((folder / "trail.jsonl").read_text().splitlines()[-1])
    assert shown.keys() == entry.keys()
    assert (shown["chain"], shown["sequence"], shown["kind"]) == (entry["chain"], entry["sequence"], entry["kind"])
