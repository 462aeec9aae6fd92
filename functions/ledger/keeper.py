"""The ledger of one process: the book in memory, the journal beside it, the store behind both.

What must be durable, and when (docs/decisions says why):

- before a call is sent: its lease, in the store; its reservation, in the journal. Neither asks the store;
- before its answer leaves: its settlement, in the journal (``settle`` returns after that), and by group commit in the
  store the decision, the claim on its idempotency key, its case for review and their audit entries (``durable``);
- after the answer: what was spent, as a total, with the next exchange of leases.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from ledger import money, recovery, store, trail
from ledger.bank import AccountingError, BackwardsError
from ledger.book import Book, Call, Charged, Event, Released, Reserved, Settled, Short
from ledger.budget import Account, Budgets
from ledger.group import Group
from ledger.journal import Journal, JournalError
from ledger.leases import Leases
from ledger.policy import Alarm, Cause, ClosedError, OverBudgetError, Policy
from ledger.price import Usage
from ledger.store import Claim, Claimed, FencedError, Membership, Result, Review, Store, StoreDownError
from ledger.trail import Head

__all__ = ["Alarm", "ClosedError", "Ledger", "OverBudgetError", "Policy"]

T = TypeVar("T")
NOTHING = Usage(0, 0)


class Ledger:
    """What the router reserves from. One event loop uses it; nothing in it waits but what is ``async``."""

    def __init__(
        self,
        shared: Store,
        budgets: Budgets,
        folder: Path,
        *,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.time,
        alarm: Callable[[Alarm], None] = lambda _: None,
    ) -> None:
        """``folder`` keeps the journals of all processes of this machine; ``clock`` gives seconds since 1970."""
        self.policy = policy or Policy()
        self._store = shared
        self._budgets = budgets
        self._folder = folder
        self._clock = clock
        self._alarm = alarm
        self._book = Book(budgets)
        self._journal: Journal
        self._holder: Membership
        self._turn = 0
        self._open = False
        self._fenced = False
        self._unwritten = False
        self._over = 0
        self._group = Group()
        self._leases = Leases(self.policy, budgets.revision)
        self._commit_wanted = asyncio.Event()
        self._exchange_wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._commit_lock = asyncio.Lock()
        self._exchange_lock = asyncio.Lock()

    async def open(self) -> Ledger:
        """Book what dead processes of this machine left in their journals, then join; raises StoreDownError."""
        await self.recover()
        await self._join()
        return self

    def start(self) -> None:
        """Commit and exchange in the background, until ``close``."""
        self._tasks = [asyncio.create_task(self._committing()), asyncio.create_task(self._exchanging())]

    async def close(self) -> None:
        """Commit what is pending and give back what was not spent.

        Reservations that are still open stay spent: their calls may have been sent.
        """
        self._open = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for held in self._book.open_calls():
            self.charge(held.call)
        await self.commit()
        await self._store.run(self._finish(left=True))
        self._group.close()
        self._journal.drop()

    # The hot path: no await, no store.

    def try_reserve(self, call: str, tenant: str, tier: str, model: str, amount: int) -> Reserved | tuple[Short, ...]:
        """Set ``amount`` aside (in units of 1e-12 of the currency), or say which accounts are short of it here.

        ``call`` is an id that is never used again. Raises JournalError, ClosedError and IllegalMoveError; then nothing
        is reserved, and the call must not be sent.
        """
        if not self._open:
            raise ClosedError("the ledger takes no reservations now")
        if self._unwritten:
            raise JournalError(f"{self._folder}: the journal could not be written; it is written anew first")
        at = self._clock()
        way, draws = self._book.way(tenant, tier, at)
        if draws is not None:
            self._journaled(draws)
        held = Reserved(call, way.number, amount, at, tenant, tier, model)
        short = self._book.reserve(way, held)
        if not short:
            try:
                self._journaled(held)
            except JournalError:
                self._book.release(Released(call, at))
                raise
        return short or held

    def settle(self, call: str, amount: int, used: Usage = NOTHING) -> int:
        """Close a reservation at what the upstream counted; the overrun, which is alarmed. Raises IllegalMoveError."""
        event = Settled(call, amount, self._clock(), used.input, used.output, used.cached)
        over = self._book.settle(event)
        self._write(event)
        if over:
            self._over += 1
            self._overrun(call, over)
            self._exchange_wanted.set()
        return over

    def charge(self, call: str) -> None:
        """Close a reservation whose call was cut off: it may be billed, so it stays spent. Raises IllegalMoveError."""
        event = Charged(call, self._clock())
        self._book.charge(event)
        self._write(event)

    def release(self, call: str) -> None:
        """Close a reservation whose call was never sent. Raises IllegalMoveError."""
        event = Released(call, self._clock())
        self._book.release(event)
        self._write(event)

    def note(self, kind: str, body: bytes) -> None:
        """Append to the audit trail: ``body`` is JSON in UTF-8. It is there when ``durable`` returns."""
        self._group.note(self._clock(), kind, body)
        self._commit_wanted.set()

    def review(self, case: Review) -> None:
        """Queue a case for a person. It is there when ``durable`` returns; the same id again changes nothing."""
        self._group.review(case)
        self._commit_wanted.set()

    def decided(self, claim: Claim, result: bytes | None) -> None:
        """Keep the decision of a claimed case for its repeats; None gives the claim back, so that one may try again."""
        self._group.result(Result(claim, result))
        self._commit_wanted.set()

    # What waits.

    async def reserve(self, call: str, tenant: str, tier: str, model: str, amount: int) -> Reserved:
        """Like ``try_reserve``, and where this process holds too little, ask the store for more.

        Raises OverBudgetError where all processes together have too little left, and StoreDownError where the store
        does not answer and what is leased here does not suffice.
        """
        held = self.try_reserve(call, tenant, tier, model, amount)
        if isinstance(held, Reserved):
            return held
        self._leases.refuse_at_once(self._book, held, amount)
        # All of them, also those that are not short: what is granted of one must not go back while another is awaited.
        accounts = [limit.account for limit in self._budgets.limits(tenant, tier, self._clock())]
        deadline, answered = time.monotonic() + self.policy.patience_seconds, False
        while True:
            answered |= await self._ask_for(accounts, amount, deadline - time.monotonic())
            held = self.try_reserve(call, tenant, tier, model, amount)
            if isinstance(held, Reserved):
                return held
            if time.monotonic() >= deadline:
                break
        if not answered:
            raise StoreDownError("what is leased here does not suffice, and the store does not answer")
        raise self._leases.refuse(self._book, held, amount)

    async def claim(self, claim: Claim) -> Claimed:
        """Claim a case by its idempotency key, durably."""
        answer = self._group.claim(claim)
        self._commit_wanted.set()
        return await answer

    def durable(self, seconds: float | None = None) -> asyncio.Future[None]:
        """What is resolved when all that was said so far is committed in the store; TimeoutError after ``seconds``.

        What was said then stays to be committed.
        """
        self._commit_wanted.set()
        return self._group.durable(seconds)

    async def ask(self, transaction: store.Transaction[T]) -> T:
        """Run one of ``store``'s transactions that only read, or that a person asks for; raises StoreDownError."""
        return await self._store.run(transaction)

    async def heads(self) -> list[Head]:
        """Where the register and this process's chain end, to be written down as anchors; raises StoreDownError."""
        return await self._store.run(store.anchors(self._holder.holder))

    # One round of each; ``start`` repeats them.

    async def commit(self) -> None:
        """Make durable what is pending now; raises StoreDownError, and then it is pending still."""
        while True:
            if self._over and not self._fenced:
                # An overrun is in its accounts before its call is in the store: a machine that is lost in between would
                # leave a call that nobody has booked as what it cost.
                await self.exchange()
            async with self._commit_lock:
                if (not self._over or self._fenced) and await self._commit():
                    return

    async def _commit(self) -> bool:
        """Send what is pending, or once more what got no answer; whether nothing waits behind it."""
        batch = again = self._group.again()
        if batch is None:
            closed, self._book.closed = self._book.closed, []
            batch = self._group.send(self._holder, closed)
        try:
            claimed = await self._store.run(store.commit(batch))
        except FencedError:
            self._book.closed = self._group.fenced() + self._book.closed
            self._fence()
            return True
        if batch.entries:
            self._holder = Membership(batch.holder, trail.head(batch.entries[-1]))
        self._group.answered(claimed)
        if self._unwritten or self._journal.size > self.policy.journal_bytes:
            self._rewrite()
        return again is None

    async def exchange(self) -> None:
        """Report what was spent, give back what is idle, take what is needed; raises StoreDownError."""
        async with self._exchange_lock:
            if self._fenced:
                await self._rejoin()
                return
            waiting = self._leases.begin_round()
            answered = False
            try:
                await self._exchange()
                answered = True
            except FencedError:
                self._fence()
            except AccountingError as error:
                self._over = 0  # it cannot be reported, and a person knows
                self._failed(error)
                if isinstance(error, BackwardsError):
                    # The clock went ahead and came back, and meanwhile the book let go of accounts. It ends here, at
                    # what the store knows, and another begins.
                    self._fence()
            finally:
                if waiting is not None and not waiting.done():
                    waiting.set_result(answered)

    async def recover(self) -> list[str]:
        """Book what dead processes left in the folder; the names of those processes. Raises StoreDownError."""
        return await recovery.recover(self._store, self._budgets, self._folder, self._clock(), self._booked)

    async def give_up_silent(self) -> list[int]:
        """Give up the processes of which nothing was heard for long; their numbers. Raises StoreDownError."""
        gone = []
        while (holder := await self._store.run(store.give_up(self.policy.silent_seconds, self._clock()))) is not None:
            self._alarm(Alarm("given-up", f"process {holder} went silent: what it was leased counts as spent"))
            gone.append(holder)
        return gone

    @property
    def open_calls(self) -> int:
        """How many reservations are open."""
        return len(self._book.open_calls())

    # Inside.

    async def _join(self) -> None:
        name = uuid.uuid4().hex
        self._journal = Journal(self._folder, name)
        try:
            self._holder = await self._store.run(store.join(name, self._clock()))
        except BaseException:
            # Whether the store knows the name is not known: the journal stays, and whoever starts next ends it.
            self._journal.close()
            raise
        self._turn, self._over, self._fenced, self._unwritten, self._open = 0, 0, False, False, True

    async def _rejoin(self) -> None:
        """After this process was given up: what it spent is in its journal, so its lease can be ended exactly."""
        if self._book.open_calls() or self._group.is_sent:
            return
        async with self._commit_lock:
            old = self._journal
            await self._store.run(self._finish(left=False))
            old.drop()
            self._book = Book(self._budgets)
            await self._join()
        self._commit_wanted.set()

    async def _exchange(self) -> None:
        now = self._clock()
        reports, over = self._leases.reports(self._book, now), self._over
        self._turn += 1
        answers = await self._store.run(store.exchange(self._holder.holder, self._turn, reports))
        self._over -= over
        self._leases.take(self._book, answers, now)

    def _rewrite(self) -> None:
        """Write the journal anew, without what the store has."""
        unseen = [*self._group.unanswered, *self._book.closed]
        try:
            self._journal.replace(self._book.snapshot(unseen))
        except JournalError as error:
            self._not_written(error)
        else:
            self._unwritten = False

    def _write(self, event: Event) -> JournalError | None:
        """Journal an event, or say why not. Of a closing the journal says ``reserved`` then: see ``store.finish``."""
        try:
            self._journal.write(event)
        except JournalError as error:
            self._not_written(error)
            return error
        return None

    def _journaled(self, event: Event) -> None:
        if (error := self._write(event)) is not None:
            raise error

    def _not_written(self, error: JournalError) -> None:
        self._unwritten = True
        self._commit_wanted.set()
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        match error:
            case JournalError():
                cause: Cause = "journal"
            case AccountingError():
                cause = "accounting"
            case _:
                cause = "store"
        self._alarm(Alarm(cause, str(error) or type(error).__name__))

    def _fence(self) -> None:
        if not self._fenced:
            self._fenced, self._open = True, False
            self._alarm(Alarm("fenced", f"{self._journal.holder} was given up by another process, and joins again"))
        self._exchange_wanted.set()

    def _booked(self, calls: list[Call]) -> None:
        for call in calls:
            if call.amount > call.reserved:
                # Once more, if the process died after its alarm; never not at all, if it died before.
                self._overrun(call.call, call.amount - call.reserved)

    def _overrun(self, call: str, over: int) -> None:
        what = f"the call {call} cost more than the most that was reserved for it"
        self._alarm(Alarm("overrun", what, money.decimal(over)))
        self.note("overrun", msgspec.json.encode({"call": call, "over": over}))

    def _finish(self, *, left: bool) -> store.Transaction[list[Call]]:
        spent = recovery.totals(self._book)
        return store.finish(self._journal.holder, self._book.closed, spent, self._clock(), left=left)

    async def _ask_for(self, accounts: list[Account], amount: int, seconds: float) -> bool:
        """Wait for the next exchange that asks for this amount; whether the store answered in time."""
        self._leases.need(accounts, amount)
        self._exchange_wanted.set()
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                return await asyncio.shield(self._leases.next_round())
        except TimeoutError:
            return False
        finally:
            self._leases.needs_no_more(accounts, amount)

    async def _committing(self) -> None:
        while True:
            await self._commit_wanted.wait()
            for _ in range(self.policy.commit_passes):
                await asyncio.sleep(0)
            self._commit_wanted.clear()
            if self._fenced and not self._group.is_sent:
                continue  # a new chain begins with the next joining, which wakes this again
            try:
                await self.commit()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may do; without one nothing is said
                self._failed(error)
                self._commit_wanted.set()
                await asyncio.sleep(self.policy.retry_seconds)

    async def _exchanging(self) -> None:
        heard = time.monotonic()
        while True:
            # Not wait_for: before Python 3.12 it can swallow the cancellation by which ``close`` ends this.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.policy.exchange_seconds):
                    await self._exchange_wanted.wait()
            self._exchange_wanted.clear()
            try:
                await self.exchange()
                if self._book.closed:
                    self._commit_wanted.set()
                if time.monotonic() - heard > self.policy.silent_seconds / 4:
                    heard = time.monotonic()
                    await self.give_up_silent()
            except Exception as error:  # noqa: BLE001 - as above: without exchanges nothing is leased, nor rejoined
                self._failed(error)
                await asyncio.sleep(self.policy.retry_seconds)
            if self._leases.waiting:
                # Other processes need a moment to give back what they hold.
                await asyncio.sleep(self.policy.exchange_seconds / 8)
