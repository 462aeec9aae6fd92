"""``make soak``: processes that spend one budget together, killed and restarted at random, beside their upstream.

PostgreSQL is real and waits for the disk, everything is on loopback, the time is bounded (``--seconds``). The upstream
keeps its own count. It must never be above what the store holds, nor above the budget and the overruns; in the end
every answer that left must be booked at what it cost, every call that was cut off at what was reserved for it, every
overrun must be booked and alarmed, no more may be unspendable than the slack that the policy declares, and the trail
must be whole and agree with every anchor. Status 1 where one of these does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import msgspec
from aiohttp import web

from soak.server import NoPostgresError, Server
from soak.worker import MOST, POLICY, SHARE, budgets

from ledger import export, money, store, trail  # isort: skip (soak.worker makes it importable)
from ledger.bank import AccountRow  # isort: skip
from ledger.book import Call  # isort: skip
from ledger.keeper import Alarm, Ledger  # isort: skip
from ledger.postgres import Postgres  # isort: skip

ROOT = Path(__file__).resolve().parents[1]
CALLERS = 64
ROOMY, TIGHT = Decimal("1"), Decimal("0.0001")


class Sent(msgspec.Struct):
    """What a worker sends to the upstream; the cost is the upstream's own secret in earnest, and a script here."""

    call: str
    tenant: str
    at: float
    amount: int
    cost: int


