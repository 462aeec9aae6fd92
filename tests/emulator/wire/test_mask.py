"""Masks: what is named changes, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.discovery.document import api
from emulator.wire import mask
from emulator.wire.errors import GoogleError

KEYS = st.sampled_from(["a", "b", "c", "d"])
TREES = st.recursive(st.integers(0, 3), lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
OBJECTS = st.dictionaries(KEYS, TREES, max_size=4)
PATHS = st.lists(st.lists(KEYS, min_size=1, max_size=3).map(".".join), max_size=4)


def at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value


def test_both_spellings_and_backquotes() -> None:
    assert mask.parse("display_name,labels.`a.b_c`, displayName") == ("displayName", "labels.`a.b_c`")
    assert mask.apply({}, {"labels": {"a.b_c": "1"}}, ("labels.`a.b_c`",)) == {"labels": {"a.b_c": "1"}}


def test_a_field_that_is_not_in_the_body_is_cleared() -> None:
    assert mask.apply({"a": 1, "b": 2}, {}, ("a",)) == {"b": 2}


def test_star_keeps_what_is_read_only() -> None:
    assert mask.apply({"name": "n", "a": 1}, {"b": 2, "name": "x"}, ("*",), read_only=frozenset({"name"})) == {
        "name": "n",
        "b": 2,
    }


def test_unknown_path_is_400() -> None:
    found, _ = api("secretmanager", "v1")
    schema = found.schema("Secret")
    assert schema is not None
    mask.check(("labels.anything", "replication.automatic", "ttl", "*"), schema, found)
    for path in ("nothing", "replication.nothing", "ttl.seconds"):
        with pytest.raises(GoogleError):
            mask.check((path,), schema, found)


@given(before=OBJECTS, body=OBJECTS, paths=PATHS)
def test_masked_fields_come_from_the_body_and_others_stay(before: Any, body: Any, paths: list[str]) -> None:
    after = mask.apply(before, body, paths)
    heads = {p.split(".")[0] for p in paths}
    assert {k: v for k, v in after.items() if k not in heads} == {k: v for k, v in before.items() if k not in heads}
    if len(paths) == 1:
        assert at(after, paths[0]) == at(body, paths[0])


@given(before=OBJECTS, body=OBJECTS, paths=PATHS)
def test_twice_is_once(before: Any, body: Any, paths: list[str]) -> None:
    once = mask.apply(before, body, paths)
    assert mask.apply(once, body, paths) == once


@given(before=OBJECTS, patch=OBJECTS)
def test_merge_patch(before: Any, patch: Any) -> None:
    assert mask.merge_patch(before, {}) == before
    after = mask.merge_patch(before, patch)
    assert mask.merge_patch(after, patch) == after
    assert mask.merge_patch(before, dict.fromkeys(before)) == {}
