"""The breaker of one model: what it lets through, whatever happens in whatever order."""

from __future__ import annotations

from calls.breaker import MOVES, Breaker, Event, State
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from route.table import Retries

THREE = Retries(failures=3, open_seconds=30)


def opened(at: float = 0.0) -> Breaker:
    breaker = Breaker(THREE)
    for _ in range(3):
        breaker.failed(at)
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(THREE)
    for _ in range(5):
        breaker.failed(0)
        breaker.failed(0)
        breaker.succeeded()
    assert breaker.allows(0)
    breaker.failed(0)
    breaker.failed(0)
    assert breaker.allows(0)
    breaker.failed(0)
    assert not breaker.allows(0)


def test_one_call_tries_it_after_open_seconds_and_its_answer_decides() -> None:
    breaker = opened(at=100)
    assert not breaker.allows(129.9)
    assert breaker.allows(130)
    assert not breaker.allows(130), "one trial at a time"
    breaker.failed(135)
    assert not breaker.allows(164.9)
    assert breaker.allows(165)
    breaker.succeeded()
    assert breaker.allows(165)
    breaker.failed(165)
    assert breaker.allows(165), "the row begins anew"


def test_a_lost_trial_does_not_block_for_ever() -> None:
    breaker = opened()
    assert breaker.allows(30)
    assert not breaker.allows(59)
    assert breaker.allows(60)
    assert not breaker.allows(60)


def test_late_answers_to_calls_from_before_move_nothing_while_it_is_open() -> None:
    breaker = opened()
    breaker.succeeded()
    assert not breaker.allows(29)
    breaker.failed(29)
    assert breaker.allows(30), "a late failure does not put off the trial"


def test_every_state_answers_every_event_that_can_come() -> None:
    assert MOVES.keys() == set(State)
    for state, moves in MOVES.items():
        # A closed breaker waits for nothing.
        assert moves.keys() == set(Event) - ({Event.WAITED} if state is State.CLOSED else set())


class Breaking(RuleBasedStateMachine):
    """A breaker beside the plainest account of what it was told."""

    @initialize(failures=st.integers(1, 4), open_seconds=st.integers(1, 30))
    def begin(self, failures: int, open_seconds: int) -> None:
        self.breaker = Breaker(Retries(failures=failures, open_seconds=open_seconds))
        self.failures, self.open_seconds = failures, open_seconds
        self.now = 1000.0
        self.row = 0
        self.shut = False
        # When trials were let through since it last opened, and since when the next is waited for.
        self.trials: list[float] = []
        self.quiet = 0.0

    @rule(seconds=st.floats(0, 40))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        allowed = self.breaker.allows(self.now)
        if not self.shut:
            assert allowed
            return
        assert allowed == (self.now - self.quiet >= self.open_seconds), "a trial is due, or it is not"
        if allowed:
            assert not self.trials or self.now - self.trials[-1] >= self.open_seconds
            self.trials.append(self.now)
            self.quiet = self.now

    @rule()
    def fail(self) -> None:
        self.breaker.failed(self.now)
        self.row += 1
        if not self.shut and self.row >= self.failures:
            self.shut, self.trials, self.quiet = True, [], self.now
        elif self.shut and self.trials:
            self.quiet = self.now
            self.trials = []

    @rule()
    def succeed(self) -> None:
        self.breaker.succeeded()
        self.row = 0
        if self.shut and self.trials:
            self.shut = False

    @precondition(lambda self: self.shut)
    @rule()
    def wait_it_out(self) -> None:
        self.now = self.quiet + self.open_seconds
        self.ask()

    @invariant()
    def shut_means_not_closed(self) -> None:
        assert (self.breaker.state is not State.CLOSED) is self.shut


TestBreaking = Breaking.TestCase


def test_a_trial_that_was_none_is_the_next_calls() -> None:
    breaker = opened()
    assert breaker.allows(30)
    breaker.untold()
    assert breaker.allows(30.1)
    assert not breaker.allows(30.2)
    breaker.failed(31)
    breaker.untold()
    assert not breaker.allows(60)
    closed = Breaker(THREE)
    closed.failed(0)
    closed.failed(0)
    closed.untold()
    closed.failed(0)
    assert not closed.allows(0), "what says nothing ends no row"
