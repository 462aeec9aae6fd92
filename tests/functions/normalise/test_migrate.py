"""Steps: each does one declared thing, and leaves to a person what it cannot do."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise.case import BadRequestError
from normalise.migrate import Draft, compiled, step_faults
from route.table import Formats, Step

COMMA = Formats(decimal="comma")


def step(do: str, field: str, **keys: Any) -> Step:
    return msgspec.convert({"do": do, "field": field, "why": "because", **keys}, Step)


def take(fields: dict[str, Any], *steps: Step) -> Draft:
    draft = Draft(copy.deepcopy(fields), COMMA)
    for one in steps:
        assert list(step_faults(one)) == []
        compiled(one).apply(draft)
    return draft


def test_a_name_moves_into_and_out_of_nested_objects() -> None:
    fields = {"claim": {"holder": {"born": "x"}, "n": 1}}
    assert take(fields, step("rename", "Claim.Holder.Born", to="birth_date")).fields == {
        "claim": {"holder": {}, "n": 1},
        "birth_date": "x",
    }
    assert take({"born": "x"}, step("rename", "born", to="holder.birth-date")).fields == {"holder": {"birth_date": "x"}}


def test_two_values_for_one_field_are_left_to_a_person() -> None:
    draft = take({"old": 1, "new": 2}, step("rename", "old", to="new"))
    assert draft.fields == {"old": 1, "new": 2}
    assert draft.concerns == ["`new` came under two names with different values"]
    assert draft.unread == {"new"}
    same = take({"old": 1, "new": 1}, step("rename", "old", to="new"))
    assert (same.fields, same.concerns) == ({"new": 1}, [])
    empty = take({"old": 1, "new": None}, step("rename", "old", to="new"))
    assert (empty.fields, empty.concerns) == ({"new": 1}, [])


def test_a_path_through_a_value_leads_nowhere() -> None:
    assert take({"a": "text"}, step("rename", "a.b", to="c")).fields == {"a": "text"}
    draft = take({"a": "text", "b": 1}, step("rename", "b", to="a.b"))
    assert (draft.fields, len(draft.concerns)) == ({"a": "text", "b": 1}, 1)


def test_set_fills_what_is_absent_and_nothing_else() -> None:
    one = step("set", "kind", value="private")
    assert take({}, one).fields == {"kind": "private"}
    assert take({"kind": None}, one).fields == {"kind": "private"}
    assert take({"kind": "commercial"}, one).fields == {"kind": "commercial"}


def test_map_takes_words_in_any_case_and_says_what_it_does_not_know() -> None:
    values = {"Ja": True, "nein": False, "3": "three", "k.A.": None}
    one = step("map", "x", values=values)
    for sent, stays in (("JA", True), (3, "three"), ("k.a.", None), (False, False)):
        assert take({"x": sent}, one).fields["x"] == stays
    unknown = take({"x": "vielleicht"}, one)
    assert (unknown.fields["x"], unknown.unread, len(unknown.concerns)) == ("vielleicht", {"x"}, 1)
    assert "vielleicht" not in unknown.concerns[0]
    kept = take({"x": "vielleicht"}, step("map", "x", values=values, otherwise="keep"))
    assert (kept.fields["x"], kept.concerns) == ("vielleicht", [])
    with pytest.raises(BadRequestError, match="`x`") as refused:
        take({"x": "vielleicht"}, step("map", "x", values=values, otherwise="refuse"))
    assert "vielleicht" not in str(refused.value)
    for nothing in ({}, {"x": None}, {"x": ""}):
        assert take(nothing, one).fields == nothing
    for odd in ([], {}, [1]):
        assert take({"x": odd}, one).concerns


@given(st.integers(-(10**20), 10**20), st.sampled_from(["0.01", "1000", "0.3048", "-1"]))
def test_scale_is_exact(number: int, factor: str) -> None:
    one = step("scale", "x", factor=factor)
    for sent in (number, str(number), Decimal(number)):
        assert Fraction(take({"x": sent}, one).fields["x"]) == Fraction(factor) * number


def test_scale_reads_the_formats_of_the_source_and_nothing_twice() -> None:
    one = step("scale", "x", factor="1000")
    assert take({"x": "1,5"}, one).fields["x"] == Decimal(1500)
    draft = take({"x": "1,234.5"}, one)
    assert (draft.fields["x"], draft.unread) == ("1,234.5", {"x"})


def test_split_and_join() -> None:
    cut = step("split", "name", separator=",", into=["last", "first"])
    draft = take({"name": "Doe , Jane"}, cut)
    assert draft.fields == {"last": "Doe", "first": "Jane"}
    assert {change.field for change in draft.changes} == {"last", "first"}
    for odd in ("Doe", "Doe, Jane, PhD", 7, ["Doe, Jane"]):
        left = take({"name": odd}, cut)
        assert (left.fields, left.unread) == ({"name": odd}, {"name"})
    taken = take({"name": "Doe, Jane", "first": "John"}, cut)
    assert (taken.fields["name"], taken.fields["first"], len(taken.concerns)) == ("Doe, Jane", "John", 1)

    put = step("join", "day", separator=".", into=["d", "m", "y"])
    assert take({"d": 1, "m": "02", "y": 2026}, put).fields == {"day": "1.02.2026"}
    assert take({}, put).fields == {}
    for part in (None, "", True, [1]):
        left = take({"d": 1, "m": 2, "y": part}, put)
        assert (left.fields, len(left.concerns)) == ({"d": 1, "m": 2, "y": part}, 1)
    other = take({"d": 1, "m": 2, "y": 3, "day": "x"}, put)
    assert (other.fields, len(other.concerns)) == ({"d": 1, "m": 2, "y": 3, "day": "x"}, 1)


def test_a_joined_field_may_be_one_of_its_parts() -> None:
    put = step("join", "phone", separator="-", into=["prefix", "phone"])
    assert take({"prefix": "030", "phone": "901820"}, put).fields == {"phone": "030-901820"}
    cut = step("split", "phone", separator="-", into=["prefix", "phone"])
    assert take({"phone": "030-901820"}, cut).fields == {"prefix": "030", "phone": "901820"}


STEPS = st.sampled_from(
    [
        step("rename", "a", to="b"),
        step("rename", "a.b", to="c"),
        step("rename", "b", to="a.c"),
        step("drop", "a.b"),
        step("set", "a.b", value="1"),
        step("map", "b", values={"1": "2"}),
        step("scale", "b", factor="0.5"),
        step("split", "b", separator=" ", into=["a", "c"]),
        step("join", "a", separator=" ", into=["b", "c"]),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["1", "x y", ""]),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=2) | st.lists(inner, max_size=2),
    max_leaves=4,
)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [] if value is None or value == "" else [str(value)]


@given(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), st.lists(STEPS, max_size=4))
def test_no_step_loses_a_value_without_saying_so(fields: dict[str, Any], steps: list[Step]) -> None:
    draft = take(fields, *steps)
    after = leaves(draft.fields)
    if draft.fields != fields:
        assert draft.changes or after == leaves(fields)
    if not draft.changes:
        assert sorted(after) == sorted(leaves(fields))
