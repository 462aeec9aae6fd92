"""Budgets as they stand in ``routes.json``."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger.budget import Account, Budget, Scope, Window, named


def budget(limit: str) -> bytes:
    return f'{{"scope": "stack", "name": "*", "window": "month", "limit": {limit}}}'.encode()


def test_a_limit_is_decimal_text_and_never_rounded() -> None:
    assert msgspec.json.decode(budget('"0.1"'), type=Budget).limit == Decimal("0.1")
    assert msgspec.json.decode(budget('"0"'), type=Budget).limit == 0


@pytest.mark.parametrize("limit", ['"-0.01"', '"NaN"', '"Infinity"', '"much"', "true"])
def test_a_limit_that_is_no_sum_is_a_fault_of_the_document(limit: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(budget(limit), type=Budget)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    window, first = draw(st.sampled_from(get_args(Window))), draw(st.dates())
    start = first if window == "day" else first.replace(day=1)
    return Account(draw(st.sampled_from(get_args(Scope))), draw(st.text()), window, start.isoformat())


@given(accounts())
def test_an_account_is_read_from_its_name(account: Account) -> None:
    try:
        account.resets_at()
    except OverflowError:
        with pytest.raises(ValueError, match="expected scope/name/window/first day"):
            named(str(account))
    else:
        assert named(str(account)) == account


@given(
    st.text()
    | st.sampled_from(["2026-11-20T12:00", "20261120", "2026-W47-5", "2026-11-31", ""]).map("stack/*/day/{}".format)
    | st.sampled_from(["2026-11-20", "2026-11"]).map("stack/*/month/{}".format)
)
def test_what_names_no_account_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="expected scope/name/window/first day"):
        named(text)
