"""The budget of retries: over any stretch of calls they are at most a share of them."""

from __future__ import annotations

from fractions import Fraction

from calls.retry import RetryBudget
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from route.table import Retries


def taken(budget: RetryBudget, most: int = 1000) -> int:
    return sum(budget.take() for _ in range(most))


def test_a_process_that_starts_in_a_storm_retries_once() -> None:
    budget = RetryBudget(Retries(share=0.1, most=10))
    budget.called()
    assert taken(budget) == 1


def test_retries_are_earned_by_first_calls_and_saved_up_to_the_most() -> None:
    budget = RetryBudget(Retries(share=0.1, most=3))
    assert taken(budget) == 1
    for _ in range(9):
        budget.called()
    assert taken(budget) == 0
    # Ten times 0.1 is one, which a sum of floats is not.
    budget.called()
    assert taken(budget) == 1
    for _ in range(1000):
        budget.called()
    assert taken(budget) == 3


def test_without_a_share_there_is_the_first_retry_and_no_other() -> None:
    budget = RetryBudget(Retries(share=0.0, most=10))
    for _ in range(100):
        budget.called()
    assert taken(budget) == 1


@given(st.integers(0, 1000), st.integers(1, 50))
def test_nothing_that_was_earned_is_lost_below_the_most(thousandths: int, most: int) -> None:
    budget = RetryBudget(Retries(share=thousandths / 1000, most=most))
    assert taken(budget) == 1
    for _ in range(100):
        budget.called()
    assert taken(budget) == min(most, 100 * thousandths // 1000)


class Retrying(RuleBasedStateMachine):
    """Calls and retries in any order; every stretch of them, from anywhere to now, is held against the bound."""

    @initialize(share=st.floats(0, 1), most=st.integers(1, 5))
    def begin(self, share: float, most: int) -> None:
        self.budget = RetryBudget(Retries(share=share, most=most))
        self.share, self.most = Fraction(str(share)), most
        # Of each stretch, from the longest: first calls and retries.
        self.stretches: list[tuple[int, int]] = [(0, 0)]

    @rule(many=st.integers(1, 30))
    def call(self, many: int) -> None:
        for _ in range(many):
            self.budget.called()
        self.stretches = [(calls + many, retries) for calls, retries in self.stretches] + [(0, 0)]

    @rule()
    def retry(self) -> None:
        if not self.budget.take():
            return
        self.stretches = [(calls, retries + 1) for calls, retries in self.stretches]
        whole = self.stretches[0]
        assert whole[1] <= 1 + self.share * whole[0]
        for calls, retries in self.stretches:
            assert retries <= self.most + self.share * calls


TestRetrying = Retrying.TestCase
