"""One process and its store, with the background running: claims, reviews, refusals, failures of the journal."""

from __future__ import annotations

import asyncio
import datetime
import errno
from collections.abc import Callable
from decimal import Decimal

import pytest
from ledger import store
from ledger.book import IllegalMoveError
from ledger.budget import Account, Budget, BudgetError, Budgets
from ledger.journal import JournalError
from ledger.keeper import Alarm, ClosedError, Ledger, OverBudgetError, Policy
from ledger.store import StoreDownError
from place import NOON, PICO, Body, Place, reserved


def test_a_refusal_says_what_is_left_and_when_it_resets(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        await one.reserve("a", "t", "low", "m", 900)
        with pytest.raises(OverBudgetError) as refused:
            await one.reserve("b", "t", "low", "m", 200)
        assert (refused.value.left, refused.value.needed) == (100 * PICO, 200 * PICO)
        assert refused.value.resets_at == datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
        one.settle("a", 10)
        await asyncio.sleep(0.6)
        await one.reserve("b", "t", "low", "m", 200)
        await one.close()

    at(body)


def test_two_processes_share_to_the_last_unit_and_none_is_blocked_falsely(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one, other = await place.ledger(), await place.ledger(machine="b")
        await one.reserve("a", "t", "low", "m", 600)
        one.settle("a", 1)
        await other.reserve("b", "t", "low", "m", 999)
        with pytest.raises(OverBudgetError):
            await one.reserve("c", "t", "low", "m", 1)
        await one.close()
        await other.close()
        row = (await place.shared.run(store.accounts()))["stack/*/day/2026-11-22"]
        assert (row.spent, row.leased, row.lost) == (1000, 0, 0)

    at(body)


def test_one_that_was_given_up_and_lives_joins_again_and_loses_nothing(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        await one.reserve("a", "t", "low", "m", 500)
        while await place.shared.run(store.give_up(-1.0, NOON)) is not None:
            pass
        await asyncio.sleep(0.05)
        one.settle("a", 70)
        await one.durable()
        await one.reserve("b", "t", "low", "m", 900)
        assert [alarm.cause for alarm in place.alarms] == ["fenced"]
        one.release("b")
        await one.close()
        row = (await place.shared.run(store.accounts()))["stack/*/day/2026-11-22"]
        assert (row.spent, row.leased, row.lost) == (70, 0, 0)

    at(body)


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_joining_whose_answer_is_lost_is_tried_again(
    at: Callable[[Body], None], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False, retry_seconds=0.01)
        await reserved(one, "a", 500)
        one.settle("a", 70)
        assert await place.shared.run(store.give_up(-1.0, NOON)) is not None
        await one.exchange()
        joins, real = 0, store.join

        def join(name: str, at: float) -> store.Transaction[store.Membership]:
            nonlocal joins
            joins += 1
            place.shared.lose = lost if joins < 3 else None
            return real(name, at)

        monkeypatch.setattr("ledger.keeper.store.join", join)
        one.start()
        async with asyncio.timeout(10):
            await one.durable()
            await one.reserve("b", "t", "low", "m", 900)
        assert joins == 3
        assert [alarm.cause for alarm in place.alarms] == ["fenced", "store", "store"]
        one.release("b")
        await one.close()
        row = (await place.shared.run(store.accounts()))["stack/*/day/2026-11-22"]
        assert (row.spent, row.leased, row.lost) == (70, 0, 0)

    at(body)


def test_a_clock_that_went_ahead_and_came_back_loses_nothing(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        now = NOON
        limits = Budgets([Budget("stack", "*", "day", 1000 * PICO)], 1)
        quick = Policy(exchange_seconds=0.01, patience_seconds=0.5, retry_seconds=0.01)
        one = Ledger(
            place.shared, limits, place.folder / "a", policy=quick, clock=lambda: now, alarm=place.alarms.append
        )
        await one.open()
        await reserved(one, "a", 500)
        one.settle("a", 70)
        await one.commit()
        await one.exchange()
        now = NOON + 3 * 86_400
        for _ in range(3):
            await one.exchange()
        now = NOON
        one.start()
        async with asyncio.timeout(10):
            while True:
                try:
                    await one.reserve("b", "t", "low", "m", 930)
                    break
                except (ClosedError, StoreDownError):
                    await asyncio.sleep(0.05)
        with pytest.raises(OverBudgetError):
            await one.reserve("c", "t", "low", "m", 1)
        one.release("b")
        await one.close()
        row = (await place.shared.run(store.accounts()))["stack/*/day/2026-11-22"]
        assert (row.spent, row.leased, row.lost) == (70, 0, 0)
        assert {alarm.cause for alarm in place.alarms} == {"accounting", "fenced"}

    at(body)


def test_without_a_journal_nothing_is_reserved_until_it_is_written_anew(
    at: Callable[[Body], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(place: Place) -> None:
        monkeypatch.setattr("ledger.journal.ROOM", 0)
        one = await place.ledger()
        await one.reserve("a", "t", "low", "m", 1)

        def full(*_: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("ledger.journal.os.pwrite", full)
            with pytest.raises(JournalError, match="No space"):
                one.try_reserve("b", "t", "low", "m", 1)
        await asyncio.sleep(0.1)
        await one.reserve("b", "t", "low", "m", 1)
        assert one.open_calls == 2
        assert place.alarms[0].cause == "journal"
        await one.close()

    at(body)


def test_an_overrun_is_booked_alarmed_and_taken_from_what_is_left(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        await one.reserve("a", "t", "low", "m", 100)
        assert one.settle("a", 950) == 850
        assert place.alarms == [Alarm("overrun", place.alarms[0].what, 850 * PICO)]
        with pytest.raises(OverBudgetError) as refused:
            await one.reserve("b", "t", "low", "m", 100)
        assert refused.value.left == 50 * PICO
        await one.reserve("c", "t", "low", "m", 50)
        await one.close()

    at(body)


def test_an_overrun_is_in_its_accounts_before_its_call_is_in_the_store(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        await reserved(one, "a", 100)
        one.settle("a", 950)
        # The machine may be lost after any of them.
        place.shared.lose = "before"
        with pytest.raises(StoreDownError):
            await one.commit()
        assert await place.shared.run(store.calls(0, 1e12)) == []
        await one.commit()
        (call,) = await place.shared.run(store.calls(0, 1e12))
        row = (await place.shared.run(store.accounts()))["stack/*/day/2026-11-22"]
        assert (call.amount - call.reserved, row.overrun, row.spent) == (850, 850, 950)
        await one.close()

    at(body)


def test_what_was_spent_in_a_month_is_known_until_it_ends(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        now = NOON - 15 * 86_400
        limits = Budgets([Budget("tier", "high", "month", 400 * PICO), Budget("stack", "*", "day", 400 * PICO)], 1)
        quick = Policy(patience_seconds=0.2)
        one = Ledger(
            place.shared, limits, place.folder / "a", policy=quick, clock=lambda: now, alarm=place.alarms.append
        )
        await one.open()
        waiting = asyncio.create_task(one.reserve("a", "t", "high", "m", 400))
        await asyncio.sleep(0)
        await one.exchange()
        await waiting
        one.settle("a", 400)
        await one.exchange()
        now += 3 * 86_400
        await one.exchange()
        waiting = asyncio.create_task(one.reserve("b", "t", "high", "m", 1))
        await asyncio.sleep(0)
        await one.exchange()
        with pytest.raises(OverBudgetError, match="month's budget of tier high has 0"):
            await waiting
        assert place.alarms == []
        await one.close()

    at(body)


def test_a_reservation_is_closed_once(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        await one.reserve("a", "t", "low", "m", 100)
        one.settle("a", 5)
        for close in (one.charge, one.release, lambda call: one.settle(call, 5)):
            with pytest.raises(IllegalMoveError):
                close("a")
        await one.reserve("b", "t", "low", "m", 995 - 5)
        await one.close()

    at(body)


def test_budgets_are_refused_that_cannot_be_followed() -> None:
    day = Budget("stack", "*", "day", Decimal(1))
    for wrong in ([], [Budget("tenant", "*", "day", Decimal(1))], [day, day]):
        with pytest.raises(BudgetError):
            Budgets(wrong, 1)
    assert Account("stack", "*", "month", "2026-12-01").resets_at().isoformat() == "2027-01-01T00:00:00+00:00"
