"""How a ledger is run, what it refuses with, and what it alarms a person with."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from ledger import money
from ledger.budget import Account


class Policy(msgspec.Struct, frozen=True, gc=False):
    """How leases are held. The declared slack, what deaths without a journal may leave unspendable, follows from it.

    A process holds idle at most 2/``share`` of an account's ceiling, or what one call needs. So each process that
    dies, and whose journal dies with it, leaves at most that much unspendable, beside its open reservations, until the
    period ends.
    """

    share: int = 200
    exchange_seconds: float = 0.25
    # How long a call waits for other processes to give back what they hold idle, before it is refused.
    patience_seconds: float = 1.0
    # A refusal is repeated without asking the store for this long.
    refuse_seconds: float = 0.5
    silent_seconds: float = 60.0
    retry_seconds: float = 0.1
    journal_bytes: int = 8 << 20
    # How often the event loop goes round before a commit: at rest that takes some hundredths of a millisecond, and
    # where the loop is busy as long as it takes to hear all that others are about to say. So a commit is of many cases
    # then, and what it costs (an fsync, a change of threads) is theirs together.
    commit_passes: int = 20


class OverBudgetError(Exception):
    """A budget has too little left for the call. ``left`` and ``needed`` are in the charter's currency."""

    def __init__(self, account: Account, needed: int, left: int) -> None:
        self.account = account
        self.needed: Decimal = money.decimal(needed)
        self.left: Decimal = money.decimal(left)
        self.resets_at = account.resets_at()
        super().__init__(
            f"the {account.window}'s budget of {account.scope} {account.name} has {self.left:f} left, and the call may "
            f"cost {self.needed:f}; it starts again at {self.resets_at:%Y-%m-%dT%H:%MZ}"
        )


class ClosedError(Exception):
    """The ledger was closed, or is joining again after it was given up: nothing can be reserved just now."""


Cause = Literal["overrun", "given-up", "fenced", "journal", "store", "accounting"]


class Alarm(msgspec.Struct, frozen=True, gc=False):
    """Something that a person has to know; ``amount`` in the charter's currency."""

    cause: Cause
    what: str
    amount: Decimal | None = None
