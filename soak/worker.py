"""One router process of the soak, without its doors: callers that reserve, call the upstream, settle and answer.

An answer has left when its line is in ``answered-<pid>``: written after ``durable``, as an HTTP answer would be.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from decimal import Decimal
from pathlib import Path

import aiohttp
import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "functions")]

from ledger import export
from ledger.budget import Budget, Budgets
from ledger.journal import JournalError
from ledger.keeper import Alarm, ClosedError, Ledger, OverBudgetError, Policy
from ledger.postgres import Postgres
from ledger.price import Usage
from ledger.store import StoreDownError

MOST = 50_000
ANCHOR_SECONDS = 0.5
SHARE = 200
POLICY = Policy(share=SHARE, silent_seconds=4.0, journal_bytes=1 << 18)


class Told(msgspec.Struct):
    """What the upstream answers."""

    cost: int


def budgets(roomy: Decimal, tight: Decimal) -> Budgets:
    """The stack and the tenant ``roomy`` are not exhausted in a soak; the tenant ``tight`` is."""
    return Budgets(
        [
            Budget("stack", "*", "month", roomy),
            Budget("stack", "*", "day", roomy),
            Budget("tenant", "tight", "day", tight),
            Budget("tier", "*", "month", roomy),
        ],
        1,
    )


class Worker:
    """Its callers, and how long each step took them, in seconds."""

    def __init__(self, ledger: Ledger, upstream: str, folder: Path, log: int) -> None:
        self.ledger, self.upstream, self.folder, self.log = ledger, upstream, folder, log
        self.stopping = False
        self.number = 0
        self.took: dict[str, list[float]] = {"reserve": [], "durable": []}
        self.refused = 0

    async def anchors(self) -> None:
        """Write down where the trail stands, as the router does to its log."""
        file = os.open(self.folder / "anchors", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        while not self.stopping:
            await asyncio.sleep(ANCHOR_SECONDS)
            with contextlib.suppress(StoreDownError):
                os.write(file, export.anchor(await self.ledger.heads()) + b"\n")

    async def caller(self, session: aiohttp.ClientSession, seed: int) -> None:
        chance = random.Random(f"{os.getpid()}/{seed}")  # noqa: S311
        while not self.stopping:
            try:
                await self._call(session, chance)
            except OverBudgetError:
                self.refused += 1
                await asyncio.sleep(0.02)
            except (ClosedError, StoreDownError, JournalError):
                await asyncio.sleep(0.1)

    async def _call(self, session: aiohttp.ClientSession, chance: random.Random) -> None:
        self.number += 1
        call = f"{os.getpid()}-{time.time_ns()}-{self.number}"
        tenant = "tight" if chance.random() < 0.3 else "roomy"
        amount = chance.randint(MOST // 5, MOST)
        started = time.perf_counter()
        held = await self.ledger.reserve(call, tenant, "low", "m", amount)
        self.took["reserve"].append(time.perf_counter() - started)
        if chance.random() < 0.02:
            self.ledger.release(call)
            return
        cost = amount + 1000 if chance.random() < 0.002 else chance.randint(1, amount)
        body = msgspec.json.encode({"call": call, "tenant": tenant, "at": held.at, "amount": amount, "cost": cost})
        try:
            async with session.post(self.upstream, data=body) as response:
                told = msgspec.json.decode(await response.read(), type=Told)
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
            self.ledger.charge(call)
            return
        self.ledger.settle(call, told.cost, Usage(10, 10))
        started = time.perf_counter()
        await self.ledger.durable()
        self.took["durable"].append(time.perf_counter() - started)
        os.write(self.log, f"{call} {told.cost}\n".encode())


async def main(dsn: str, upstream: str, folder: Path, *sizes: str) -> None:
    """``sizes`` are the two budgets and the number of callers."""
    roomy, tight, callers = sizes
    alarms = os.open(folder.parent / "alarms", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def alarm(said: Alarm) -> None:
        os.write(alarms, msgspec.json.encode(said) + b"\n")

    shared = await Postgres(dsn).open()
    ledger = await Ledger(shared, budgets(Decimal(roomy), Decimal(tight)), folder, policy=POLICY, alarm=alarm).open()
    ledger.start()
    log = os.open(folder.parent / f"answered-{os.getpid()}", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    worker = Worker(ledger, upstream, folder.parent, log)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: setattr(worker, "stopping", True))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        await asyncio.gather(worker.anchors(), *(worker.caller(session, seed) for seed in range(int(callers))))
    await ledger.close()
    await shared.close()
    done = {"took": worker.took, "refused": worker.refused}
    (folder.parent / f"took-{os.getpid()}").write_bytes(msgspec.json.encode(done))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:]))
