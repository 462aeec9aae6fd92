"""Whether a model that keeps failing is asked again: a circuit breaker, with the clock handed in.

    state   | succeeded | failed, not often yet | failed once too often | untold | waited and asked
    closed  | closed    | closed                | open                  | closed | (is always allowed)
    open    | open      | open                  | open                  | open   | trial
    trial   | closed    | open                  | open                  | open   | trial (the last one counts as lost)

A call is untold that was not made after all, or that says nothing of the model: the next one may be the trial at once.

While it is open, answers to calls from before tell nothing new, so they move nothing.
"""

from __future__ import annotations

from enum import Enum, auto

from route.table import Retries


class State(Enum):
    """``TRIAL`` is half-open: one call is on its way to find out."""

    CLOSED = auto()
    OPEN = auto()
    TRIAL = auto()


class Event(Enum):
    """What happens to a breaker; a failure is ``FAILED_OFTEN`` where it completes the row that the charter allows."""

    SUCCEEDED = auto()
    FAILED = auto()
    FAILED_OFTEN = auto()
    UNTOLD = auto()
    WAITED = auto()


MOVES: dict[State, dict[Event, State]] = {
    State.CLOSED: {
        Event.SUCCEEDED: State.CLOSED,
        Event.FAILED: State.CLOSED,
        Event.FAILED_OFTEN: State.OPEN,
        Event.UNTOLD: State.CLOSED,
    },
    State.OPEN: {
        Event.SUCCEEDED: State.OPEN,
        Event.FAILED: State.OPEN,
        Event.FAILED_OFTEN: State.OPEN,
        Event.UNTOLD: State.OPEN,
        Event.WAITED: State.TRIAL,
    },
    State.TRIAL: {
        Event.SUCCEEDED: State.CLOSED,
        Event.FAILED: State.OPEN,
        Event.FAILED_OFTEN: State.OPEN,
        Event.UNTOLD: State.OPEN,
        Event.WAITED: State.TRIAL,
    },
}


class Breaker:
    """The breaker of one model in one process. Times are seconds of one monotonic clock."""

    def __init__(self, retries: Retries) -> None:
        self.state = State.CLOSED
        self._failures = retries.failures
        self._open_seconds = retries.open_seconds
        self._row = 0
        self._since = 0.0

    def allows(self, now: float) -> bool:
        """Whether to call the model now. Where that is the trial, it is taken: ask only when the call is made.

        A trial of which nothing is heard for ``open_seconds`` is lost, and the next call is another.
        """
        if self.state is State.CLOSED:
            return True
        if now - self._since < self._open_seconds:
            return False
        self._move(Event.WAITED, now)
        return True

    def succeeded(self) -> None:
        """The model answered; only the trial's answer closes what was opened."""
        self._row = 0
        if self.state is not State.CLOSED:
            self.state = MOVES[self.state][Event.SUCCEEDED]

    def failed(self, now: float) -> None:
        """The model did not answer, or refused the load."""
        self._row += 1
        self._move(Event.FAILED_OFTEN if self._row >= self._failures else Event.FAILED, now)

    def untold(self) -> None:
        """Nothing was learned of the model: what was the trial was none."""
        if self.state is State.TRIAL:
            self.state = MOVES[self.state][Event.UNTOLD]
            self._since -= self._open_seconds

    def _move(self, event: Event, now: float) -> None:
        before, self.state = self.state, MOVES[self.state][event]
        # A new trial and a new opening count from now; a late failure does not put off the trial.
        if event is Event.WAITED or self.state is not before:
            self._since = now
