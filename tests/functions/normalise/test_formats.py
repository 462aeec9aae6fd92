"""Values are read in one way, or not at all."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise import number
from normalise.formats import CANONICAL, UnreadableError, canonical, date_faults, reader
from route.table import Field, Formats

COMMA = Formats(dates=["%d.%m.%Y"], decimal="comma", true=["ja", "1"], false=["nein", "0"])


def read(field: Field, formats: Formats, raw: Any) -> Any:
    return reader(field, formats)(raw)[0]


def unreadable(field: Field, formats: Formats, raw: Any) -> bool:
    try:
        read(field, formats, raw)
    except UnreadableError:
        return True
    return False


DECIMAL = Field("decimal", unit="EUR")


@pytest.mark.parametrize(
    ("raw", "point", "comma"),
    [
        ("1234.56", "1234.56", None),
        ("1234,56", None, "1234.56"),
        ("1,234.56", "1234.56", None),
        ("1.234,56", None, "1234.56"),
        ("1,234", None, "1.234"),
        ("1.234", "1.234", None),
        ("1,234,567", "1234567", None),
        ("1.234.567", None, "1234567"),
        ("1.234.567,8", None, "1234567.8"),
        ("1 234", "1234", "1234"),
        ("1'234'567", "1234567", "1234567"),
        ("1 234'567", None, None),
        ("12 34", None, None),
        ("1,23,456", None, None),
        ("1,234,56", None, None),
        ("1.234.56", None, None),
        ("0012", "12", "12"),
        ("+7", "7", "7"),
        ("-0", "0", "0"),
        ("12 EUR", "12", "12"),
        ("EUR 12", "12", "12"),
        ("12 USD", None, None),
        ("12 €", None, None),
        ("1e3", None, None),
        ("1e400", None, None),
        ("NaN", None, None),
        ("Infinity", None, None),
        ("", None, None),
        ("12.", None, None),
        (".5", None, None),
        ("--1", None, None),
        ("\u0661\u0662", None, None),
        ("9" * 35, None, None),
        ("0x1F", None, None),
        ("1_000", None, None),
    ],
)
def test_decimals(raw: str, point: str | None, comma: str | None) -> None:
    for formats, expected in ((CANONICAL, point), (COMMA, comma)):
        if expected is None:
            assert unreadable(DECIMAL, formats, raw)
        else:
            assert read(DECIMAL, formats, raw) == Decimal(expected)
            assert not str(read(DECIMAL, formats, raw)).startswith("-0")


def test_numbers_of_json_need_no_format() -> None:
    for formats in (CANONICAL, COMMA):
        assert read(DECIMAL, formats, Decimal("1.234")) == Decimal("1.234")
        assert read(DECIMAL, formats, 1234) == Decimal(1234)
        assert all(unreadable(DECIMAL, formats, raw) for raw in (True, None, [], {}, ["1"]))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**18), max_value=10**18))
def test_a_number_that_is_written_is_read_as_it_was(value: Decimal) -> None:
    text = f"{value:f}"
    assert number.written(text, "point") == value
    assert number.written(text.replace(".", ","), "comma") == value
    assert number.written(f"{value:,f}".replace(",", " "), "point") == value


@given(st.text(alphabet="0123456789.,' -+eE", max_size=14))
def test_no_text_is_read_as_two_numbers(text: str) -> None:
    point, comma = number.written(text, "point"), number.written(text, "comma")
    # Where both marks are allowed to read it, they agree unless it has one mark alone, which the declared form decides.
    if point is not None and comma is not None and len({*text} & {".", ","}) != 1:
        assert point == comma


@given(st.integers(-(10**33), 10**33), st.integers(-30, 30))
def test_products_are_exact_or_refused(value: int, power: int) -> None:
    factor = Decimal(3).scaleb(power)
    product = number.product(Decimal(value), factor)
    if product is None:
        assert not number.bounded(Decimal(value * 3).scaleb(power, number.EXACT))
    else:
        assert Fraction(product) == value * Fraction(factor)


DATE = Field("date")


@pytest.mark.parametrize(
    ("dates", "raw", "day"),
    [
        (["%Y-%m-%d"], "2026-11-02", "2026-11-02"),
        (["%Y-%m-%d"], "2026-11-2", "2026-11-02"),
        (["%Y-%m-%d"], "20261102", None),
        (["%Y%m%d"], "20261102", "2026-11-02"),
        (["%Y%m%d"], "2026112", None),
        (["%d.%m.%Y"], "31.12.2026", "2026-12-31"),
        (["%d.%m.%Y"], "1.2.2026", "2026-02-01"),
        (["%d.%m.%Y"], "31.02.2026", None),
        (["%d.%m.%Y"], "29.02.2027", None),
        (["%d.%m.%Y"], "29.02.2028", "2028-02-29"),
        (["%d.%m.%Y"], "01.02.26", None),
        (["%d.%m.%Y"], "00.01.2026", None),
        (["%d.%m.%Y"], "01.01.0000", None),
        (["%d.%m.%Y"], "\u0660\u0661.02.2026", None),
        (["%d/%m/%Y", "%m/%d/%Y"], "01/02/2026", None),
        (["%d/%m/%Y", "%m/%d/%Y"], "02/02/2026", "2026-02-02"),
        (["%d/%m/%Y", "%m/%d/%Y"], "31/12/2026", "2026-12-31"),
        (["%d/%m/%Y", "%m/%d/%Y"], "12/31/2026", "2026-12-31"),
        (["%Y-%m-%dT%H:%M:%S%z"], "2026-11-02T23:59:59+01:00", "2026-11-02"),
        (["%Y-%m-%dT%H:%M:%S%z"], "2026-11-02T24:59:59Z", None),
        (["%Y-%m-%d"], "2026-11-02T10:00:00Z", None),
    ],
)
def test_dates(dates: list[str], raw: str, day: str | None) -> None:
    formats = Formats(dates=dates)
    if day is None:
        assert unreadable(DATE, formats, raw)
    else:
        assert read(DATE, formats, raw) == datetime.date.fromisoformat(day)


@given(
    st.dates(min_value=datetime.date(1000, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%Y %H:%M"]),
)
def test_every_day_is_read_as_it_was_written(day: datetime.date, form: str) -> None:
    assert read(DATE, Formats(dates=[form]), day.strftime(form)) == day


@pytest.mark.parametrize("raw", [20261102, True, None, [], {}, Decimal("20261102")])
def test_other_values_are_no_dates(raw: Any) -> None:
    assert unreadable(DATE, Formats(dates=["%Y%m%d"]), raw)


def test_forms_of_dates_that_leave_a_doubt_are_faults() -> None:
    for form in ("%d.%m.%y", "%d.%m", "%Y-%m-%d %d", "%Y-%j", "%Y-%m-%d%%", "", "%d %B %Y"):
        assert list(date_faults(form))
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S.%f%z"):
        assert not list(date_faults(form))


def test_booleans() -> None:
    field = Field("boolean")
    assert [read(field, COMMA, raw) for raw in (True, False, "ja", "JA", "Nein", 1, 0, "1")] == [
        *(True, False, True, True, False, True, False, True)
    ]
    assert [read(field, CANONICAL, raw) for raw in ("true", "False")] == [True, False]
    assert all(unreadable(field, CANONICAL, raw) for raw in ("yes", "ja", 1, 0, "", None, [], "t"))


def test_integers() -> None:
    field = Field("integer", least="0", most="1000")
    assert [read(field, COMMA, raw) for raw in (7, "7", "1.000,00", Decimal("7.0"))] == [*(7, 7, 1000, 7)]
    assert type(read(field, CANONICAL, "7")) is int
    assert all(unreadable(field, CANONICAL, raw) for raw in ("7.5", Decimal("7.5"), -1, 1001, True, "seven", "1,000"))


def test_bounds_include_their_ends() -> None:
    field = Field("date", least="1900-01-01", most="2026-12-31")
    assert not unreadable(field, CANONICAL, "1900-01-01")
    assert not unreadable(field, CANONICAL, "2026-12-31")
    assert unreadable(field, CANONICAL, "1899-12-31")
    assert unreadable(field, CANONICAL, "2027-01-01")


def test_a_refusal_repeats_no_value() -> None:
    for kind in ("decimal", "integer", "date", "boolean", "document", "choice"):
        with pytest.raises(UnreadableError) as refused:
            read(Field(kind, values=["glass"]), COMMA, "Erika Mustermann")
        assert "Erika" not in str(refused.value)


def test_choices_are_members_in_any_case() -> None:
    field = Field("choice", values=["glass", "total-loss", "3"])
    assert reader(field, CANONICAL)("glass") == ("glass", False)
    assert reader(field, CANONICAL)("Total Loss") == ("total-loss", True)
    assert reader(field, CANONICAL)(3) == ("3", True)
    assert all(unreadable(field, CANONICAL, raw) for raw in ("glas", "", True, None, ["glass"], Decimal("3.5")))


def test_texts_and_documents() -> None:
    text = Field("text", longest=5)
    assert reader(text, CANONICAL)("abcde") == ("abcde", False)
    assert reader(text, CANONICAL)(Decimal("1.50")) == ("1.50", True)
    assert all(unreadable(text, CANONICAL, raw) for raw in ("abcdef", True, [], {}))
    assert read(Field("document"), CANONICAL, {"a": [1]}) == {"a": [1]}
    assert unreadable(Field("document"), CANONICAL, "text")


@given(
    st.booleans()
    | st.dates()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9, min_value=-(10**9))
)
def test_what_was_read_is_read_again_from_its_canonical_form(value: Any) -> None:
    kinds: dict[type, Any] = {bool: "boolean", datetime.date: "date", int: "integer", Decimal: "decimal"}
    if type(value) is int and abs(value) >= number.HIGHEST:
        return
    assert reader(Field(kinds[type(value)]), CANONICAL)(canonical(value)) == (value, False)
