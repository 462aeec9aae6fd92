"""Pages, partial answers, filters, checksums, envelopes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.wire import answer, errors, filters, page
from emulator.wire.crc32c import _slow, crc32c
from emulator.wire.errors import GoogleError


@contextlib.contextmanager
def taken_or_refused() -> Iterator[None]:
    """Lets a 400 pass, and nothing else."""
    try:
        yield
    except GoogleError as error:
        if error.code != 400:
            raise


@given(total=st.integers(0, 60), size=st.integers(1, 20), gone=st.sets(st.integers(1, 60)))
def test_pages_hold_everything_once_although_items_vanish_between_them(total: int, size: int, gone: set[int]) -> None:
    token, seen = "", []
    alive = list(range(1, total + 1))
    for _ in range(total + 2):
        items, token = page.take(((n, n) for n in alive), page.decode(token), size)
        seen += items
        alive = [n for n in alive if n not in gone]
        if not token:
            break
    assert len(seen) == len(set(seen))
    assert set(range(1, total + 1)) - gone <= set(seen)


@pytest.mark.parametrize("token", ["x", "!!!", "cHg", "é", "a" * 5000])
def test_a_token_that_nobody_made_is_400(token: str) -> None:
    with pytest.raises(GoogleError):
        page.decode(token)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("a", {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}}),
        ("a/b", {"a": {"b": 1}}),
        ("a(b),z", {"a": {"b": 1}, "z": 0}),
        ("a/c/d", {"a": {"c": [{"d": 2}]}}),
        ("a(c(e),b)", {"a": {"b": 1, "c": [{"e": 3}]}}),
        ("*", {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}, "z": 0}),
        ("nothing", {}),
    ],
)
def test_partial_answers(fields: str, found: Any) -> None:
    body = {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}, "z": 0}
    assert answer.select(body, answer.parse_fields(fields)) == found


@given(st.text(alphabet="ab(),/* ", max_size=30))
def test_any_selection_is_taken_or_refused(text: str) -> None:
    with taken_or_refused():
        answer.select({"a": [{"b": 1}]}, answer.parse_fields(text))


ITEM = {
    "name": "projects/p/things/t1",
    "state": "ACTIVE",
    "size": 3,
    "labels": {"env": "prod", "a.b": "x"},
    "list": [{"k": "v1"}],
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("state=ACTIVE", True),
        ("state:active", True),
        ("state!=ACTIVE", False),
        ("NOT state=ACTIVE", False),
        ("size>2", True),
        ("size<=2", False),
        ('labels.env="prod" AND size=3', True),
        ("labels.env=dev OR size=3", True),
        ("labels:env", True),
        ("labels.a.b=x", True),
        ("(state=A OR state=B) AND size=3", False),
        ("list.k=v1", True),
        ("name:t1", True),
        ("prod", True),
        ("-state=ACTIVE", False),
        ("state:(ACTIVE OR READY)", True),
        ("missing:*", False),
        ("labels.env:*", True),
    ],
)
def test_filters(text: str, holds: bool) -> None:
    assert filters.compile_filter(text.replace("-state", "NOT state"))(ITEM) is holds


@given(st.text(alphabet="ab=<>:()\"'! ANDOR.*\\", max_size=40))
def test_any_filter_is_taken_or_refused(text: str) -> None:
    with taken_or_refused():
        filters.compile_filter(text)(ITEM)


def test_crc32c_of_the_standard() -> None:
    assert crc32c(b"123456789") == _slow(b"123456789") == 0xE3069283  # RFC 3720's check value


@pytest.mark.parametrize(
    ("family", "keys"),
    [
        (errors.STANDARD, {"code", "message", "status"}),
        (errors.LEGACY_LIST, {"code", "message", "status", "errors"}),
        (errors.COMPUTE, {"code", "message", "errors"}),
    ],
)
def test_envelopes(family: str, keys: set[str]) -> None:
    body = errors.envelope(errors.not_found("no"), family)["error"]
    assert set(body) == keys
    assert body["code"] == 404
    if "errors" in keys:
        assert body["errors"] == [{"message": "no", "domain": "global", "reason": "notFound"}]
