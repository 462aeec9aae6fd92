"""A budget of retries: when everything fails at once, retrying everything is what keeps it down.

Each first call earns ``share`` of a retry, and no more than ``most`` are saved up. So over any stretch of time the
retries are at most ``share`` of its first calls and what was saved before.

It starts with one, not with ``most``: processes start together, after a deployment or under a rush, and a full budget
each would let a fleet answer a storm at its start with several calls for every case. One lets a process that gets a
case an hour still try it again.
"""

from __future__ import annotations

from decimal import Decimal

from route.table import Retries

# Shares are counted in whole millionths, rounded down, so that no sum of floats ever grants a retry too many.
_ONE = 1_000_000


class RetryBudget:
    """The retries that one process may still make; it needs no clock."""

    def __init__(self, retries: Retries) -> None:
        self._earned = int(Decimal(str(retries.share)) * _ONE)
        self._most = retries.most * _ONE
        self._saved = _ONE

    def called(self) -> None:
        """A case is sent to a model for the first time; retries and next models earn nothing."""
        self._saved = min(self._most, self._saved + self._earned)

    def take(self) -> bool:
        """Take one retry; False where none is left, and the call is not to be repeated."""
        if self._saved < _ONE:
            return False
        self._saved -= _ONE
        return True
