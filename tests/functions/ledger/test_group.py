"""The group commit: what was said is there when ``durable`` returns, also where the process was given up meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from ledger import store
from ledger.keeper import Ledger
from ledger.store import Claim, Review
from place import NOON, Body, Place


def test_a_commit_that_finds_its_process_given_up_is_made_by_the_next(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        # So slow an exchange that it is the commit that finds out.
        one = await place.ledger(exchange_seconds=2.0)
        await one.reserve("a", "t", "low", "m", 500)
        await one.durable()
        assert await place.shared.run(store.give_up(-1.0, NOON)) is not None
        one.settle("a", 70)
        one.note("case", b'{"id": "c-1"}')
        one.review(Review("r-1", NOON, "t", "high", b"{}", None, "high tier"))
        async with asyncio.timeout(10):
            claimed, _ = await asyncio.gather(one.claim(Claim("k-1", b"d", "b", NOON)), one.durable())
        assert claimed.state == "mine"
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [entry.body for entry in entries if entry.kind == "case"] == [b'{"id": "c-1"}']
        assert [case.id for case in await one.ask(store.waiting(10))] == ["r-1"]
        calls = await one.ask(store.calls(0.0, 1e12))
        assert [(call.call, call.state, call.amount) for call in calls] == [("a", "settled", 70)]
        assert [alarm.cause for alarm in place.alarms] == ["fenced"]
        await one.close()

    at(body)


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_there_once(at: Callable[[Body], None], lost: str) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False, retry_seconds=0.0)
        one.note("case", b"{}")
        claim = asyncio.create_task(one.claim(Claim("k-1", b"d", "a", NOON)))
        await asyncio.sleep(0)
        place.shared.lose = lost
        with pytest.raises(store.StoreDownError):
            await one.commit()
        await one.commit()
        assert (await claim).state == "mine"
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [entry.kind for entry in entries] == ["joined", "case"]
        await one.close()

    at(body)


async def unanswered_and_given_up(place: Place, lost: str) -> Ledger:
    """A ledger whose commit of a case was lost, before or after it was carried out, and that others then gave up."""
    one = await place.ledger(starts=False, retry_seconds=0.01)
    one.note("case", b'{"id": "c-1"}')
    place.shared.lose = lost
    with pytest.raises(store.StoreDownError):
        await one.commit()
    assert await place.shared.run(store.give_up(-1.0, NOON)) is not None
    return one


def test_a_commit_that_was_carried_out_is_not_made_again_by_the_next_chain(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await unanswered_and_given_up(place, "after")
        await one.commit()
        one.note("case", b'{"id": "c-2"}')
        await one.commit()
        await one.exchange()
        await one.commit()
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [entry.body for entry in entries if entry.kind == "case"] == [b'{"id": "c-1"}', b'{"id": "c-2"}']
        await one.close()

    at(body)


def test_one_that_hears_of_its_end_while_a_commit_is_unanswered_comes_back(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await unanswered_and_given_up(place, "before")
        await one.exchange()
        one.start()
        async with asyncio.timeout(10):
            await one.durable()
            await one.reserve("a", "t", "low", "m", 500)
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [entry.body for entry in entries if entry.kind == "case"] == [b'{"id": "c-1"}']
        one.release("a")
        await one.close()

    at(body)


def test_each_waits_for_its_commit_no_longer_than_it_said_and_what_it_said_is_committed_all_the_same(
    at: Callable[[Body], None],
) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        one.note("case", b'{"id": "c-1"}')
        patient, hasty, soon = one.durable(), one.durable(30.0), one.durable(0.05)
        place.shared.lose = "before"
        with pytest.raises(store.StoreDownError):
            await one.commit()
        later, another = one.durable(0.1), one.durable(30.0)
        for late in (soon, later):
            await asyncio.wait([late], timeout=5)
            assert isinstance(late.exception(), TimeoutError)
        assert not any(waiting.done() for waiting in (patient, hasty, another))
        await one.commit()
        await asyncio.gather(patient, hasty)
        await one.commit()
        await another
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [entry.body for entry in entries if entry.kind == "case"] == [b'{"id": "c-1"}']
        await one.close()

    at(body)


def test_of_two_claims_of_one_key_in_one_commit_the_first_counts(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        asked = [Claim("k", b"d", "a", NOON), Claim("k", b"d", "b", NOON), Claim("k", b"other", "c", NOON)]
        waiting = [asyncio.create_task(one.claim(claim)) for claim in asked]
        await asyncio.sleep(0)
        await one.commit()
        assert [(await said).state for said in waiting] == ["mine", "open", "other"]
        # Given back and claimed again, in one commit.
        one.decided(asked[0], None)
        again = asyncio.create_task(one.claim(Claim("k", b"d", "e", NOON)))
        await asyncio.sleep(0)
        await one.commit()
        assert (await again).state == "mine"
        await one.close()

    at(body)


def test_a_commit_of_many_cases_holds_each_of_them_once(at: Callable[[Body], None]) -> None:
    """More than go into one statement, and a number that no statement's size divides."""

    async def body(place: Place) -> None:
        one = await place.ledger(limit=10**6, starts=False)
        waiting = asyncio.create_task(one.reserve("first", "t", "low", "m", 5000))
        await asyncio.sleep(0)
        await one.exchange()
        await waiting
        one.release("first")
        claims = [Claim(f"k-{number}", b"%d" % number, f"call-{number}", NOON) for number in range(141)]
        tasks = [asyncio.create_task(one.claim(claim)) for claim in claims]
        for claim in claims:
            one.try_reserve(claim.call, "t", "low", "m", 10)
            one.settle(claim.call, 3)
            one.note("case", claim.key.encode())
        await asyncio.sleep(0)
        await one.commit()
        assert {(await task).state for task in tasks} == {"mine"}
        for claim in claims:
            one.decided(claim, claim.key.encode())
        await one.commit()
        entries = await one.ask(store.entries(0, 0, 10_000))
        assert [entry.body.decode() for entry in entries if entry.kind == "case"] == [claim.key for claim in claims]
        calls = await one.ask(store.calls(0.0, 1e12))
        assert {call.call: call.amount for call in calls} == {"first": 0} | {claim.call: 3 for claim in claims}
        repeats = [asyncio.create_task(one.claim(claim)) for claim in claims]
        await asyncio.sleep(0)
        await one.commit()
        assert [(await task).result for task in repeats] == [claim.key.encode() for claim in claims]
        await one.close()

    at(body)


