"""Bill against ledger: each difference has its kind and its amount, and both stores add up the same."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import billing, money, store
from ledger.billing import Billed, Booked, Difference, reconcile
from ledger.book import Call
from ledger.budget import Budget, Budgets
from ledger.keeper import Ledger
from ledger.money import PER_ONE
from ledger.postgres import Postgres
from place import Body, Place, emptied

from lockgate.cli.main import run
from soak.server import Server

DAY = datetime.date(2026, 11, 20)
NEXT = DAY + datetime.timedelta(days=1)
MIDNIGHT = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC).timestamp()
ONE = Decimal(1)


def billed(cost: str, day: datetime.date = DAY, model: str = "m", currency: str = "EUR") -> Billed:
    return Billed(day, model, Decimal(cost), currency)


def booked(certain: str, uncertain: str = "0", day: datetime.date = DAY, model: str = "m") -> Booked:
    return Booked(day, model, money.amount(Decimal(certain)), money.amount(Decimal(uncertain)))


def found(bills: list[Billed], books: list[Booked], through: datetime.date = DAY) -> list[tuple[str, str, str]]:
    done = reconcile(bills, books, currency="EUR", through=through)
    return [(one.model, one.kind, f"{one.by.normalize():f}") for one in done.differences]


@pytest.mark.parametrize(
    ("bill", "certain", "uncertain", "kind"),
    [
        ("1.00", "1.00", "0", None),
        ("1.01", "1.00", "0", None),
        ("1.010000000001", "1.00", "0", ("m", "unbooked", "0.010000000001")),
        ("0.99", "1.00", "0", None),
        ("0.989999999999", "1.00", "0", ("m", "overbooked", "0.010000000001")),
        ("1.51", "1.00", "0.50", None),
        ("1.00", "1.00", "0.50", None),
        ("1.52", "1.00", "0.50", ("m", "unbooked", "0.02")),
        ("0.98", "1.00", "0.50", ("m", "overbooked", "0.02")),
        ("0", "0", "0.50", None),
    ],
)
def test_the_bill_may_be_anything_between_certain_and_uncertain(
    bill: str, certain: str, uncertain: str, kind: tuple[str, str, str] | None
) -> None:
    assert found([billed(bill)], [booked(certain, uncertain)]) == ([] if kind is None else [kind])


def test_rows_of_a_day_and_model_are_added_up_and_no_others() -> None:
    bills = [billed("0.40"), billed("0.60"), billed("5", model="other"), billed("1", NEXT)]
    assert found(bills, [booked("0.50"), booked("0.50"), booked("1", day=NEXT)], NEXT) == [("other", "unbooked", "5")]


def test_what_only_the_ledger_has_is_overbooked() -> None:
    assert found([], [booked("1")]) == [("m", "overbooked", "1")]


def test_on_a_young_day_what_lacks_is_late_and_what_is_too_much_is_unbooked() -> None:
    bills = [billed("0.10", NEXT, "a"), billed("3", NEXT, "b")]
    books = [booked("1", day=NEXT, model="a"), booked("1", day=NEXT, model="b"), booked("2", model="c")]
    done = reconcile(bills, books, currency="EUR", through=DAY)
    assert [(one.model, one.kind) for one in done.differences] == [
        ("c", "overbooked"),
        ("a", "late"),
        ("b", "unbooked"),
    ]
    assert (done.billed, done.certain) == (0, 2), "the sums are of days whose bill is whole"


def test_another_currency_is_compared_with_nothing() -> None:
    done = reconcile(
        [billed("2", currency="USD"), billed("1", currency="USD"), billed("1")],
        [booked("1")],
        currency="EUR",
        through=DAY,
    )
    assert done.differences == [Difference(DAY, "m", "currency", Decimal(3), Decimal(0), Decimal(0), Decimal(3), "USD")]
    assert (done.billed, done.certain) == (1, 1)


AMOUNT = st.integers(0, 10**14)


@given(AMOUNT, AMOUNT, AMOUNT, st.integers(0, 10**12))
def test_the_difference_is_the_distance_from_what_is_possible(bill: int, sure: int, maybe: int, spare: int) -> None:
    done = reconcile(
        [Billed(DAY, "m", money.decimal(bill), "EUR")],
        [Booked(DAY, "m", sure, maybe)],
        currency="EUR",
        through=DAY,
        tolerance=money.decimal(spare),
    )
    nearest = min(max(bill, sure), sure + maybe)
    expected = [money.decimal(abs(bill - nearest))] if abs(bill - nearest) > spare else []
    assert [one.by for one in done.differences] == expected
    assert (done.billed, done.certain, done.uncertain) == tuple(map(money.decimal, (bill, sure, maybe)))


# Around midnight, where one database rounds what the other cuts.
TIMES = [-0.25, 0.0, 0.25, 43_199.75, 43_200.0, 43_200.5, 86_399.75, 86_400.0, 86_400.25, 129_600.5]


async def _spend(shared: object, folder: Path) -> None:
    now = 0.0
    budgets = Budgets([Budget("stack", "*", "day", Decimal(1000))], 1)
    ledger = await Ledger(shared, budgets, folder / "journals", clock=lambda: now).open()  # type: ignore[arg-type]
    ledger.start()
    for number, offset in enumerate(TIMES):
        now = MIDNIGHT + offset
        for way in ("settle", "charge", "release"):
            call = f"{way}-{number}"
            await ledger.reserve(call, "t", "low", f"model-{number % 2}", 3 * PER_ONE + number)
            if way == "settle":
                ledger.settle(call, 2 * PER_ONE + number)
            else:
                getattr(ledger, way)(call)
    await ledger.close()


def test_the_store_adds_up_what_its_calls_say(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        await _spend(place.shared, place.folder)
        for since, until in ((DAY, NEXT), (DAY, NEXT + datetime.timedelta(days=1))):
            ends = [datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp() for day in (since, until)]
            calls = await place.shared.run(store.calls(ends[0], ends[1]))
            told = await place.shared.run(billing.booked(since, until))
            assert told == _added(calls)
            assert {row.day for row in told} == {since, until - datetime.timedelta(days=1)}

    at_each(body)


def _added(calls: list[Call]) -> list[Booked]:
    sums: dict[tuple[datetime.date, str], list[int]] = {}
    for call in calls:
        key = datetime.datetime.fromtimestamp(call.at, datetime.UTC).date(), call.model
        if call.state != "released":
            sums.setdefault(key, [0, 0])[call.state == "charged"] += call.amount
    return [Booked(day, model, *both) for (day, model), both in sorted(sums.items())]


def test_the_command_reads_postgresql(postgres: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def fill() -> None:
        shared = await Postgres(postgres.dsn).open()
        await shared.run(emptied())
        await shared.close()
        shared = await Postgres(postgres.dsn).open()
        await _spend(shared, tmp_path)
        await shared.close()

    asyncio.run(fill())
    bill = tmp_path / "bill.csv"
    bill.write_text("day,model,cost,currency\n2026-11-20,model-0,7,EUR\n2026-11-20,model-1,5,EUR\n")
    command = ["bill", "reconcile", "--store", postgres.dsn, "--billing", str(bill), "--currency", "EUR"]
    assert run([*command, "--at", "2026-11-23", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    # Three calls of each model began on that day: settled at 2 each, and as many charged at 3.
    assert (told["certain"], told["uncertain"]) == ("12.000000000021", "18.000000000021")
    kinds = [(one["day"], one["model"], one["kind"], one["by"]) for one in told["differences"]]
    assert kinds[0] == ("2026-11-20", "model-1", "overbooked", "1.000000000009")
    assert [kind for _, _, kind, _ in kinds[1:]] == ["late", "late"]
