"""Why no model may be asked just now: the budget is spent, an operator said so, or nobody knows."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Callable

from route.table import Table, Tier
from spend import record as spend
from spend import store as spends
from spend.record import Record
from storage.objects import Object, StoreError
from storage.watched import Watched
from switch import state as switch
from switch.state import Switch


class Stops:
    """The two objects that can stop the router. What cannot be read stops it too."""

    def __init__(self, table: Table, spend_record: Object, switches: Object, clock: Callable[[], float]) -> None:
        """``clock`` is monotonic, in seconds."""
        self._table = table

        async def spent() -> Record | None:
            return (await spends.read(spend_record))[0]

        async def switched() -> Switch | None:
            raw, _ = await switches.read()
            try:
                return switch.parse(raw)
            except StoreError:
                # It was read, and nobody knows what it says: what was known before must not go on.
                return None

        self._spend = Watched(spent, spends.FRESH, spends.USABLE, clock)
        self._switch = Watched(switched, switch.FRESH, switch.USABLE, clock)

    @property
    def fresh(self) -> bool:
        """Whether ``cause`` answers at once, as ``seen`` does."""
        return self._spend.fresh and self._switch.fresh

    def seen(self, tier: Tier) -> str | None:
        """As ``cause``; only where that is ``fresh``."""
        return self._cause(tier, self._spend.seen, self._switch.seen)

    async def within(self, tier: Tier, deadline: float) -> str | None:
        """In one word, why no model may be asked about a case of this tier; not to know it in time is a reason.

        ``deadline`` is of the monotonic clock.
        """
        if self.fresh:
            return self.seen(tier)
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await self.cause(tier)
        except TimeoutError:
            return "stops-unknown"

    async def cause(self, tier: Tier) -> str | None:
        """In one word, why no model may be asked about a case of this tier; None where one may."""
        try:
            spent = await self._spend.value()
        except StoreError:
            return "spend-unknown"
        try:
            state = await self._switch.value()
        except StoreError:
            state = None
        return self._cause(tier, spent, state)

    def _cause(self, tier: Tier, spent: Record | None, state: Switch | None) -> str | None:
        if spend.over(spent, self._table.monthly_limit, self._table.currency):
            return "spend-limit"
        if state is None:
            return "switch-unknown"
        return state.cause(tier, datetime.datetime.now(datetime.UTC)) if state.stopped or state.paused else None