def test_what_was_said_behind_a_commit_that_failed_is_committed_with_the_next(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False, retry_seconds=0.0)
        one.note("case", b'{"n": 1}')
        place.shared.lose = "before"
        with pytest.raises(store.StoreDownError):
            await one.commit()
        one.note("case", b'{"n": 2}')
        waiting = one.durable()
        await one.commit()
        assert waiting.done()
        one.note("case", b'{"n": 3}')
        place.shared.lose = "after"
        with pytest.raises(store.StoreDownError):
            await one.commit()
        one.note("case", b'{"n": 4}')
        await one.close()
        entries = await place.shared.run(store.entries(0, 0, 1000))
        assert [entry.body for entry in entries if entry.kind == "case"] == [b'{"n": %d}' % n for n in (1, 2, 3, 4)]

    at(body)


def test_what_one_decided_that_was_given_up_and_lives_is_kept_for_repeats(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(exchange_seconds=2.0)
        claim = Claim("k-1", b"d", "a", NOON)
        assert (await one.claim(claim)).state == "mine"
        assert await place.shared.run(store.give_up(-1.0, NOON)) is not None
        one.decided(claim, b"yes")
        async with asyncio.timeout(10):
            await one.durable()
        assert await one.ask(store.find_result("k-1")) == b"yes"
        await one.close()

    at(body)
