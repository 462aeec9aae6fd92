"""What a process asks the store for, and what it gives back: the process's side of the exchange of leases.

No store and no clock of the day; only a waiting call needs the event loop.
"""

from __future__ import annotations

import asyncio
import time

from ledger.bank import Answer, Report
from ledger.book import Book, Counter, Short
from ledger.budget import SECONDS_A_DAY, Account
from ledger.policy import OverBudgetError, Policy


class Leases:
    """What calls wait for here, and what the store said last."""

    def __init__(self, policy: Policy, revision: int) -> None:
        """``revision`` is the charter's."""
        self._policy = policy
        self._revision = revision
        self._needs: dict[Account, int] = {}
        self._left: dict[Account, int] = {}
        self._refused: dict[Account, tuple[float, int]] = {}
        self._round: asyncio.Future[bool] | None = None

    @property
    def waiting(self) -> bool:
        """Whether a call waits for more than this process holds."""
        return bool(self._needs)

    def next_round(self) -> asyncio.Future[bool]:
        """What the next exchange resolves: whether the store answered."""
        if self._round is None:
            self._round = asyncio.get_running_loop().create_future()
        return self._round

    def begin_round(self) -> asyncio.Future[bool] | None:
        """What calls wait for that asked before this exchange; whoever asks from now on waits for the next."""
        waiting, self._round = self._round, None
        return waiting

    def need(self, accounts: list[Account], amount: int) -> None:
        """Ask for this amount with each exchange, until ``needs_no_more``."""
        for account in accounts:
            self._needs[account] = self._needs.get(account, 0) + amount

    def needs_no_more(self, accounts: list[Account], amount: int) -> None:
        """Take back a ``need``."""
        for account in accounts:
            self._needs[account] -= amount
            if not self._needs[account]:
                del self._needs[account]

    def reports(self, book: Book, now: float) -> list[Report]:
        """What the store is told of each account; ``now`` in seconds since 1970."""
        return [self._report(counter, now) for counter in book.counters()]

    def take(self, book: Book, answers: list[Answer], now: float) -> None:
        """Take what the store granted, and drop accounts whose period is over."""
        counters = {counter.limit.account: counter for counter in book.counters()}
        for answer in answers:
            counter = counters[answer.account]
            counter.grant(answer.granted)
            counter.wanted = answer.wanted
            # With what is idle here, which the next exchange may be giving back while somebody asks.
            self._left[answer.account] = answer.left + max(counter.idle, 0)
        for account in book.forget(int(now // SECONDS_A_DAY) - 1):
            self._left.pop(account, None)
            self._refused.pop(account, None)

    def refuse_at_once(self, book: Book, short: tuple[Short, ...], amount: int) -> None:
        """Raise OverBudgetError where asking the store is in vain."""
        for one in short:
            until, refused = self._refused.get(one.limit.account, (0.0, 0))
            # A smaller call than the one that was refused may still fit, and so may any once enough has come back.
            in_vain = amount >= refused and until > time.monotonic() and self._left.get(one.limit.account, 0) < amount
            if one.limit.ceiling < amount or in_vain:
                raise self.over(book, one, amount)

    def refuse(self, book: Book, short: tuple[Short, ...], amount: int) -> OverBudgetError:
        """Refuse, and for a while at once; the refusal by the account that has the least left."""
        for one in short:
            self._refused[one.limit.account] = time.monotonic() + self._policy.refuse_seconds, amount
        return min((self.over(book, one, amount) for one in short), key=lambda refused: refused.left)

    def over(self, book: Book, short: Short, amount: int) -> OverBudgetError:
        """The refusal by one account."""
        idle = max(book.counter(short.limit).idle, 0)
        return OverBudgetError(short.limit.account, amount, self._left.get(short.limit.account, idle))

    def _report(self, counter: Counter, now: float) -> Report:
        account, ceiling = counter.limit.account, counter.limit.ceiling
        size = max(ceiling // self._policy.share, 1)
        held = counter.spent + counter.reserved
        waiting = self._needs.get(account, 0)
        if account.resets_at().timestamp() <= now or counter.wanted:
            keep, want = held, 0
        else:
            keep = held + max(2 * size, waiting)
            want = size if counter.idle < size // 2 else 0
        # Given up here before it is given back there: it can never be spent in both places.
        counter.grant(min(counter.granted, max(keep, counter.spent)))
        # What an overrun took makes ``idle`` negative, so it is asked for before anything else.
        need = max(waiting - counter.idle, 0)
        return Report(account, ceiling, self._revision, counter.spent, counter.overrun, counter.granted, need, want)
