"""What docs/bill.md shows is what comes: its commands on a ledger made for it, and its query's CASE."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from docs.generate import ROOT
from lockgate.bill.report import MEANS
from lockgate.cli import functions
from tests.docs import commands

functions.on_path()

from ledger.budget import Budget, Budgets  # noqa: E402 (found by the line above)
from ledger.keeper import Ledger  # noqa: E402
from ledger.money import amount  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402

PAGE = (ROOT / "docs" / "bill.md").read_text()
COMMANDS = [
    (command, said)
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for command, said in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
LITE, FLASH = "gemini-3.5-flash-lite", "gemini-3.8-flash"
# The day, the model, what was reserved, and what it was settled at; None: it was cut off.
CALLS = [
    ("2026-11-17", FLASH, "0.80", "0.70"),
    ("2026-11-17", FLASH, "0.60", "0.50"),
    ("2026-11-17", FLASH, "0.10", None),
    ("2026-11-18", LITE, "0.40", "0.30"),
    ("2026-11-18", FLASH, "1.00", "0.90"),
    ("2026-11-22", FLASH, "0.50", "0.40"),
]


async def _ledger(folder: Path) -> None:
    now = 0.0
    shared = await Sqlite(folder / "ledger.db").open()
    budgets = Budgets([Budget("stack", "*", "day", Decimal(100))], 1)
    ledger = await Ledger(shared, budgets, folder / "journals", clock=lambda: now).open()
    ledger.start()
    for number, (day, model, reserved, settled) in enumerate(CALLS):
        now = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp()
        await ledger.reserve(f"call-{number}", "acme", "low", model, amount(Decimal(reserved)))
        if settled is None:
            ledger.charge(f"call-{number}")
        else:
            ledger.settle(f"call-{number}", amount(Decimal(settled)))
    await ledger.close()
    await shared.close()


DONE: dict[str, subprocess.CompletedProcess[str]] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bill")
    asyncio.run(_ledger(made))
    (made / "bill.json").write_text(PAGE.split("```json\n")[1].split("```")[0])
    commands.tool(made)
    # In the order of the page, since one reads what another wrote, and a worker may be given any of the tests.
    DONE.update({command: commands.run(command, made) for command, _ in COMMANDS})
    return made


def test_the_page_shows_commands() -> None:
    assert len(COMMANDS) == 3


@pytest.mark.parametrize(("command", "said"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_of_the_page_says_what_the_page_says(folder: Path, command: str, said: str) -> None:
    done = DONE[command]
    assert (done.stdout, done.stderr) == (said, "")
    assert done.returncode == ("differences of" in said)


def test_the_page_shows_every_kind_of_difference() -> None:
    assert all(any(f"\n{kind}: " in said for _, said in COMMANDS) for kind in MEANS)


# In capitals, with a space before it and with an unknown end: as SKUs have been seen.
@pytest.mark.parametrize(
    ("description", "model"),
    [
        ("Gemini 3.8 Flash Global Text Input", FLASH),
        ("Gemini 3.5 Flash Lite Regional Text Output", LITE),
        ("Gemini 2.5 Flash GA Text Output (Thinking On) - Predictions", "gemini-2.5-flash"),
        (" Gemini 2.5 Flash GA Input Text Caching", "gemini-2.5-flash"),
        ("Gemini 2.5 Flash Ga Text Output", "gemini-2.5-flash"),
        ("Gemini 2.5 Flash Lite Text Input - Predictions", "gemini-2.5-flash-lite"),
        ("Gemini 2.5 Pro Text Input - Predictions", "gemini-2.5-pro"),
        ("Gemini 3.8 Flash Lite Global Text Input", "Gemini 3.8 Flash Lite Global Text Input"),
        ("Gemini 2.5 Flash Live Text Input - Predictions", "Gemini 2.5 Flash Live Text Input - Predictions"),
        (" Provisioned Throughput ", "Provisioned Throughput"),
    ],
)
def test_the_query_maps_a_sku_or_leaves_it_its_name(description: str, model: str) -> None:
    """The CASE is within what SQLite understands too."""
    case = PAGE.split("```sql\n")[1].split("'UTC') AS day,\n")[1].split(" AS model")[0]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE sku (description TEXT)")
        database.execute("INSERT INTO sku VALUES (?)", [description])
        assert database.execute(f"SELECT {case} FROM sku").fetchall() == [(model,)]  # noqa: S608 (the page's own)


def test_the_query_maps_every_model_of_the_price_list() -> None:
    listed = json.loads((ROOT / "policies" / "data" / "prices.json").read_text())["prices"]
    models = {row["sku"].partition("/")[0] for row in listed if row["unit"] == "1M tokens"}
    assert set(re.findall(r"THEN '([^']+)'", PAGE)) == models
