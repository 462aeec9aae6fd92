"""A timer that is left to run, for ends of which nearly none is reached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Wakeup:
    """Calls ``late`` with the loop's time at the soonest end that was asked for; it says when it is wanted next, if so.

    A timer for each end would be set and taken back as often as a call is made, which takes longer than to find out,
    once in a while, that nothing is late.
    """

    def __init__(self, late: Callable[[float], float | None]) -> None:
        self._late = late
        self._timer: asyncio.TimerHandle | None = None

    def by(self, end: float) -> None:
        """Wake at ``end``, in the loop's time, or before."""
        if self._timer is None or end < self._timer.when():
            self.stop()
            self._timer = asyncio.get_running_loop().call_at(end, self._wake)

    def stop(self) -> None:
        """Wake no more, until asked again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        self._timer = None
        following = self._late(asyncio.get_running_loop().time())
        if following is not None:
            self.by(following)
