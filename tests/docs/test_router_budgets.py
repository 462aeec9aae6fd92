"""What docs/router.md shows of budgets is what comes, of a ledger whose router still runs."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from docs.generate import ROOT
from lockgate.cli import functions
from tests.docs import commands

functions.on_path()

from ledger.budget import Budget, Budgets  # noqa: E402 (found by the line above)
from ledger.keeper import Ledger  # noqa: E402
from ledger.money import amount  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402

PAGE = (ROOT / "docs" / "router.md").read_text()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
BUDGETS = [
    Budget("stack", "*", "month", Decimal(400)),
    Budget("tenant", "fleet-desk", "day", Decimal(5)),
    Budget("tier", "low", "day", Decimal(20)),
]


async def _ledger(folder: Path) -> None:
    shared = await Sqlite(folder / "ledger.db").open()
    ledger = await Ledger(shared, Budgets(BUDGETS, 1), folder / "journals", clock=lambda: NOW).open()
    ledger.start()
    for call, cost in (("call-1", "2.4102"), ("call-2", "2.5898")):
        await ledger.reserve(call, "fleet-desk", "low", "gemini-3.8-flash", amount(Decimal(cost)))
        ledger.settle(call, amount(Decimal(cost)))
    await ledger.exchange()
    # No ``close``: a router that runs holds what it was leased.
    await shared.close()


def test_the_page_shows_what_is_left(tmp_path: Path) -> None:
    command, said = re.findall(r"^```console\n\$ (lockgate budget [^\n]+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[
        0
    ]
    asyncio.run(_ledger(tmp_path))
    commands.tool(tmp_path)
    done = commands.run(command, tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (said, "", 1)
