"""A store and the ledgers on it, with whatever may happen to what they say to each other."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ledger.book import Reserved
from ledger.budget import Budget, Budgets
from ledger.keeper import Alarm, Ledger, Policy
from ledger.store import Ask, Store, StoreDownError, Transaction

T = TypeVar("T")

PICO = Decimal("1e-12")
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp()


class Flaky:
    """A store whose transactions get lost on their way, arrive late, or are carried out and not answered."""

    def __init__(self, real: Store) -> None:
        self.real = real
        self.lose: str | None = None
        self.held: Transaction[Any] | None = None

    async def run(self, transaction: Transaction[T]) -> T:
        lose, self.lose = self.lose, None
        if lose == "held":
            self.held = transaction
            raise StoreDownError("it takes too long")
        if lose == "before":
            transaction.close()
            raise StoreDownError("lost on its way")
        result = await self.real.run(transaction)
        if lose == "after":
            raise StoreDownError("the answer was lost")
        return result

    async def arrive(self) -> Any:
        """Carry out what was held up on its way."""
        assert self.held is not None
        return await self.real.run(self.held)

    async def close(self) -> None:
        await self.real.close()


class Place:
    """A store, and ledgers on it."""

    def __init__(self, folder: Path, shared: Store) -> None:
        self.folder = folder
        self.shared = Flaky(shared)
        self.alarms: list[Alarm] = []

    async def ledger(
        self,
        limit: int = 1000,
        machine: str = "a",
        *,
        budgets: list[Budget] | None = None,
        starts: bool = True,
        **policy: Any,
    ) -> Ledger:
        """A ledger that has joined; without ``starts`` nothing happens in the background."""
        limits = Budgets(budgets or [Budget("stack", "*", "day", limit * PICO)], 1)
        quick = Policy(**{"exchange_seconds": 0.01, "patience_seconds": 0.3, **policy})
        made = Ledger(
            self.shared, limits, self.folder / machine, policy=quick, clock=lambda: NOON, alarm=self.alarms.append
        )
        await made.open()
        if starts:
            made.start()
        return made


Body = Callable[[Place], Awaitable[None]]


async def reserved(ledger: Ledger, call: str, amount: int) -> Reserved:
    """Reserve with the one exchange that it takes, where nothing happens in the background."""
    waiting = asyncio.create_task(ledger.reserve(call, "t", "low", "m", amount))
    await asyncio.sleep(0)
    await ledger.exchange()
    return await waiting


def emptied() -> Transaction[None]:
    """Drop every table of the ledger."""
    for table in ("holder", "account", "lease", "call", "claim", "review", "chain", "trail"):
        yield Ask(f"DROP TABLE {table}")
