"""Budgets as they stand in ``routes.json``."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from ledger.budget import Budget


def budget(limit: str) -> bytes:
    return f'{{"scope": "stack", "name": "*", "window": "month", "limit": {limit}}}'.encode()


def test_a_limit_is_decimal_text_and_never_rounded() -> None:
    assert msgspec.json.decode(budget('"0.1"'), type=Budget).limit == Decimal("0.1")
    assert msgspec.json.decode(budget('"0"'), type=Budget).limit == 0


@pytest.mark.parametrize("limit", ['"-0.01"', '"NaN"', '"Infinity"', '"much"', "true"])
def test_a_limit_that_is_no_sum_is_a_fault_of_the_document(limit: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(budget(limit), type=Budget)
