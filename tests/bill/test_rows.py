"""The rows of a billing query: what bq writes is read exactly, and nothing else passes."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockgate.bill import rows
from lockgate.cli import functions
from lockgate.errors import InputError

functions.on_path()

from ledger.billing import Billed  # noqa: E402 (found by the line above)

TODAY = datetime.date(2026, 11, 23)
DAY = datetime.date(2026, 11, 20)
ROW = {"day": "2026-11-20", "model": "gemini-3.8-flash", "cost": "1.25", "currency": "EUR"}
HEADER = "day,model,cost,currency\n"


def of_json(*told: Any) -> bytes:
    return json.dumps(told).encode()


def test_json_of_bq_is_read() -> None:
    raw = of_json(ROW, {**ROW, "cost": "1.2E-5", "sku": "x"}, {**ROW, "cost": 2}, {**ROW, "cost": 0.1})
    read = rows.parse(raw, TODAY)
    assert [row.cost for row in read] == [Decimal("1.25"), Decimal("0.000012"), Decimal(2), Decimal("0.1")]
    assert read[0] == Billed(DAY, "gemini-3.8-flash", Decimal("1.25"), "EUR")


def test_csv_of_the_same_columns_is_read_in_any_order() -> None:
    raw = b'\xef\xbb\xbfcurrency,cost,day,model,extra\r\nEUR,1.25,2026-11-20,"gemini-3.8-flash",\r\n\r\n'
    assert rows.parse(raw, TODAY) == [Billed(DAY, "gemini-3.8-flash", Decimal("1.25"), "EUR")]
    assert rows.parse(HEADER.encode(), TODAY) == rows.parse(b"[]", TODAY) == []


def test_a_cost_is_kept_to_what_the_ledger_keeps() -> None:
    """A sum of doubles ends in places that no price has, and may end a little below nothing."""
    raw = of_json(
        {**ROW, "cost": "4.440892098500626E-16"}, {**ROW, "cost": "-4E-17"}, {**ROW, "cost": "0.1234567890125"}
    )
    assert [str(row.cost) for row in rows.parse(raw, TODAY)] == ["0E-12", "0E-12", "0.123456789012"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cost": "NaN"}, "row 2: cost is 'NaN', expected a decimal number"),
        ({"cost": float("nan")}, "row 2: cost is 'NaN', expected a decimal number"),
        ({"cost": float("inf")}, "row 2: cost is 'Infinity', expected a decimal number"),
        ({"cost": "-0.01"}, "row 2: cost is '-0.01', below zero"),
        ({"cost": "-1e99"}, "row 2: cost is '-1e99', below zero"),
        ({"cost": "1e13"}, "row 2: cost is '1e13', more than 1,000,000,000,000"),
        ({"cost": "1e999"}, "row 2: cost is '1e999', more than"),
        ({"cost": 10**200}, "row 2: cost is '1000000000000000000000000000000000000000...', expected a decimal"),
        ({"cost": "1e99999999"}, "row 2: cost is '1e99999999', expected a decimal number"),
        ({"cost": "1,25"}, "row 2: cost is '1,25', expected a decimal number"),
        ({"cost": "\u0661"}, "expected a decimal number"),
        ({"cost": "1_0"}, "expected a decimal number"),
        ({"cost": None}, "row 2: cost is missing or null"),
        ({"cost": True}, "row 2: cost is no text and no number"),
        ({"cost": {"v": 1}}, "row 2: cost is no text and no number"),
        ({"day": "2026-11-31"}, "row 2: day is '2026-11-31', expected a date"),
        ({"day": "20261120"}, "row 2: day is '20261120', expected a date"),
        ({"day": "2026-11-24"}, "row 2: day is 2026-11-24, expected one from 2010-01-01 to 2026-11-23"),
        ({"day": "1970-01-01"}, "row 2: day is 1970-01-01, expected one from"),
        ({"model": None}, "row 2: model is missing or null"),
        ({"model": " "}, "row 2: model is ''"),
        ({"model": "m" * 201}, "printable characters. A SKU that the query does not map keeps its own description"),
        ({"model": "\x1b[2Jm"}, r"row 2: model is '\\u001b[2Jm'"),
        ({"model": "\ud800"}, r"row 2: model is '\\ud800'"),
        ({"currency": "eur"}, "row 2: currency is 'eur', expected three capital letters"),
        ({"currency": ["EUR"]}, "row 2: currency is no text"),
    ],
)
def test_a_row_that_is_none_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        rows.parse(of_json(ROW, {**ROW, **change}), TODAY)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "line 1: lacks day, model, cost, currency"),
        (b"day;model;cost;currency\n", "line 1: lacks day"),
        (b"day,model,cost,currency,cost\n", "line 1: lacks cost, or has it twice"),
        (b"Waiting on bqjob_r1 ... (0s) Current status: DONE\n[]", "line 1: lacks day"),
        (HEADER.encode() + b"2026-11-20,m,1\n", "line 2: has 3 cells, expected 4"),
        (HEADER.encode() + b'2026-11-20,"m\nn",1,EUR\n2026-11-20,m,x,EUR\n', "line 3: model is 'm n'"),
        (HEADER.encode() + b"2026-11-20,m,1,EUR\n2026-11-20,m,-1,EUR\n", "line 3: cost is '-1', below zero"),
        (HEADER.encode() + b'2026-11-20,"m"x,1,EUR\n', "line 2: is not CSV"),
        (HEADER.encode() + b"2026-11-20," + b"m" * 200_000 + b",1,EUR\n", "line 2: is not CSV: field larger"),
        (b'[{"day": 1,]', "line 1, column"),
        (b'{"rows": []}', "it is no array of rows"),
        (b"[[]]", "row 1: is no object"),
        (b'["x"]', "row 1: is no object"),
        (b'[{"day": "2026-11-20", "day": "2026-11-21"}]', "row 1: names a column twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[] []", "line 1, column 4: is not JSON"),
        (b"\xff\xfe[\x00]\x00", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_bill_is_named(raw: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        rows.parse(raw, TODAY)
    assert says in str(caught.value)


def test_sizes_are_bounded() -> None:
    with pytest.raises(InputError, match="more than 32 MiB"):
        rows.parse(b" " * (rows.MOST_BYTES + 1), TODAY)
    line = "2026-11-20,m,1,EUR\n"
    assert len(rows.parse((HEADER + line * rows.MOST_ROWS).encode(), TODAY)) == rows.MOST_ROWS
    with pytest.raises(InputError, match="more than 200000 rows"):
        rows.parse((HEADER + line * (rows.MOST_ROWS + 1)).encode(), TODAY)


CELL = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=2),
    st.sampled_from(["2026-11-20", "0001-01-01", "1e-400", "-0", "1.", "EUR", "m", "NaN"]),
)  # fmt: skip
TABLE = st.lists(st.dictionaries(st.sampled_from(rows.COLUMNS), CELL) | CELL, max_size=3)


@given(st.binary(max_size=200) | TABLE.map(lambda table: json.dumps(table).encode()))
def test_whatever_comes_is_rows_or_a_refusal(raw: bytes) -> None:
    refused = ""
    read: list[Billed] = []
    try:
        read = rows.parse(raw, TODAY)
    except InputError as error:
        refused = str(error)
    assert refused.isprintable()
    assert all(0 <= row.cost <= rows.MOST_COST and row.day <= TODAY and row.model for row in read)


@given(
    st.decimals(0, 10**12, places=12),
    st.dates(rows.EARLIEST, TODAY),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=50),
)
def test_what_is_written_is_read(cost: Decimal, day: datetime.date, model: str) -> None:
    raw = of_json({"day": str(day), "model": model, "cost": f"{cost:f}", "currency": "EUR"})
    assert rows.parse(raw, TODAY) == [Billed(day, model, cost, "EUR")]
