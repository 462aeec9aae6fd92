"""What the router knows of an object, and for how long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from storage.objects import StoreError
from storage.watched import Watched

FRESH, USABLE = 5.0, 60.0


class Held:
    """An object that changes, fails, and counts how often it is read."""

    def __init__(self) -> None:
        self.now = 100.0
        self.content: Any = 1
        self.reads = 0
        self.gate: asyncio.Event | None = None

    async def read(self) -> Any:
        self.reads += 1
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.content, Exception):
            raise self.content
        return self.content

    def watched(self) -> Watched[Any]:
        return Watched(self.read, FRESH, USABLE, lambda: self.now)


def test_a_fresh_value_is_not_read_again() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        assert [await watched.value() for _ in range(3)] == [1, 1, 1]
        assert held.reads == 1

    asyncio.run(run())


def test_under_steady_calls_nobody_waits_and_the_next_call_sees_the_change() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        await watched.value()
        held.now, held.content, held.gate = 105.1, 2, asyncio.Event()
        assert await watched.value() == 1
        held.gate.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert await watched.value() == 2

    asyncio.run(run())


def test_after_a_pause_the_first_call_sees_the_change() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        await watched.value()
        held.now, held.content = 111.0, 2
        assert await watched.value() == 2

    asyncio.run(run())


def test_what_cannot_be_read_is_known_for_a_while_and_then_unknown() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        await watched.value()
        held.content = StoreError("down")
        held.now = 150.0
        assert await watched.value() == 1
        held.now = 161.0
        with pytest.raises(StoreError):
            await watched.value()
        held.content = 3
        assert await watched.value() == 3

    asyncio.run(run())


def test_an_outage_slows_nobody_while_what_is_known_is_usable() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        await watched.value()
        held.content, held.now = StoreError("down"), 111.0
        assert await watched.value() == 1
        held.now, held.gate = 117.0, asyncio.Event()
        assert await asyncio.wait_for(watched.value(), 1) == 1
        held.gate.set()

    asyncio.run(run())


def test_callers_who_come_together_read_once() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        assert await asyncio.gather(*(watched.value() for _ in range(50))) == [1] * 50
        assert held.reads == 1

    asyncio.run(run())


def test_a_value_is_as_old_as_the_question() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        held.gate = asyncio.Event()
        first = asyncio.ensure_future(watched.value())
        await asyncio.sleep(0)
        # The process slept while it was read.
        held.now = 110.0
        held.gate.set()
        assert await first == 1
        assert held.reads == 2, "what was read before it slept is not asked of nobody"

    asyncio.run(run())


def test_whatever_ends_a_reading_is_a_failure() -> None:
    async def run() -> None:
        held = Held()
        watched = held.watched()
        held.content = UnicodeDecodeError("utf-8", b"\xfc", 0, 1, "invalid")
        with pytest.raises(StoreError):
            await watched.value()

    asyncio.run(run())
