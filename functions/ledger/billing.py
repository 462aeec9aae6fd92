"""Reconciliation with the billing export: what was billed beside what the ledger booked. Pure.

Rows are those of Cloud Billing's standard or detailed usage cost export to BigQuery (``usage_start_time``,
``sku.description``, ``cost``, ``currency``, ``credits``), summed by day and model by the query that reads them; cost is
before credits, as the budgets count it. Google's figures arrive late (typically within a day), so a day is compared
only once it is ``settled_days`` old.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from ledger import money
from ledger.book import Call


class Billed(msgspec.Struct, frozen=True):
    """What the export says of a model on a day (UTC), before credits, in ``currency``."""

    day: datetime.date
    model: str
    cost: Decimal
    currency: str


class Difference(msgspec.Struct, frozen=True):
    """A day and model on which bill and ledger differ by more than the tolerance.

    ``certain`` was settled at what the upstream counted; ``uncertain`` was charged as reserved, so the bill may be
    anything up to it. ``unbooked`` is billed beyond both: money that did not pass the ledger, or a price that is too
    low. ``overbooked`` is booked for certain and not billed: a price that is too high, or a bill that is still late.
    """

    day: datetime.date
    model: str
    kind: Literal["unbooked", "overbooked", "currency"]
    billed: Decimal
    certain: Decimal
    uncertain: Decimal
    by: Decimal


def reconcile(
    billed: Iterable[Billed],
    calls: Iterable[Call],
    *,
    currency: str,
    today: datetime.date,
    settled_days: int = 3,
    tolerance: Decimal = Decimal("0.01"),
) -> list[Difference]:
    """The differences, by day and model; ``tolerance`` is in the currency, for a day and model."""
    last = today - datetime.timedelta(days=settled_days)
    bills: dict[tuple[datetime.date, str], Decimal] = {}
    found = []
    for row in billed:
        if row.currency != currency:
            nought = Decimal(0)
            found.append(Difference(row.day, row.model, "currency", row.cost, nought, nought, row.cost))
        elif row.day <= last:
            bills[row.day, row.model] = bills.get((row.day, row.model), Decimal(0)) + row.cost
    certain, uncertain = _booked(calls, last)
    for day, model in sorted(bills.keys() | certain.keys() | uncertain.keys()):
        bill = bills.get((day, model), Decimal(0))
        sure = money.decimal(certain.get((day, model), 0))
        maybe = money.decimal(uncertain.get((day, model), 0))
        if bill > sure + maybe + tolerance:
            found.append(Difference(day, model, "unbooked", bill, sure, maybe, bill - sure - maybe))
        elif bill < sure - tolerance:
            found.append(Difference(day, model, "overbooked", bill, sure, maybe, sure - bill))
    return found


def _booked(
    calls: Iterable[Call], last: datetime.date
) -> tuple[dict[tuple[datetime.date, str], int], dict[tuple[datetime.date, str], int]]:
    certain: dict[tuple[datetime.date, str], int] = {}
    uncertain: dict[tuple[datetime.date, str], int] = {}
    for call in calls:
        day = datetime.datetime.fromtimestamp(call.at, datetime.UTC).date()
        into = certain if call.state == "settled" else uncertain
        if day <= last and call.amount:
            into[day, call.model] = into.get((day, call.model), 0) + call.amount
    return certain, uncertain
