"""Leases between processes whose words are lost, late or repeated: never more than the budget is spent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ledger import store
from ledger.book import Reserved
from ledger.budget import Budget
from ledger.keeper import OverBudgetError
from ledger.store import FencedError, StoreDownError
from place import PICO, Body, Place, reserved

DAY = "stack/*/day/2026-11-22"


def test_an_exchange_that_was_held_up_takes_nothing_back_that_was_granted_later(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one, other = await place.ledger(starts=False), await place.ledger(machine="b", starts=False)
        await reserved(one, "a", 100)
        place.shared.lose = "held"
        with pytest.raises(StoreDownError):
            await one.exchange()
        await reserved(one, "b", 900)
        with pytest.raises(FencedError):
            await place.shared.arrive()
        row = (await place.shared.run(store.accounts()))[DAY]
        assert (row.leased, row.free) == (1000, 0)
        with pytest.raises(OverBudgetError):
            await reserved(other, "c", 1)
        await one.close()
        await other.close()

    at(body)


def test_what_is_given_back_is_not_spent_although_nobody_said_that_it_arrived(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one, other = await place.ledger(starts=False), await place.ledger(machine="b", starts=False)
        await reserved(one, "a", 900)
        one.release("a")
        place.shared.lose = "after"
        with pytest.raises(StoreDownError):
            await one.exchange()
        await reserved(other, "b", 900)
        short = one.try_reserve("c", "t", "low", "m", 500)
        assert not isinstance(short, Reserved), "900 of 1000 are reserved elsewhere"
        await one.close()
        await other.close()

    at(body)


def test_an_overrun_is_booked_in_every_account_of_its_call(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        budgets = [
            Budget("stack", "*", "day", 1000 * PICO),
            Budget("tenant", "t", "day", 900 * PICO),
            Budget("tier", "low", "month", 800 * PICO),
        ]
        one = await place.ledger(budgets=budgets, starts=False)
        await reserved(one, "a", 100)
        assert one.settle("a", 950) == 850
        await one.exchange()
        rows = await place.shared.run(store.accounts())
        assert {name: (row.spent, row.overrun) for name, row in rows.items()} == {
            DAY: (950, 850),
            "tenant/t/day/2026-11-22": (950, 850),
            "tier/low/month/2026-11-01": (950, 850),
        }
        # Elsewhere the overrun is missing too: of the stack 50 are left, of the others nothing.
        other = await place.ledger(budgets=budgets, machine="b", starts=False)
        with pytest.raises(OverBudgetError) as refused:
            await reserved(other, "b", 1)
        assert (refused.value.account.scope, refused.value.left) == ("tenant", 0)
        await one.close()
        await other.close()

    at(body)
