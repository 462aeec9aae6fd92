"""Bodies against their schemas, with the texts of Google's front end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.discovery.document import api
from emulator.wire.check import camel, check_body, snake
from emulator.wire.errors import GoogleError

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=15,
)


@contextlib.contextmanager
def taken_or_refused() -> Iterator[None]:
    """Lets a 400 pass, and nothing else."""
    try:
        yield
    except GoogleError as error:
        if error.code != 400:
            raise


def checked(label: str, version: str, schema: str, body: Any, **options: Any) -> Any:
    found, _ = api(label, version)
    shape = found.schema(schema)
    assert shape is not None
    return check_body(found, shape, body, **options)


def refusal(label: str, version: str, schema: str, body: Any) -> str:
    with pytest.raises(GoogleError) as caught:
        checked(label, version, schema, body)
    assert caught.value.code == 400
    return caught.value.message


def test_unknown_field_is_named_with_its_place() -> None:
    assert refusal("secretmanager", "v1", "Secret", {"replication": {"automatik": {}}}) == (
        "Invalid JSON payload received. Unknown name \"automatik\" at 'secret.replication': Cannot find field."
    )


def test_all_problems_are_listed() -> None:
    text = refusal("secretmanager", "v1", "Secret", {"a": 1, "b": 2, "labels": 3})
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"displayName": 5}, "Invalid value at 'google_cloud_x' (TYPE_STRING), 5"),
        ({"enabled": "maybe"}, '(TYPE_BOOL), "maybe"'),
        ({"combiner": "XOR"}, ', "XOR"'),
        ({"conditions": "x"}, "(list)"),
    ],
)
def test_wrong_types(body: Any, text: str) -> None:
    assert text.rsplit("(", 1)[-1].rsplit(")", 1)[-1] in refusal("monitoring", "v3", "AlertPolicy", body)


def test_canonical_form() -> None:
    body = {
        "display_name": "d",
        "enabled": "true",
        "combiner": 1,
        "creationRecord": {"mutatedBy": "me"},
        "documentation": None,
        "userLabels": {"a": "b"},
    }
    assert checked("monitoring", "v3", "AlertPolicy", body)["displayName"] == "d"
    assert checked("monitoring", "v3", "AlertPolicy", body)["combiner"] == "AND"
    assert checked("monitoring", "v3", "AlertPolicy", body)["enabled"] is True
    assert "documentation" not in checked("monitoring", "v3", "AlertPolicy", body)


def test_read_only_is_dropped_and_int64_is_a_string() -> None:
    assert checked(
        "secretmanager", "v1", "Secret", {"createTime": "2026-01-01T00:00:00Z", "versionAliases": {"a": 3}}
    ) == {"versionAliases": {"a": "3"}}


def test_proto3_defaults_are_dropped_and_empty_messages_kept() -> None:
    assert checked("logging", "v2", "LogBucket", {"locked": False, "description": "", "retentionDays": 0}) == {}
    assert checked("secretmanager", "v1", "Secret", {"replication": {"automatic": {}}}) == {
        "replication": {"automatic": {}}
    }


def test_presence_keeps_them() -> None:
    body = {"autoCreateSubnetworks": False, "description": "", "mtu": None}
    assert checked("compute", "v1", "Network", body, presence=True, keep_null=True) == body


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1.5, True, "1e3", [], {}])
def test_int64_bounds(number: object) -> None:
    refusal("secretmanager", "v1", "Secret", {"versionAliases": {"a": number}})


@pytest.mark.parametrize("when", ["yesterday", "2026-01-01", 5, ""])
def test_timestamps(when: object) -> None:
    refusal("secretmanager", "v1", "Secret", {"expireTime": when})


@given(body=ANY_JSON)
def test_any_json_is_taken_or_refused(body: Any) -> None:
    for label, version, schema in (
        ("secretmanager", "v1", "Secret"),
        ("compute", "v1", "Network"),
        ("monitoring", "v3", "AlertPolicy"),
    ):
        with taken_or_refused():
            checked(label, version, schema, body)


@given(
    body=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("labels", "ttl", "annotations", "topics", "replication", "rotation", "etag"), ANY_JSON),
    )
)
def test_canonical_form_is_a_fixed_point(body: Any) -> None:
    try:
        once = checked("secretmanager", "v1", "Secret", body)
    except GoogleError:
        return
    assert checked("secretmanager", "v1", "Secret", once) == once


@given(st.from_regex(r"[a-z]{1,6}(_[a-z]{2,6}){0,3}", fullmatch=True))
def test_spellings_are_inverse(name: str) -> None:
    assert snake(camel(name)) == name
