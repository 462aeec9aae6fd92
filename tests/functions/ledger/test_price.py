from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import money, price
from ledger.price import NoPriceError, PriceBookError, Usage

DAY = datetime.date(2026, 11, 22)


def row(**changed: Any) -> dict[str, Any]:
    usual = {"model": "flash", "region": "global", "kind": "input", "above": 0, "per_million": "0.75"}
    return {**usual, "valid_from": None, "valid_until": None, "seen": "2026-10-07", **changed}


def book(*rows: dict[str, Any], surcharge: str | None = "1.1") -> price.PriceBook:
    document = {"format": "lockgate.prices/1", "currency": "EUR", "stale_after_days": 366}
    return price.load(json.dumps({**document, "regional_surcharge": surcharge, "prices": list(rows)}).encode())


OUTPUT = row(kind="output", per_million="3.75")


def test_a_token_costs_its_millionth_exactly() -> None:
    tariff = book(row(), OUTPUT, row(kind="cached", per_million="0.075")).tariff("flash", "global", DAY)
    assert money.decimal(tariff.cost(Usage(1000, 10, 400))) == Decimal("0.0005175")


def test_a_region_without_a_price_of_its_own_costs_the_surcharge() -> None:
    tariff = book(row(), OUTPUT).tariff("flash", "europe-west4", DAY)
    assert tariff.steps[0].input == 825_000
    with pytest.raises(NoPriceError, match="no price in europe-west4"):
        book(row(), OUTPUT, surcharge=None).tariff("flash", "europe-west4", DAY)


def test_a_price_holds_on_its_days_and_the_highest_counts() -> None:
    prices = book(row(valid_until="2026-12-31"), row(per_million="1.5", valid_from="2026-12-31"), OUTPUT)
    costs = [
        prices.tariff("flash", "global", datetime.date(*day)).steps[0].input
        for day in ((2026, 12, 30), (2026, 12, 31), (2027, 1, 1))
    ]
    assert costs == [750_000, 1_500_000, 1_500_000]


def test_a_step_that_is_still_to_come_does_not_count_yet() -> None:
    later = {"above": 200_000, "valid_from": "2027-01-01"}
    prices = book(row(), OUTPUT, row(**later), row(kind="output", **later))
    assert [len(prices.tariff("flash", "global", datetime.date(year, 1, 1)).steps) for year in (2026, 2027)] == [1, 2]


@pytest.mark.parametrize(
    ("rows", "day", "says"),
    [
        ([row()], DAY, "lacks the price"),
        ([row(), OUTPUT], datetime.date(2027, 11, 1), "last looked at"),
        ([row(valid_until="2026-01-01"), OUTPUT], DAY, "lacks the price"),
        ([row(valid_from="2027-01-01"), row(kind="output", valid_from="2027-01-01")], DAY, "holds on"),
        ([row(model="other")], DAY, "no price"),
        (
            [row(), OUTPUT, row(above=200_000, seen="2024-01-01"), row(kind="output", above=200_000)],
            DAY,
            "lacks the price",
        ),
        ([row(), OUTPUT, row(above=200_000, valid_until="2026-01-01")], DAY, "lacks the price"),
    ],
)
def test_an_unknown_or_stale_price_is_refused(rows: list[Any], day: datetime.date, says: str) -> None:
    with pytest.raises(NoPriceError, match=says):
        book(*rows).tariff("flash", "global", day)


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "0.0000001"])
def test_a_price_that_is_no_price_stops_the_start(wrong: str) -> None:
    with pytest.raises(PriceBookError):
        book(row(per_million=wrong), OUTPUT)


LONG = [row(above=200_000, per_million="1.50"), row(kind="output", above=200_000, per_million="6")]


@given(
    most_input=st.integers(0, 500_000), most_output=st.integers(1, 9000), part=st.floats(0, 1), answered=st.floats(0, 1)
)
def test_no_call_within_its_bounds_costs_more_than_the_worst_case(
    most_input: int, most_output: int, part: float, answered: float
) -> None:
    tariff = book(row(), OUTPUT, *LONG).tariff("flash", "global", DAY)
    used = Usage(int(most_input * part), int(most_output * answered))
    assert tariff.cost(used) <= tariff.worst(most_input, most_output)


def test_the_long_price_holds_for_the_whole_call_beyond_its_step() -> None:
    tariff = book(row(), OUTPUT, *LONG).tariff("flash", "global", DAY)
    assert tariff.cost(Usage(200_000, 0)) == 200_000 * 750_000
    assert tariff.cost(Usage(200_001, 0)) == 200_001 * 1_500_000


def test_money_is_exact_or_refused() -> None:
    assert money.decimal(money.amount(Decimal("12345678901234567890.000000000001"))) == Decimal(
        "12345678901234567890.000000000001"
    )
    with pytest.raises(money.InexactError):
        money.amount(Decimal("1e-13"))
    with pytest.raises(money.InexactError):
        money.amount(Decimal("NaN"))
