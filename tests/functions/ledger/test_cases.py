"""Cases in the store, on SQLite and on PostgreSQL: claimed once, found by whoever asks, decided by one person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from ledger import store
from ledger.store import Claim, Review
from place import NOON, Body, Place


def test_a_repeated_case_is_decided_once_and_again_only_after_a_death(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one, other = await place.ledger(), await place.ledger(machine="b")
        first = Claim("case-1", b"d", "call-1", NOON)
        assert (await one.claim(first)).state == "mine"
        assert (await other.claim(Claim("case-1", b"d", "call-2", NOON))).state == "open"
        assert (await other.claim(Claim("case-1", b"other", "call-3", NOON))).state == "other"
        one.decided(first, b"yes")
        await one.durable()
        again = await other.claim(Claim("case-1", b"d", "call-4", NOON))
        assert (again.state, again.result) == ("done", b"yes")
        given_back = Claim("case-2", b"d", "call-5", NOON)
        assert (await one.claim(given_back)).state == "mine"
        one.decided(given_back, None)
        await one.durable()
        assert (await other.claim(Claim("case-2", b"d", "call-6", NOON))).state == "mine"
        # Whoever gave a claim back does not decide it any more.
        one.decided(given_back, b"too late")
        await one.durable()
        await one.claim(Claim("case-3", b"d", "call-7", NOON))
        await one.close()
        assert (await other.claim(Claim("case-3", b"d", "call-8", NOON))).state == "mine"
        assert (await other.claim(Claim("case-2", b"d", "call-9", NOON))).state == "open"
        await other.close()

    at_each(body)


def test_a_claim_that_is_given_back_before_it_was_made_is_anybodys(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        given_up = Claim("case-1", b"d", "call-1", NOON)
        waiting = asyncio.ensure_future(one.claim(given_up))
        await asyncio.sleep(0)
        one.decided(given_up, None)
        await one.durable()
        await waiting
        assert (await one.claim(Claim("case-1", b"d", "call-2", NOON))).state == "mine"
        await one.close()

    at_each(body)


def test_a_decision_is_found_by_its_key_once_there_is_one(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        claim = Claim("case-1", b"d", "call-1", NOON)
        await one.claim(claim)
        assert await one.ask(store.find_result("case-1")) is None
        one.decided(claim, b'{"outcome":"automatic"}')
        await one.durable()
        assert await one.ask(store.find_result("case-1")) == b'{"outcome":"automatic"}'
        assert await one.ask(store.find_result("case-2")) is None
        await one.close()

    at_each(body)


def test_a_case_for_review_is_there_when_durable_returns(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        sent = Review("r1", NOON, "t", "high", b"{}", b"pay", "high tier")
        one.review(sent)
        await one.durable()
        assert await one.ask(store.find_review("r1")) == sent
        assert await one.ask(store.find_review("r1", "t")) == sent
        assert await one.ask(store.find_review("r1", "somebody else")) is None
        assert await one.ask(store.find_review("r2")) is None
        assert [case.id for case in await one.ask(store.waiting(10))] == ["r1"]
        await one.close()

    at_each(body)


def test_a_review_is_decided_once_and_the_second_is_told_the_first(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        one.review(Review("r1", NOON, "t", "high", b"{}", None, "high tier"))
        await one.durable()
        first = await one.ask(store.decide_review("r1", b'"pay"', "ann@example.com", NOON + 1))
        assert first is not None
        assert first.counts
        second = await one.ask(store.decide_review("r1", b'"refuse"', "bob@example.com", NOON + 2))
        assert second is not None
        assert (second.counts, second.review) == (False, first.review)
        assert (first.review.state, first.review.decision, first.review.decided_by, first.review.decided_at) == (
            *("decided", b'"pay"', "ann@example.com"),
            NOON + 1,
        )
        assert await one.ask(store.find_review("r1", "t")) == first.review
        assert await one.ask(store.waiting(10)) == []
        assert await one.ask(store.decide_review("r2", b'"pay"', "ann@example.com", NOON)) is None
        entries = await one.ask(store.entries(0, 0, 1000))
        assert [msgspec.json.decode(entry.body) for entry in entries if entry.kind == "decided"] == [
            {"review": "r1", "tenant": "t", "tier": "high", "by": "ann@example.com", "decision": '"pay"'}
        ]
        await one.close()

    at_each(body)


def test_old_decisions_are_forgotten_and_open_claims_are_not(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger()
        done, open_ = Claim("done", b"d", "call-1", NOON), Claim("open", b"d", "call-2", NOON)
        await one.claim(done)
        await one.claim(open_)
        one.decided(done, b"yes")
        await one.durable()
        await one.ask(store.forget_claims(NOON))
        assert await one.ask(store.find_result("done")) == b"yes"
        await one.ask(store.forget_claims(NOON + 1))
        assert (await one.claim(Claim("done", b"d", "call-3", NOON + 2))).state == "mine"
        assert (await one.claim(Claim("open", b"d", "call-4", NOON + 2))).state == "open"
        await one.close()

    at_each(body)


def test_each_result_is_its_own_calls_whatever_is_said_of_the_key_beside_it(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        decides, waits, gone = (Claim("case-1", b"d", f"call-{n}", NOON) for n in range(3))
        for claim, state in ((decides, "mine"), (waits, "open"), (gone, "open")):
            asked = asyncio.ensure_future(one.claim(claim))
            await asyncio.sleep(0)
            await one.commit()
            assert (await asked).state == state
        # A repeat that gave up waiting says so in the commit that brings the decision.
        one.decided(waits, None)
        one.decided(decides, b"yes")
        one.decided(gone, None)
        await one.commit()
        assert await one.ask(store.find_result("case-1")) == b"yes"
        await one.close()

    at_each(body)


def test_one_that_gave_up_before_its_claim_was_made_leaves_nothing_open(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        first, second, lives = (Claim("case-1", digest, f"call-{digest}", NOON) for digest in (b"1", b"2", b"3"))
        asked = [asyncio.ensure_future(one.claim(claim)) for claim in (first, second, lives)]
        await asyncio.sleep(0)
        one.decided(first, None)
        one.decided(second, None)
        await one.commit()
        assert [(await claim).state == "mine" for claim in asked] == [False, False, True]
        one.decided(lives, None)
        await one.commit()
        again = asyncio.ensure_future(one.claim(Claim("case-1", b"4", "call-4", NOON)))
        await asyncio.sleep(0)
        await one.commit()
        assert (await again).state == "mine"
        await one.close()

    at_each(body)
