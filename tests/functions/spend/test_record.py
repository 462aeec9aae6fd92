"""The spend record, whatever Pub/Sub does to the order of its messages."""

from __future__ import annotations

import datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spend.record import BadMessageError, Notification, Record, advance, notification, over

NOVEMBER = datetime.datetime(2026, 11, 1, 7, tzinfo=datetime.UTC)
DECEMBER = datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)


def said(cost: float, month: datetime.datetime = NOVEMBER, currency: str = "EUR") -> Notification:
    return Notification(cost, month, currency)


def after(*messages: Notification) -> Record | None:
    record: Record | None = None
    for message in messages:
        record = advance(record, message)
    return record


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=4))
def test_the_order_of_messages_does_not_matter(costs: list[float]) -> None:
    messages = [*(said(cost) for cost in costs), said(1.0, DECEMBER)]
    assert len({repr(after(*order)) for order in permutations(messages)}) == 1


def test_a_message_said_twice_changes_nothing() -> None:
    once = after(said(10))
    assert once is not None
    assert advance(once, said(10)) is once


def test_a_new_month_opens_the_router_again() -> None:
    assert over(after(said(5000)), 5000, "EUR")
    assert not over(after(said(5000), said(0, DECEMBER)), 5000, "EUR")
    assert not over(after(said(0, DECEMBER), said(5000)), 5000, "EUR"), "a message of the old month came late"


def test_another_currency_cannot_be_compared() -> None:
    assert over(after(said(1, currency="USD")), 5000, "EUR")


def test_without_a_record_nothing_was_spent() -> None:
    assert not over(None, 5000, "EUR")


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        {"message": {"data": "e30=", "attributes": {}}},
        {"message": {"data": "e30=", "attributes": {"schemaVersion": "2.0"}}},
        {"message": {"data": "e30=", "attributes": {"schemaVersion": "1.0"}}},
        {"message": {"data": "***", "attributes": {"schemaVersion": "1.0"}}},
        {"message": {"data": 7, "attributes": {"schemaVersion": "1.0"}}},
    ],
)
def test_another_message_is_refused(event: object) -> None:
    with pytest.raises(BadMessageError):
        notification(event)