class Upstream:
    """Counts a call the moment that it arrives, whatever becomes of the answer."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.calls: dict[str, Sent] = {}
        self.total: dict[str, int] = {"stack": 0, "tight": 0}
        self.over: dict[str, int] = {"stack": 0, "tight": 0}

    async def answer(self, request: web.Request) -> web.Response:
        sent = msgspec.json.decode(await request.read(), type=Sent)
        self.calls[sent.call] = sent
        for name in ("stack", sent.tenant):
            if name in self.total:
                self.total[name] += sent.cost
                self.over[name] += max(sent.cost - sent.amount, 0)
        await asyncio.sleep(self.chance.uniform(0.005, 0.06))
        if self.chance.random() < 0.01:
            raise web.HTTPBadGateway(text="half an answer")
        return web.json_response({"cost": sent.cost})


class Soak:
    """One run."""

    def __init__(self, dsn: str, folder: Path, processes: int, seconds: float, seed: int) -> None:
        self.dsn, self.folder, self.processes, self.seconds = dsn, folder, processes, seconds
        self.chance = random.Random(seed)  # noqa: S311
        self.upstream = Upstream(self.chance)
        self.workers: dict[int, asyncio.subprocess.Process] = {}
        self.kills = self.machines = self.checks = 0
        self.faults: list[str] = []
        self.alarms: list[Alarm] = []

    async def run(self) -> None:
        app = web.Application()
        app.router.add_post("/", self.upstream.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        self.eye = await Postgres(self.dsn).open()
        for place in range(self.processes):
            await self._boot(place)
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            await asyncio.sleep(self.chance.uniform(0.2, 1.0))
            await self._check()
            await self._kill(self.chance.randrange(self.processes))
        for process in self.workers.values():
            process.send_signal(signal.SIGTERM)
        for place, process in self.workers.items():
            try:
                await asyncio.wait_for(process.wait(), 60)
            except TimeoutError:
                self.faults.append(f"worker {place} did not end")
                process.kill()
            # One that was told to stop while it still started is one more that died.
            if process.returncode not in {0, -signal.SIGTERM}:
                self.faults.append(f"worker {place} ended with status {process.returncode}")
        await runner.cleanup()
        await self._end()
        await self.eye.close()

    async def _boot(self, place: int) -> None:
        command = [sys.executable, "-m", "soak.worker", self.dsn, self.url, str(self.folder / f"machine-{place}")]
        self.workers[place] = await asyncio.create_subprocess_exec(
            *command, str(ROOMY), str(TIGHT), str(CALLERS), cwd=ROOT
        )

    async def _kill(self, place: int) -> None:
        process = self.workers[place]
        if process.returncode is not None:
            self.faults.append(f"worker {place} ended by itself with status {process.returncode}")
        else:
            process.kill()
            await process.wait()
        self.kills += 1
        if self.chance.random() < 0.1:
            self.machines += 1
            shutil.rmtree(self.folder / f"machine-{place}", ignore_errors=True)
        await self._boot(place)

    async def _check(self) -> None:
        # The upstream first: what it counted was leased before, and leases only end with what was not spent.
        total, over = dict(self.upstream.total), dict(self.upstream.over)
        rows = await self.eye.run(store.accounts())
        self.checks += 1
        for name, row in rows.items():
            which = "stack" if name.startswith("stack/*/day") else "tight" if "/tight/" in name else None
            if which is None:
                continue
            used = row.spent + row.leased + row.lost
            if total[which] > used + over[which] - row.overrun:
                self.faults.append(f"{name}: the upstream counted {total[which]}, the store holds {used}")
            if total[which] > row.ceiling + over[which]:
                self.faults.append(f"{name}: {total[which]} was spent of {row.ceiling}")

    async def _end(self) -> None:
        for folder in sorted(self.folder.glob("machine-*")):
            heir = await Ledger(self.eye, budgets(ROOMY, TIGHT), folder, policy=POLICY, alarm=self.alarms.append).open()
            await heir.close()
        # Whoever lost its journal is silent now; the store's clock has to see it.
        await asyncio.sleep(POLICY.silent_seconds + 0.5)
        while await self.eye.run(store.give_up(POLICY.silent_seconds, time.time())) is not None:
            pass
        await self._check()
        calls = {call.call: call for call in await self.eye.run(store.calls(0.0, 1e12))}
        answered = wrong = unbooked = 0
        for file in self.folder.glob("answered-*"):
            for line in file.read_text().splitlines():
                call, cost = line.split()
                answered += 1
                if call not in calls or calls[call].amount != int(cost) or self.upstream.calls[call].cost != int(cost):
                    wrong += 1
        for call, sent in self.upstream.calls.items():
            booked = calls.get(call)
            if booked is None:
                unbooked += 1
            elif booked.amount != {"settled": sent.cost, "charged": sent.amount}.get(booked.state):
                self.faults.append(f"{call}: billed {sent.cost}, {booked.state} at {booked.amount}")
        if wrong:
            self.faults.append(f"{wrong} of {answered} answers are not booked at what they cost")
        if unbooked and not self.machines:
            self.faults.append(f"{unbooked} billed calls are not booked, and no journal was lost")
        charged = sum(call.state == "charged" for call in calls.values())
        print(f"{len(self.upstream.calls)} calls billed; {answered} answers left, {wrong} of them booked wrong")
        print(
            f"{charged} cut off and charged as reserved; {unbooked} within the leases of {self.machines} lost machines"
        )
        print(f"{self.kills} times kill -9, {self.checks} checks")
        rows = await self.eye.run(store.accounts())
        self._accounts(rows)
        self._overruns(calls, rows)
        await self._trail()
        self._waits()

    def _overruns(self, calls: dict[str, Call], rows: dict[str, AccountRow]) -> None:
        """Each is booked in its accounts, and was alarmed, also where its process died just then."""
        over = {call.call: call.amount - call.reserved for call in calls.values() if call.amount > call.reserved}
        alarms = self.alarms + [
            msgspec.json.decode(line, type=Alarm) for line in (self.folder / "alarms").read_bytes().splitlines()
        ]
        said = {alarm.what.split()[2] for alarm in alarms if alarm.cause == "overrun"}
        self.faults += [f"{call}: its overrun was not alarmed" for call in over.keys() - said]
        for name, row in rows.items():
            mine = sum(by for call, by in over.items() if "/tight/" not in name or calls[call].tenant == "tight")
            # Beyond the calls there is only what lost machines had reported before their calls were committed.
            if row.overrun < mine or (row.overrun > mine and not self.machines):
                self.faults.append(f"{name}: {row.overrun} of overruns is booked, the calls' are {mine}")
        print(f"{len(over)} overruns booked and alarmed")

    async def _trail(self) -> None:
        """As an auditor does it: the trail as a file, held against what was written down meanwhile."""
        file = self.folder / "trail.jsonl"
        with file.open("wb") as out:
            count = await export.export(self.eye, out.write)
        with (self.folder / "anchors").open() as lines:
            anchors = list(export.anchors(lines))
        with file.open("rb") as exported:
            heads, entries = export.opened(exported)
            whole = (entry for entry in entries if isinstance(entry, trail.Entry))
            broken = list(trail.verify(whole, heads, anchors))
        self.faults += [f"audit trail: {fault}" for fault in broken]
        print(f"audit trail of {count} entries, held against {len(anchors)} anchors, verified: {not broken}")

    def _accounts(self, rows: dict[str, AccountRow]) -> None:
        for name, row in rows.items():
            # What a process may hold idle, what it had open, and what calls gave back since it last reported.
            slack = self.machines * (2 * row.ceiling // SHARE + 3 * CALLERS * MOST)
            stuck = row.leased + row.lost
            print(
                f"  {name:28} limit {money.decimal(row.ceiling):f} spent {money.decimal(row.spent):f} "
                f"unspendable {money.decimal(stuck):f} (declared {money.decimal(slack):f}) "
                f"overrun {money.decimal(row.overrun):f}"
            )
            if "/tight/" in name and len(self.upstream.calls) > 30_000 and row.free > 2 * MOST:
                self.faults.append(f"{name}: {row.free} is left, although calls were refused")
            if stuck > slack:
                self.faults.append(f"{name}: {stuck} is unspendable, and {slack} is declared")

    def _waits(self) -> None:
        took: dict[str, list[float]] = {}
        for file in self.folder.glob("took-*"):
            for step, seconds in msgspec.json.decode(file.read_bytes())["took"].items():
                took.setdefault(step, []).extend(seconds)
        for step, seconds in took.items():
            ranked = sorted(seconds) or [0.0]
            half, most = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
            print(f"  {step:8} p50 {half * 1000:8.3f} ms  p99 {most * 1000:8.1f} ms  of {len(seconds)}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description="The ledger under kill -9.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--no-fsync", action="store_true", help="let PostgreSQL not wait for the disk")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lockgate-soak-"))
    print(f"{asked.processes} processes, {CALLERS} callers each, {asked.seconds:.0f} s, seed {asked.seed}", flush=True)
    try:
        with Server(fsync=not asked.no_fsync) as server:
            soak = Soak(server.dsn, folder, asked.processes, asked.seconds, asked.seed)
            started = time.monotonic()
            asyncio.run(soak.run())
            print(f"{len(soak.upstream.calls) / asked.seconds:.0f} calls/s, {time.monotonic() - started:.0f} s in all")
    except NoPostgresError as error:
        print(f"SKIPPED: {error}")
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for fault in soak.faults[:20]:
        print(f"FAULT: {fault}")
    print(f"{len(soak.faults)} faults" if soak.faults else "every promise held")
    return 1 if soak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
