"""What the router last saw of an object. What it could not see for too long counts as unknown, never as fine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from storage.objects import StoreError

T = TypeVar("T")


class Watched(Generic[T]):
    """A value that is read again when it is older than ``fresh`` seconds, and usable for ``usable`` seconds.

    A value that has just ceased to be fresh is answered at once and read again behind the caller, so that under steady
    calls nobody waits. One that is older than twice ``fresh`` is waited for: nobody has called meanwhile. While reading
    fails, callers wait only once what is known is no longer usable.
    """

    def __init__(
        self, read: Callable[[], Awaitable[T]], fresh: float, usable: float, clock: Callable[[], float]
    ) -> None:
        self._read = read
        self._fresh = fresh
        self._usable = usable
        self._clock = clock
        self._value: T | None = None
        self._read_at = float("-inf")
        self._asked_at = float("-inf")
        self._failing = False
        self._reading: asyncio.Task[None] | None = None

    @property
    def fresh(self) -> bool:
        """Whether ``value`` answers at once, and asks nobody."""
        return self._clock() - self._read_at < self._fresh

    @property
    def seen(self) -> T:
        """What was read last; only where anything was, as where it is ``fresh``."""
        return self._value  # type: ignore[return-value]

    async def value(self) -> T:
        """The value; raises StoreError where it cannot be read and what is known is too old."""
        now = self._clock()
        if now - self._read_at < self._fresh:
            return self.seen
        if self._reading is None and (now - self._asked_at >= self._fresh or now - self._read_at >= self._usable):
            self._ask()
        waits = self._usable if self._failing else 2 * self._fresh
        if self._reading is not None and now - self._read_at >= waits:
            await asyncio.shield(self._reading)
            if not self._failing and self._clock() - self._read_at >= 2 * self._fresh:
                # It was asked before the process slept, say.
                await asyncio.shield(self._reading or self._ask())
        if self._clock() - self._read_at < self._usable:
            return self.seen
        raise StoreError("not read for too long")

    def _ask(self) -> asyncio.Task[None]:
        self._asked_at = self._clock()
        self._reading = asyncio.get_running_loop().create_task(self._renew(self._asked_at))
        return self._reading

    async def _renew(self, asked_at: float) -> None:
        # What is read is as old as the question: the answer may have taken long, or the process slept meanwhile.
        try:
            self._value = await self._read()
            self._read_at = asked_at
            self._failing = False
        except Exception:  # noqa: BLE001 - whatever it is, nobody knows what the object says
            self._failing = True
        finally:
            self._reading = None
