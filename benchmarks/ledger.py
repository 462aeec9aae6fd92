"""``python -m benchmarks.ledger``: reserve and settle, each second, in one process, with the journal written.

Beside it, in turn, its floor: the same two journal records written by the same kernel, and nothing else. Budgets of the
stack, the tenant and the tier, a day's and a month's each; the store is SQLite and is not asked on the way.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "functions")]

from ledger.book import Reserved, Settled
from ledger.budget import Budget, Budgets
from ledger.journal import Journal
from ledger.keeper import Ledger
from ledger.price import Usage
from ledger.sqlite import Sqlite

CALLS = 20_000
RUNS = 5
BAR = 20_000


async def reserving(folder: Path) -> float:
    """Seconds for CALLS reservations and settlements."""
    million = Decimal(1_000_000)
    limits = [
        Budget(scope, "*", window, million) for scope in ("stack", "tenant", "tier") for window in ("day", "month")
    ]
    shared = await Sqlite(folder / "ledger.db", survive_power_loss=False).open()
    ledger = await Ledger(shared, Budgets(limits, 1), folder / "journals").open()
    ledger.start()
    await ledger.reserve("first", "acme", "low", "flash", 10**12)
    ledger.release("first")
    await ledger.durable()
    used = Usage(1000, 100)
    started = time.perf_counter()
    for number in range(CALLS):
        call = f"call-{number}"
        if not isinstance(ledger.try_reserve(call, "acme", "low", "flash", 10**7), Reserved):
            raise RuntimeError("the lease is too small for the benchmark")  # noqa: TRY004 (no type is wrong)
        ledger.settle(call, 10**6, used)
    seconds = time.perf_counter() - started
    await ledger.close()
    await shared.close()
    return seconds


def writing(folder: Path) -> float:
    """Seconds for the journal records alone."""
    journal = Journal(folder, "floor")
    reserved = Reserved("call-10000", 0, 10**7, time.time(), "acme", "low", "flash")
    settled = Settled("call-10000", 10**6, time.time(), 1000, 100, 0)
    started = time.perf_counter()
    for _ in range(CALLS):
        journal.write(reserved)
        journal.write(settled)
    seconds = time.perf_counter() - started
    journal.drop()
    return seconds


def main() -> int:
    """Print the figures; the exit status is 1 when the bar is missed."""
    ours, floor = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="lockgate-ledger-") as folder:
            ours.append(CALLS / asyncio.run(reserving(Path(folder))))
            floor.append(CALLS / writing(Path(folder)))
    median = statistics.median(ours)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {CALLS:,} calls, median of {RUNS} runs")
    print(f"  reserve and settle, six budgets  {median:10,.0f} a second ({min(ours):,.0f} to {max(ours):,.0f})")
    print(f"  its journal records alone        {statistics.median(floor):10,.0f} a second")
    held = median >= BAR
    print(f"  bar {BAR:,} a second{'' if held else '  MISSED'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
