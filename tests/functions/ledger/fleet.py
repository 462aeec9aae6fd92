"""A fleet whose processes die, are given up and come back, beside an upstream that keeps its own count.

A state machine for hypothesis; a test gives it a store. Nothing runs in the background: every commit, exchange and
death is a step, so that every order of them can be found, and shrunk.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from ledger import money, store, trail
from ledger.book import Reserved
from ledger.budget import Account, Budget, Budgets
from ledger.keeper import ClosedError, Ledger, OverBudgetError, Policy
from ledger.price import Usage
from ledger.store import Ask, FencedError, StoreDownError, Transaction
from place import Flaky

START = 1_795_000_000.0
SHARE = 10
BUDGETS = [
    Budget("stack", "*", "month", Decimal("1e-9")),
    Budget("stack", "*", "day", Decimal("0.7e-9")),
    Budget("tenant", "*", "day", Decimal("0.4e-9")),
    Budget("tier", "high", "month", Decimal("0.6e-9")),
]
POLICY = Policy(share=SHARE, patience_seconds=30.0, refuse_seconds=0.0, journal_bytes=400, silent_seconds=-1.0)


class Process:
    """A ledger on a machine, and what it has open."""

    def __init__(self, machine: Path, shared: Flaky, ledger: Ledger) -> None:
        self.machine, self.shared, self.ledger = machine, shared, ledger
        self.alive = True
        self.calls: dict[str, Reserved] = {}


class Fleet(RuleBasedStateMachine):
    """``connect`` opens a store; each process has one of its own, as it has in the cloud."""

    connect: Callable[[Path], Any]

    processes = Bundle("processes")
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="lockgate-fleet-"))
        self.now = START
        self.number = 0
        self.live: list[Process] = []
        # The upstream's own count: what each call was billed, and what it was reserved at.
        self.billed: dict[str, int] = {}
        self.ways: dict[str, tuple[Account, ...]] = {}
        self.over: dict[str, int] = {}
        self.answered: dict[str, int] = {}
        self.cut: dict[str, int] = {}
        self.unprovable: set[str] = set()
        self.lost_most: dict[str, int] = {}
        self.holders: dict[int, Path] = {}
        self.budgets = Budgets(BUDGETS, 1)
        self.eye = self._run(type(self).connect(self.folder))

    @rule(target=processes, machine=st.sampled_from(["a", "b"]))
    def boot(self, machine: str) -> Any:
        if len(self.live) >= 4:
            return multiple()
        shared = Flaky(self._run(type(self).connect(self.folder)))
        made = Ledger(shared, self.budgets, self.folder / machine, policy=POLICY, clock=lambda: self.now)
        process = Process(self.folder / machine, shared, self._run(made.open()))
        self.live.append(process)
        return process

    @rule(
        target=sent,
        process=processes,
        tenant=st.sampled_from(["t", "u"]),
        tier=st.sampled_from(["high", "low"]),
        amount=st.integers(1, 450),
        share=st.floats(0, 1),
    )
    def send(self, process: Process, tenant: str, tier: str, amount: int, share: float) -> Any:
        if not process.alive:
            return multiple()
        self.number += 1
        call = f"call-{self.number}"
        try:
            held = self._run(self._reserve(process, call, tenant, tier, amount))
        except ClosedError:
            return multiple()
        except OverBudgetError as refused:
            self._rightly(process, refused, amount)
            return multiple()
        process.calls[call] = held
        self.billed[call] = int(amount * share)
        self.ways[call] = tuple(limit.account for limit in self.budgets.limits(tenant, tier, self.now))
        return process, call

    @rule(one=consumes(sent), over=st.sampled_from([0, 0, 0, 0, 7, 200]))
    def answer(self, one: tuple[Process, str], over: int) -> None:
        process, call = one
        held = process.calls.pop(call, None)
        if held is None:
            return
        if over:
            self.billed[call] = held.amount + over
            self.over[call] = over
        assert process.ledger.settle(call, self.billed[call], Usage(1, 1)) == over
        self.answered[call] = self.billed[call]

    @rule(one=consumes(sent))
    def time_out(self, one: tuple[Process, str]) -> None:
        process, call = one
        held = process.calls.pop(call, None)
        if held is not None:
            process.ledger.charge(call)
            self.cut[call] = held.amount

    @rule(one=consumes(sent))
    def never_sent(self, one: tuple[Process, str]) -> None:
        process, call = one
        if process.calls.pop(call, None) is not None:
            process.ledger.release(call)
            self.billed[call] = self.answered[call] = 0

    @rule(process=processes, lose=st.sampled_from([None, None, "before", "after"]))
    def commit(self, process: Process, lose: str | None) -> None:
        self._tried(process, lose, process.ledger.commit)

    @rule(process=processes, lose=st.sampled_from([None, None, "before", "after"]))
    def exchange(self, process: Process, lose: str | None) -> None:
        self._tried(process, lose, process.ledger.exchange)

    @rule(process=processes, torn=st.binary(max_size=12))
    def kill(self, process: Process, torn: bytes) -> None:
        """kill -9: memory is gone, and a record that was being written is there in part."""
        if process.alive:
            journal = process.ledger._journal
            self._die(process)
            with journal._path.open("r+b") as file:
                file.seek(journal.size)
                file.write(torn)

    @rule(process=processes)
    def lose_machine(self, process: Process) -> None:
        """All processes of the machine die, and their journals with them."""
        self._note_holders()
        doomed = [holder for holder, machine in self.holders.items() if machine == process.machine]
        for name, outstanding in self._run(self.eye.run(_outstanding(doomed))).items():
            self.lost_most[name] = self.lost_most.get(name, 0) + outstanding
        for one in [one for one in self.live if one.machine == process.machine]:
            self._die(one)
        shutil.rmtree(process.machine, ignore_errors=True)
        self.unprovable |= self.answered.keys() | self.cut.keys()

    @rule(process=processes)
    def give_up_the_oldest(self, process: Process) -> None:
        if process.alive:
            self._run(process.shared.real.run(store.give_up(-1.0, self.now)))

    @rule(process=processes)
    def leave(self, process: Process) -> None:
        if process.alive and not process.calls and not process.ledger._fenced:
            self.live.remove(process)
            process.alive = False
            try:
                self._run(process.ledger.close())
            except FencedError:
                process.ledger._journal.close()
            self._run(process.shared.close())

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.now += days * 86_400.0

    @invariant()
    def every_account_holds(self) -> None:
        if not hasattr(self, "eye"):
            return
        rows = self._run(self.eye.run(store.accounts()))
        billed: dict[str, int] = {}
        over: dict[str, int] = {}
        for call, accounts in self.ways.items():
            for account in map(str, accounts):
                billed[account] = billed.get(account, 0) + self.billed[call]
                over[account] = over.get(account, 0) + self.over.get(call, 0)
        for name, count in billed.items():
            row = rows[name]
            assert count <= row.ceiling + over[name], f"{name}: more was spent than the budget and the overruns"
            assert count <= row.spent + row.leased + row.lost + over[name], f"{name}: the store knows of too little"
            assert row.spent + row.leased + row.lost <= row.allowed + row.overrun

    def teardown(self) -> None:
        if not hasattr(self, "eye"):
            return
        try:
            self._end()
        finally:
            for process in self.live:
                self._run(process.shared.close())
            self._run(self.eye.close())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        """Everything dies; who comes after reads the journals, and the books must be right to the last unit."""
        for process in list(self.live):
            self._die(process)
        for machine in ("a", "b"):
            heir = Ledger(self.eye, self.budgets, self.folder / machine, policy=POLICY, clock=lambda: self.now)
            self._run(heir.open())
            self._run(heir.close())
        rows = self._run(self.eye.run(store.accounts()))
        calls = {call.call: call for call in self._run(self.eye.run(store.calls(0.0, 1e12)))}
        for call, amount in self.answered.items():
            if call in calls or call not in self.unprovable:
                assert calls[call].amount == amount, f"{call}: an answer that arrived is booked as what it cost"
        for call, amount in self.cut.items():
            if call in calls or call not in self.unprovable:
                assert (calls[call].state, calls[call].amount) == ("charged", amount)
        booked: dict[str, int] = {}
        for call, row in calls.items():
            for account in map(str, self.ways[call]):
                booked[account] = booked.get(account, 0) + row.amount
        for name, row in rows.items():
            slack = self.lost_most.get(name, 0)
            assert row.leased + row.lost <= slack, f"{name}: more is unspendable than went with the lost machines"
            assert row.spent + row.leased + row.lost >= booked.get(name, 0)
            if name not in self.lost_most:
                assert row.spent == booked.get(name, 0), f"{name}: spent is what the calls cost, and no more"
        entries = self._run(self.eye.run(store.entries(0, 0, 1_000_000)))
        heads = self._run(self.eye.run(store.heads()))
        assert list(trail.verify(entries, heads)) == []

    def _note_holders(self) -> None:
        for process in self.live:
            self.holders[process.ledger._holder.holder] = process.machine

    async def _reserve(self, process: Process, call: str, tenant: str, tier: str, amount: int) -> Reserved:
        task = asyncio.ensure_future(process.ledger.reserve(call, tenant, tier, "m", amount))
        for _ in range(3):
            for _ in range(10):
                await asyncio.sleep(0)
            if task.done():
                return task.result()
            await process.ledger.exchange()
            for other in self.live:
                if other is not process:
                    await other.ledger.exchange()
        for _ in range(10):
            await asyncio.sleep(0)
        if task.done():
            return task.result()
        short = process.ledger.try_reserve(call, tenant, tier, "m", amount)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if isinstance(short, Reserved):
            return short
        raise process.ledger._leases.over(process.ledger._book, short[0], amount)

    def _rightly(self, process: Process, refused: OverBudgetError, amount: int) -> None:
        """No false block: after everybody gave back what was idle, there is really too little left."""
        row = self._run(self.eye.run(store.accounts())).get(str(refused.account))
        left = row.free if row is not None else money.amount(refused.left)
        idle = [
            one.idle
            for live in self.live
            if not live.ledger._fenced
            for one in live.ledger._book.counters()
            if one.limit.account == refused.account
        ]
        assert left + max(sum(idle), 0) < amount, f"{refused}, but {left} are free and {idle} idle"

    def _tried(self, process: Process, lose: str | None, act: Callable[[], Any]) -> None:
        if not process.alive:
            return
        process.shared.lose = lose
        with contextlib.suppress(StoreDownError):
            self._run(act())
        process.shared.lose = None

    def _die(self, process: Process) -> None:
        if not process.alive:
            return
        process.alive = False
        self.live.remove(process)
        for call, held in process.calls.items():
            self.cut[call] = held.amount
        process.calls.clear()
        process.ledger._journal.close()
        self._run(process.shared.close())

    def _run(self, what: Any) -> Any:
        if hasattr(self, "eye"):
            self._note_holders()
        return self.loop.run_until_complete(what)


def _outstanding(holders: list[int]) -> Transaction[dict[str, int]]:
    """What the store has granted to processes and was not told the end of."""
    rows = yield Ask(
        "SELECT account, granted, reported, lost FROM lease JOIN holder ON id = holder "
        "WHERE holder = ANY($1) AND state IN ('live', 'given-up')",
        [holders],
    )
    sums: dict[str, int] = {}
    for account, granted, reported, lost in rows:
        sums[account] = sums.get(account, 0) + max(granted - reported, 0) + lost
    return sums
