"""Reconciliation with the billing export: what was billed beside what the ledger booked. Pure.

Rows are those of Cloud Billing's standard or detailed usage cost export to BigQuery (``usage_start_time``,
``sku.description``, ``cost``, ``currency``), summed by day and model by the query that reads them (docs/bill.md); cost
is before credits, as the budgets count it. Google's figures arrive late (typically within a day), so a day is compared
only once it is ``settled_days`` old.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from ledger import money
from ledger.ask import Ask, Transaction
from ledger.budget import SECONDS_A_DAY

SETTLED_DAYS = 3

# SQLite's cast to a whole number cuts and PostgreSQL's rounds: what was rounded up is taken back.
_BOOKED = f"""SELECT day, model, SUM(CASE WHEN state = 'settled' THEN amount ELSE 0 END),
    SUM(CASE WHEN state = 'charged' THEN amount ELSE 0 END)
    FROM (SELECT model, state, amount, CAST(at / {SECONDS_A_DAY} AS BIGINT)
        - CASE WHEN CAST(at / {SECONDS_A_DAY} AS BIGINT) * {SECONDS_A_DAY}.0 > at THEN 1 ELSE 0 END AS day
        FROM call WHERE at >= $1 AND at < $2 AND state IN ('settled', 'charged')) AS spent
    GROUP BY day, model ORDER BY day, model"""  # noqa: S608 (a number of this code)

Key = tuple[datetime.date, str]
Kind = Literal["unbooked", "overbooked", "currency", "late"]


class Billed(msgspec.Struct, frozen=True, gc=False):
    """What the export says of a model on a day (UTC), before credits, in ``currency``; at most twelve places."""

    day: datetime.date
    model: str
    cost: Decimal
    currency: str


class Booked(msgspec.Struct, frozen=True, gc=False):
    """What the ledger says of a model on a day (UTC), in units of 1e-12 of its currency.

    ``certain`` was settled at what the upstream counted; ``uncertain`` was charged as reserved, so the bill may be
    anything up to it.
    """

    day: datetime.date
    model: str
    certain: int
    uncertain: int


class Difference(msgspec.Struct, frozen=True, gc=False):
    """A day and model on which bill and ledger differ by more than the tolerance.

    ``unbooked`` is billed beyond certain and uncertain: money that did not pass the ledger, or a price that is too low.
    ``overbooked`` is certain and not billed: a price that is too high, or a model that is billed under another name.
    ``late`` is the same on a day whose bill may still grow. ``currency`` was billed in another one, and is compared
    with nothing: then only ``billed`` and ``by`` say something, in ``currency``.
    """

    day: datetime.date
    model: str
    kind: Kind
    billed: Decimal
    certain: Decimal
    uncertain: Decimal
    by: Decimal
    currency: str


class Reconciled(msgspec.Struct, frozen=True, gc=False):
    """The sums of the days up to ``through``, and the differences by day and model, ``late`` ones included."""

    through: datetime.date
    billed: Decimal
    certain: Decimal
    uncertain: Decimal
    differences: list[Difference]


def booked(since: datetime.date, until: datetime.date) -> Transaction[list[Booked]]:
    """What the ledger booked on the days from ``since`` to before ``until``; a call counts on the day it began.

    The store does the sums, so that memory is bounded by days and models, and all of it is one moment's.
    """
    rows = yield Ask(_BOOKED, [_seconds(since), _seconds(until)])
    return [Booked(_day(int(row[0])), row[1], int(row[2]), int(row[3])) for row in rows]


def settled_through(today: datetime.date, settled_days: int = SETTLED_DAYS) -> datetime.date:
    """The last day whose bill is taken to be whole."""
    return today - datetime.timedelta(days=settled_days)


def reconcile(
    billed: Iterable[Billed],
    booked: Iterable[Booked],
    *,
    currency: str,
    through: datetime.date,
    tolerance: Decimal = Decimal("0.01"),
) -> Reconciled:
    """Hold the bill against the ledger; ``tolerance`` is in the currency, for a day and model.

    Of a day after ``through`` the bill may still grow: what it lacks is late, what it has too much is unbooked already.
    Raises money.InexactError where a sum has more than twelve places.
    """
    bills, foreign = _bills(billed, currency)
    found = [
        Difference(day, model, "currency", money.decimal(cost), Decimal(0), Decimal(0), money.decimal(cost), other)
        for (day, model, other), cost in foreign.items()
    ]
    certain: dict[Key, int] = {}
    uncertain: dict[Key, int] = {}
    for row in booked:
        key = row.day, row.model
        certain[key] = certain.get(key, 0) + row.certain
        uncertain[key] = uncertain.get(key, 0) + row.uncertain
    spare = money.amount(tolerance)
    for day, model in bills.keys() | certain.keys():
        bill, sure, maybe = (sums.get((day, model), 0) for sums in (bills, certain, uncertain))
        kind: Kind
        if bill - sure - maybe > spare:
            kind, by = "unbooked", bill - sure - maybe
        elif sure - bill > spare:
            kind, by = "overbooked" if day <= through else "late", sure - bill
        else:
            continue
        amounts = [money.decimal(units) for units in (bill, sure, maybe, by)]
        found.append(Difference(day, model, kind, amounts[0], amounts[1], amounts[2], amounts[3], currency))
    found.sort(key=lambda one: (one.day, one.model, one.kind, one.currency))
    return Reconciled(through, _sum(bills, through), _sum(certain, through), _sum(uncertain, through), found)


def _bills(billed: Iterable[Billed], currency: str) -> tuple[dict[Key, int], dict[tuple[datetime.date, str, str], int]]:
    bills: dict[Key, int] = {}
    foreign: dict[tuple[datetime.date, str, str], int] = {}
    for row in billed:
        cost = money.amount(row.cost)
        if row.currency == currency:
            bills[row.day, row.model] = bills.get((row.day, row.model), 0) + cost
        else:
            other = row.day, row.model, row.currency
            foreign[other] = foreign.get(other, 0) + cost
    return bills, foreign


def _sum(sums: dict[Key, int], through: datetime.date) -> Decimal:
    return money.decimal(sum(units for (day, _), units in sums.items() if day <= through))


def _seconds(day: datetime.date) -> float:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()


def _day(number: int) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
