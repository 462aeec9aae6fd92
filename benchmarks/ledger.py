"""``python -m benchmarks.ledger``: reserve and settle, each second, in one process, with the journal written.

Beside it, in turn, its floor: the same two journal records written by the same kernel, and nothing else. Budgets of the
stack, the tenant and the tier, a day's and a month's each; the store is SQLite and is not asked on the way.

Then whole cases, 64 at a time, as the router has them: claimed by their key, reserved, settled, noted with a kilobyte,
decided, and durable, which waits for the disk. CPU counts every thread of the process, the kernel's part included.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "functions")]

from ledger.book import Reserved, Settled
from ledger.budget import Budget, Budgets
from ledger.journal import Journal
from ledger.keeper import Ledger
from ledger.price import Usage
from ledger.sqlite import Sqlite
from ledger.store import Claim

CALLS = 20_000
CASES = 10_000
CALLERS = 64
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


class Waits(NamedTuple):
    """Of whole cases: each second, waits for ``durable`` in milliseconds, CPU in microseconds a case."""

    rate: float
    half: float
    most: float
    cpu: float


async def deciding(folder: Path) -> Waits:
    """CASES whole cases of CALLERS callers."""
    million = Decimal(1_000_000)
    limits = [
        Budget(scope, "*", window, million) for scope in ("stack", "tenant", "tier") for window in ("day", "month")
    ]
    shared = await Sqlite(folder / "ledger.db").open()
    ledger = await Ledger(shared, Budgets(limits, 1), folder / "journals").open()
    ledger.start()
    body, used, names, took = b'{"case":"%s"}' % (b"x" * 1000), Usage(1000, 100), itertools.count(), list[float]()

    async def caller() -> None:
        while (number := next(names)) < CASES:
            claim = Claim(f"acme/case-{number}", bytes(32), f"call-{number:08x}", time.time())
            if (await ledger.claim(claim)).state != "mine":
                raise RuntimeError("a fresh case is claimed already")
            await ledger.reserve(claim.call, "acme", "low", "flash", 10**7)
            ledger.settle(claim.call, 10**6, used)
            ledger.note("case", body)
            ledger.decided(claim, body)
            started = time.perf_counter()
            await ledger.durable()
            took.append(time.perf_counter() - started)

    spent, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - spent
    await ledger.close()
    await shared.close()
    took.sort()
    return Waits(CASES / seconds, took[CASES // 2] * 1e3, took[CASES * 99 // 100] * 1e3, cpu / CASES * 1e6)


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
    runs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="lockgate-ledger-") as folder:
            runs.append(asyncio.run(deciding(Path(folder))))
    usual = sorted(runs, key=lambda run: run.cpu)[RUNS // 2]
    print(f"  whole cases, {CALLERS} callers, disk   {usual.rate:10,.0f} a second, {usual.cpu:.0f} us of CPU each")
    print(f"  of them durable waits            p50 {usual.half:.1f} ms, p99 {usual.most:.1f} ms")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
