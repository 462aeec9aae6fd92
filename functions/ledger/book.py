"""The book of one process: what it may spend, what it has reserved, what it has spent. No clock, no file, no socket.

A reservation takes one of these ways, and no other; an illegal move raises and changes nothing:

    (none)   --Reserved-->  reserved
    reserved --Settled-->   settled    what the upstream counted; more than was reserved is an overrun
    reserved --Charged-->   charged    the call was cut off: it may have been billed, so it stays spent as reserved
    reserved --Released-->  released   the call was never sent

The book is the fold of its events, so that replaying a journal gives the same book. Amounts are in units of 1e-12 of
the currency. Invariant of each account, whatever happens: ``reserved + spent <= granted + overrun``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ledger.budget import SECONDS_A_DAY, Account, Budgets, Limit

State = Literal["settled", "charged", "released"]


class IllegalMoveError(Exception):
    """The caller closed a reservation twice, or one that was never made, or reused the id of an open one."""


class Draws(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="d"):
    """The accounts that later reservations name by ``number``."""

    number: int
    accounts: tuple[Account, ...]


class Reserved(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="r"):
    """Money was set aside for a call; ``at`` in seconds since 1970."""

    call: str
    draws: int
    amount: int
    at: float
    tenant: str
    tier: str
    model: str


class Settled(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="s"):
    """The upstream said what it counted."""

    call: str
    amount: int
    at: float
    input: int
    output: int
    cached: int


class Charged(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="c"):
    """Nobody knows what the upstream counted: the reservation stays spent."""

    call: str
    at: float


class Released(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="f"):
    """The call was never sent, so nothing was spent."""

    call: str
    at: float


class Spent(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="t"):
    """What earlier events that are no longer in the journal came to, for one account."""

    account: Account
    spent: int
    overrun: int


class Call(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="k"):
    """A closed reservation, as the store keeps it. ``amount`` was spent, ``reserved`` had been set aside."""

    call: str
    at: float
    closed_at: float
    tenant: str
    tier: str
    model: str
    state: State
    reserved: int
    amount: int
    input: int
    output: int
    cached: int


Event = Draws | Reserved | Settled | Charged | Released | Spent | Call


class Short(msgspec.Struct, frozen=True, gc=False):
    """An account of which this process holds too little for a call."""

    limit: Limit


class Counter:
    """One account, as this process knows it.

    ``idle`` is what may still be reserved; it is negative after an overrun that no grant has covered.
    """

    __slots__ = ("granted", "idle", "limit", "overrun", "spent", "wanted")

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.granted = self.spent = self.idle = self.overrun = 0
        self.wanted = False

    @property
    def reserved(self) -> int:
        """What is set aside for open calls."""
        return self.granted - self.spent - self.idle

    def grant(self, granted: int) -> None:
        """Note how much this process may spend and reserve now, with what it has spent already."""
        self.idle += granted - self.granted
        self.granted = granted


class _Way:
    """A tenant's and a tier's counters on one day."""

    __slots__ = ("counters", "number")

    def __init__(self, number: int, counters: tuple[Counter, ...]) -> None:
        self.number = number
        self.counters = counters


class Book:
    """The money of one process.

    The shell writes each event to the journal before it acts on what the event allows. ``closed`` gathers the calls
    that the store has not seen.
    """

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._counters: dict[Account, Counter] = {}
        self._ways: dict[tuple[int, str, str], _Way] = {}
        self._numbered: dict[int, _Way] = {}
        self._next = 0
        self._open: dict[str, tuple[Reserved, _Way]] = {}
        self.closed: list[Call] = []

    def way(self, tenant: str, tier: str, at: float) -> tuple[_Way, Draws | None]:
        """The counters of a call, and the event that numbers them where they are new."""
        key = (int(at // SECONDS_A_DAY), tenant, tier)
        known = self._ways.get(key)
        if known is not None:
            return known, None
        counters = tuple(self._counter(limit) for limit in self._budgets.limits(tenant, tier, at))
        way = self._ways[key] = self._numbered[self._next] = _Way(self._next, counters)
        self._next += 1
        return way, Draws(way.number, tuple(counter.limit.account for counter in counters))

    def reserve(self, way: _Way, wanted: Reserved) -> tuple[Short, ...]:
        """Set the amount aside in every account of the way, or in none: then say which of them are short.

        The caller writes ``wanted`` to the journal where nothing is short, and then may send the call.
        """
        amount = wanted.amount
        if wanted.call in self._open:
            raise IllegalMoveError(f"the call {wanted.call} has a reservation already")
        if amount <= 0:
            raise IllegalMoveError("a reservation of nothing reserves nothing")
        for counter in way.counters:
            if counter.idle < amount:
                return tuple(Short(one.limit) for one in way.counters if one.idle < amount)
        for counter in way.counters:
            counter.idle -= amount
        self._open[wanted.call] = (wanted, way)
        return ()

    def settle(self, event: Settled) -> int:
        """Close a reservation at what the upstream counted; the overrun, zero where it kept within its limit."""
        if event.amount < 0:
            raise IllegalMoveError("an upstream that counts less than nothing counts wrong")
        return self._close(event.call, event.amount, "settled", event.at, (event.input, event.output, event.cached))

    def charge(self, event: Charged) -> None:
        """Close a reservation that may have been billed: all of it is spent."""
        held = self._open.get(event.call)
        self._close(event.call, held[0].amount if held else 0, "charged", event.at)

    def release(self, event: Released) -> None:
        """Close a reservation whose call was never sent."""
        self._close(event.call, 0, "released", event.at)

    def replay(self, events: Iterable[Event]) -> None:
        """Fold a journal into this book. It grants nothing, and makes no reservation that the journal lacks."""
        for event in events:
            match event:
                case Draws():
                    # The ceiling matters to grants only, and a replayed book is given none.
                    counters = tuple(self._counter(Limit(account, 0)) for account in event.accounts)
                    self._numbered[event.number] = _Way(event.number, counters)
                case Reserved():
                    way = self._numbered[event.draws]
                    for counter in way.counters:
                        counter.idle -= event.amount
                    self._open[event.call] = (event, way)
                case Settled():
                    self.settle(event)
                case Charged():
                    self.charge(event)
                case Released():
                    self.release(event)
                case Spent():
                    counter = self._counter(Limit(event.account, 0))
                    counter.idle -= event.spent - counter.spent
                    counter.spent, counter.overrun = event.spent, event.overrun
                case Call():
                    self.closed.append(event)

    def snapshot(self, unseen: Iterable[Call]) -> list[Event]:
        """Events that replay to this book; ``unseen`` are closed calls that the store has not committed."""
        used = {held.draws for held, _ in self._open.values()} | {way.number for way in self._ways.values()}
        ways = [(number, way) for number, way in sorted(self._numbered.items()) if number in used]
        return [
            *(Spent(one.limit.account, one.spent, one.overrun) for one in self._counters.values()),
            *(Draws(number, tuple(one.limit.account for one in way.counters)) for number, way in ways),
            *(held for held, _ in self._open.values()),
            *unseen,
        ]

    def open_calls(self) -> list[Reserved]:
        """The reservations that nothing has closed."""
        return [held for held, _ in self._open.values()]

    def counters(self) -> list[Counter]:
        """Every account that this process has touched, in the order in which the store locks them."""
        return [self._counters[account] for account in sorted(self._counters)]

    def counter(self, limit: Limit) -> Counter:
        """The counter of an account."""
        return self._counter(limit)

    def forget(self, before: int) -> list[Account]:
        """Drop accounts whose period ended before the day ``before`` (days since 1970) and that hold no money.

        The shell calls this once the store has all that was spent and nothing is granted any more.
        """
        self._ways = {key: way for key, way in self._ways.items() if key[0] >= before}
        used = {held.draws for held, _ in self._open.values()} | {way.number for way in self._ways.values()}
        self._numbered = {number: way for number, way in self._numbered.items() if number in used}
        kept = {counter.limit.account for way in self._numbered.values() for counter in way.counters}
        gone = [
            account
            for account, counter in self._counters.items()
            if account not in kept
            and account.resets_at().timestamp() <= before * SECONDS_A_DAY
            and not counter.reserved
            and counter.granted <= counter.spent
        ]
        for account in gone:
            del self._counters[account]
        return gone

    def _counter(self, limit: Limit) -> Counter:
        known = self._counters.get(limit.account)
        if known is None:
            known = self._counters[limit.account] = Counter(limit)
        return known

    def _close(self, call: str, amount: int, state: State, at: float, used: tuple[int, int, int] = (0, 0, 0)) -> int:
        found = self._open.pop(call, None)
        if found is None:
            raise IllegalMoveError(f"the call {call} holds no reservation: it was closed before, or never made")
        held, way = found
        reserved = held.amount
        back = reserved - amount
        for counter in way.counters:
            counter.idle += back
            counter.spent += amount
        over = -back if back < 0 else 0
        if over:
            for counter in way.counters:
                counter.overrun += over
        self.closed.append(Call(call, held.at, at, held.tenant, held.tier, held.model, state, reserved, amount, *used))
        return over
