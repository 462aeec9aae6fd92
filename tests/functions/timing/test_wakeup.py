"""One timer for many ends."""

from __future__ import annotations

import asyncio

import pytest
from timing.wakeup import Wakeup


@pytest.mark.parametrize("ends", [[0.02, 0.05, 0.08], [0.08, 0.05, 0.02], [0.05, 0.05, 0.02, 0.08]])
def test_nobody_is_woken_before_its_end_and_everybody_is_woken(ends: list[float]) -> None:
    async def run() -> tuple[list[float], int]:
        loop = asyncio.get_running_loop()
        waiting, woken = sorted(loop.time() + end for end in ends), []
        over, wakings = asyncio.Event(), 0

        def late(now: float) -> float | None:
            nonlocal wakings
            wakings += 1
            while waiting and waiting[0] <= now:
                woken.append(waiting.pop(0))
            if not waiting:
                over.set()
            return waiting[0] if waiting else None

        wakeup = Wakeup(late)
        for end in list(waiting)[::-1]:
            wakeup.by(end)
        await asyncio.wait_for(over.wait(), 10)
        wakeup.stop()
        return woken, wakings

    woken, wakings = asyncio.run(run())
    assert len(woken) == len(ends)
    assert wakings <= 2 * len(ends)


def test_what_was_stopped_wakes_nobody_until_it_is_asked_again() -> None:
    async def run() -> list[str]:
        said: list[str] = []

        def late(_: float) -> float | None:
            said.append("woken")
            again.set()
            return None

        again = asyncio.Event()
        wakeup, now = Wakeup(late), asyncio.get_running_loop().time()
        wakeup.by(now + 0.01)
        wakeup.stop()
        await asyncio.sleep(0.05)
        said.append("asked again")
        wakeup.by(now)
        await asyncio.wait_for(again.wait(), 10)
        return said

    assert asyncio.run(run()) == ["asked again", "woken"]
