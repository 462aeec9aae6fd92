"""From hostile bytes to a case: what is refused, and that what is masked is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise.case import MASK, BadRequestError, key_form, parse

TIERS = ("high", "low")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def body(fields: Any, **more: Any) -> bytes:
    return json.dumps({"case_id": "c-1", "tier": "low", "fields": fields, **more}).encode()


def read(raw: bytes) -> str:
    """The case, or the refusal, as text."""
    try:
        return repr(parse(raw, TIERS, []))
    except BadRequestError as refused:
        return str(refused)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_case_or_refused(raw: bytes) -> None:
    assert read(raw)


@given(JSON, st.text())
def test_no_refusal_repeats_a_value(fields: Any, tier: str) -> None:
    marked = {"fields": fields, "secret": "a-value-nobody-may-see"}
    raw = json.dumps({"case_id": "not an id", "tier": tier, "fields": marked}).encode()
    assert "a-value-nobody-may-see" not in read(raw)


@given(st.dictionaries(st.text(max_size=8), JSON, min_size=1, max_size=4))
def test_what_is_masked_is_gone_at_any_depth(fields: dict[str, Any]) -> None:
    nested = {"outer": [{"IBAN ": "DE89370400440532013000", "rest": fields}]}
    try:
        case = parse(body(nested), TIERS, ["iban"])
    except BadRequestError:
        return
    assert "DE89370400440532013000" not in json.dumps(case.fields)
    assert case.fields["outer"][0]["iban"] == MASK
    assert "outer.iban" in case.masked


# The last two hide a character that is not shown, and are written in full width.
NAMES = ["Licence Plate", "licence-plate", " LICENCE_PLATE ", "licence\u200b_plate", "\uff4cicence\uff3fplate"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_compared_in_one_form(name: str) -> None:
    assert key_form(name) == "licence_plate"


def test_hidden_characters_are_removed() -> None:
    case = parse(body({"note": " pay\u200b this\u202e now\x07\n"}), TIERS, [])
    assert case.fields["note"] == "pay this now"


def test_too_deep_and_too_many_are_refused() -> None:
    deep: Any = "x"
    for _ in range(20):
        deep = [deep]
    for fields in ({"a": deep}, {"a": list(range(3000))}):
        with pytest.raises(BadRequestError, match="flatter"):
            parse(body(fields), TIERS, [])
