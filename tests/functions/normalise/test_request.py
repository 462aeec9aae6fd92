"""From hostile bytes to a request: every input has a declared outcome, and no refusal repeats a value."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise import case as words
from normalise.case import BadRequestError
from normalise.request import MOST_BYTES, MOST_VALUES, Request, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
OUTCOMES = {"taken", *get_args(words.Code)}


def body(fields: Any, **more: Any) -> bytes:
    return json.dumps({"case_id": "c-1", "source": "portal", "fields": fields, **more}).encode()


def raw(fields: bytes) -> bytes:
    return b'{"case_id": "c-1", "source": "portal", "fields": ' + fields + b"}"


def outcome(data: bytes, charset: str | None) -> str:
    try:
        parse(data, charset)
    except BadRequestError as refused:
        return refused.code
    return "taken"


def code(data: bytes, charset: str | None = None) -> str:
    """The code of the refusal; a request that is taken fails the test."""
    with pytest.raises(BadRequestError) as refused:
        parse(data, charset)
    return refused.value.code


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "utf-16", "windows-1252", "utf-7", ""]))
def test_any_bytes_are_a_request_or_refused(data: bytes, charset: str | None) -> None:
    assert outcome(data, charset) in OUTCOMES


@given(st.binary(max_size=60), st.integers(0, 60))
def test_bytes_within_a_request_are_a_request_or_refused(data: bytes, at: int) -> None:
    whole = body({"amount": "12", "nested": [{"a": 1.5}]})
    assert outcome(whole[:at] + data + whole[at:], None) in OUTCOMES


@given(st.dictionaries(st.text(max_size=8), JSON, min_size=1, max_size=6))
def test_what_is_sent_arrives(fields: dict[str, Any]) -> None:
    assert parse(body(fields, schema="4"), None) == Request("c-1", "portal", fields, "4")


@given(JSON, st.text())
def test_no_refusal_repeats_a_value(fields: Any, source: str) -> None:
    private = "a-value-nobody-may-see"
    data = json.dumps({"case_id": private + "?", "source": source, "fields": [fields], private: private}).encode()
    with pytest.raises(BadRequestError) as refused:
        parse(data, None)
    assert private not in str(refused.value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**20), max_value=10**20))
def test_numbers_are_the_ones_that_were_written(number: Decimal) -> None:
    arrived = parse(raw(b'{"a": %s}' % format(number, "f").encode()), None).fields["a"]
    assert arrived == number
    assert not isinstance(arrived, float)


@pytest.mark.parametrize(
    ("written", "arrives"),
    [(b"-0", 0), (b"-0.0", Decimal(0)), (b"0.1", Decimal("0.1")), (b"1e3", Decimal(1000)), (b"9" * 34, 10**34 - 1)],
)
def test_odd_numbers(written: bytes, arrives: object) -> None:
    arrived = parse(raw(b'{"a": %s}' % written), None).fields["a"]
    assert (arrived, str(arrived).startswith("-")) == (arrives, False)


HUGE = [
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"1e99999999999999999999",
    b"9" * 35,
    b"-" + b"9" * 5000,
    b"0." + b"1" * 40,
    b"0e400",
]


@pytest.mark.parametrize("written", HUGE)
def test_huge_numbers_are_refused(written: bytes) -> None:
    assert code(raw(b'{"a": [%s]}' % written)) == "number"


NOT_JSON = [
    b"",
    b"\x00",
    b"NaN",
    raw(b'{"a": NaN}'),
    raw(b'{"a": -Infinity}'),
    raw(b'{"a": "\\ud800"}'),
    raw(b'{"a": "\\udc00\\ud800"}'),
    raw(b'{"\\ud800": 1}'),
    raw(b'{"a": "\xed\xa0\x80"}'),
    raw(b'{"a": "\xff"}'),
    raw(b'{"a": "\x00"}'),
    raw(b'{"a": 01}'),
    raw(b"{'a': 1}"),
    raw(b'{"a": 1,}'),
    raw(b'{"a": 1}') + b"{}",
    body({"a": 1})[:-1],
    b"+AHs-",  # "{" in UTF-7
]


@pytest.mark.parametrize("data", NOT_JSON)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    assert code(data) == "not-json"


TWICE = [
    raw(b'{"a": 1, "a": 2}'),
    raw(b'{"a": 1, "\\u0061": 2}'),
    raw(b'{"a": {"b": {"c": 1, "c": 1}}}'),
    raw(b'{"at": "10:15", "at": "10:15"}'),
    b'{"case_id": "c-1", "case_id": "c-2", "source": "portal", "fields": {"a": 1}}',
]


@pytest.mark.parametrize("data", TWICE)
def test_a_name_that_stands_twice_is_refused(data: bytes) -> None:
    assert code(data) == "same-name"


def test_colons_and_equal_names_in_different_objects_are_no_doubles() -> None:
    fields = {"at": "10:15:00", "a": {"at": "x:y"}, "b": [{"at": 1}, {"at": 2}], '":': '{"at": 1, "at": 2}'}
    assert parse(body(fields), None).fields == fields


def nested(levels: int) -> Any:
    inner: Any = "x"
    for _ in range(levels):
        inner = [inner]
    return inner


def test_limits() -> None:
    assert parse(body({"a": nested(7)}), None)
    assert code(body({"a": nested(8)})) == "too-deep"
    assert code(b"[" * 100_000) == "too-deep"
    assert code(b'{"a":' * 40_000) == "too-deep"
    assert parse(body({"a": list(range(MOST_VALUES - 1))}), None)
    assert code(body({"a": list(range(MOST_VALUES + 9))})) == "too-many"
    assert code(body({"a": "x" * 10_000_000})) == "too-large"
    assert parse(body({"a": "x" * (MOST_BYTES - 100)}), None)


SHAPES = [
    b"[]",
    b"null",
    b"7",
    b'"text"',
    raw(b"{}"),
    raw(b"[1]"),
    body({"a": 1}, case_id="no good"),
    body({"a": 1}, case_id=""),
    body({"a": 1}, case_id="c" * 65),
    body({"a": 1}, source=""),
    body({"a": 1}, source=None),
    body({"a": 1}, schema=4),
    body({"a": 1}, tier="low"),
]


@pytest.mark.parametrize("data", SHAPES)
def test_another_shape_is_refused(data: bytes) -> None:
    assert code(data) == "shape"


TEXT = "Grüße, 20 €"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        (None, "utf-8"),
        (None, "utf-8-sig"),
        ("UTF-8", "utf-8-sig"),
        ('"utf-8"', "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16le", "utf-16-le"),
        ("utf-16be", "utf-16-be"),
    ],
)
def test_charsets(charset: str | None, codec: str) -> None:
    whole = json.dumps({"case_id": "c-1", "source": "portal", "fields": {"a": TEXT}}, ensure_ascii=False)
    assert parse(whole.encode(codec), charset).fields == {"a": TEXT}


def test_charsets_that_leave_two_readings_are_refused() -> None:
    whole = '{"case_id": "c-1", "source": "portal", "fields": {"a": "Grüße"}}'
    assert code(whole.encode("utf-7"), "utf-7") == "charset"
    assert code(whole.encode("utf-16-le"), "utf-16") == "charset"
    assert code(b"\xdc" * 7, "utf-16be") == "charset"
    assert code(whole.encode("latin-1"), "us-ascii") == "charset"
    # In UTF-8 with another label, a name that is masked would come out as one that is not.
    for label in ("latin1", "windows-1252"):
        assert code(raw('{"holder\u200b_name": "x"}'.encode()), label) == "charset"
    assert code(whole.encode("latin-1"), "utf-8") == "not-json"
    assert code(whole.encode(), "x-user-defined") == "charset"
    assert parse(whole.encode("latin-1"), "iso-8859-1").fields == {"a": "Grüße"}
