"""Conditions in three values: what is compared with what, and the laws that hold of all of them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from route.condition import Condition, Measure
from route.evaluate import Compiler, Facts, Seen, holds
from route.table import Field

NAMES = ("a", "b", "c.d")
DAY = datetime.date(2026, 11, 23)


def read(document: dict[str, Any]) -> Condition:
    return msgspec.convert(document, Condition)


def asked(document: dict[str, Any], **facts: Any) -> bool | None:
    return holds(read(document), Facts(**{"fields": {}, **facts}))


def of(value: Any, **operator: Any) -> bool | None:
    return asked({"field": "a", **operator}, fields={"a": value})


# What is compared with what.


@pytest.mark.parametrize(
    ("value", "operator", "expected"),
    [
        (Decimal("20000.01"), {"above": "20000"}, True),
        (Decimal(20000), {"above": "20000"}, False),
        (20000, {"at_least": "20000.00"}, True),
        (Decimal("0.1"), {"is": "0.10"}, True),
        (3, {"one_of": ["1", "3.0"]}, True),
        (3, {"one_of": ["1", "2"]}, False),
        (0.3, {"below": "0.3"}, False),
        (DAY, {"above": "2026-11-22"}, True),
        (DAY, {"at_most": "2026-11-23"}, True),
        (DAY, {"is": "2026-11-23"}, True),
        (True, {"is": True}, True),
        (False, {"is": True}, False),
        ("GROSSE STRASSE", {"is": "große straße"}, True),
        ("Cafe\u0301", {"is": "CAF\u00c9"}, True),
        ("glass", {"one_of": ["Glass", "theft"]}, True),
    ],
)
def test_numbers_days_flags_and_texts_are_compared_as_what_they_are(
    value: Any, operator: dict[str, Any], expected: bool
) -> None:
    assert of(value, **operator) is expected


@pytest.mark.parametrize(
    ("value", "operator"),
    [
        ("20001", {"above": "20000"}),  # text is not made a number
        (True, {"above": "0"}),  # nor is a flag, which is an int to Python
        (True, {"is": "true"}),
        ("true", {"is": True}),
        (1, {"is": True}),
        (Decimal("NaN"), {"below": "1"}),
        (Decimal("sNaN"), {"is": "1"}),
        (Decimal("Infinity"), {"above": "1"}),
        (float("nan"), {"below": "1"}),
        (DAY, {"above": "20000"}),
        (Decimal(1), {"below": "2026-11-23"}),
        (Decimal(1), {"below": "1e9"}),  # no decimal text
        (Decimal(1), {"below": "soon"}),
        (DAY, {"below": "2026-02-30"}),
        (datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC), {"above": "2026-11-22"}),
        (["a"], {"is": "a"}),
        (7, {"mentions": ["7"]}),
        (None, {"is": "a"}),
        (Decimal(3), {"one_of": ["1", "glass"]}),  # not 1, and not comparable with glass
    ],
)
def test_a_value_of_another_type_is_unknown(value: Any, operator: dict[str, Any]) -> None:
    assert of(value, **operator) is None


def test_a_choice_is_compared_exactly_and_a_text_is_not() -> None:
    condition, facts = read({"field": "a", "is": "Glass"}), Facts({"a": "glass"})
    for declared, expected in ((Field("choice", values=["Glass", "glass"]), False), (Field("text"), True)):
        compiled = Compiler({"a": declared}, {}).condition(condition)
        assert compiled(Seen(facts, None)) is expected


@pytest.mark.parametrize(
    ("declared", "value", "wanted"),
    [
        (Field("choice", values=["vip", "standard"]), "V.I.P.", "vip"),
        (Field("choice", values=["vip", "standard"]), ["vip"], "vip"),
        (Field("decimal"), "1,234", "1234"),
        (Field("integer"), "a few", "3"),
        (Field("date"), "next week", "2026-11-23"),
        (Field("boolean"), "perhaps", True),
    ],
)
def test_a_value_that_was_left_as_it_was_sent_is_unknown(declared: Field, value: Any, wanted: Any) -> None:
    facts = Facts({"a": value})
    for operator in ({"is": wanted}, {"one_of": [wanted]}):
        condition = read({"field": "a", **operator})
        assert Compiler({"a": declared}, {}).condition(condition)(Seen(facts, None)) is None
        assert (
            Compiler({"a": declared}, {}).condition(read({"not": {"field": "a", **operator}}))(Seen(facts, None))
            is None
        )


@pytest.mark.parametrize(
    ("value", "expected"), [(0, True), (False, True), ("x", True), (None, False), ("", False), ([], False), ({}, False)]
)
def test_given_is_always_answered(value: Any, expected: bool) -> None:
    assert of(value, given=True) is expected
    assert of(value, given=False) is not expected
    assert asked({"field": "b", "given": True}, fields={"a": value}) is False


def test_one_field_is_compared_with_another() -> None:
    condition = {"output": "amount", "at_most": {"field": "claimed"}}
    claimed = {"claimed": Decimal(100)}
    assert asked(condition, fields=claimed, output={"amount": Decimal(100)}) is True
    assert asked(condition, fields=claimed, output={"amount": 101}) is False
    assert asked(condition, fields=claimed, output={}) is None
    assert asked(condition, fields=claimed) is None
    assert asked(condition, fields={"claimed": DAY}, output={"amount": 1}) is None
    assert asked({"field": "from", "below": {"field": "to"}}, fields={"from": DAY, "to": DAY}) is False


def test_dotted_names_reach_into_documents_and_not_into_lists() -> None:
    condition = {"field": "car.doors", "above": "3"}
    assert asked(condition, fields={"car": {"doors": 5}}) is True
    assert asked(condition, fields={"car.doors": 2, "car": {"doors": 5}}) is False
    for car in ({}, {"doors": None}, [{"doors": 5}], "doors", None):
        assert asked(condition, fields={"car": car}) is None


def test_measures() -> None:
    assert asked({"measure": "quality", "below": "0.9"}, quality=Decimal("0.89")) is True
    assert asked({"measure": "confidence", "below": "0.9"}) is None
    assert asked({"measure": "source", "is": "portal"}, source="portal") is True
    assert asked({"measure": "source", "is": "Portal"}, source="portal") is False
    assert asked({"measure": "source", "is": "portal"}) is None


def test_a_segment_is_a_membership() -> None:
    seniors = {"measure": "segment", "one_of": ["seniors", "commercial"]}
    assert asked(seniors, segments=["young", "seniors"]) is True
    assert asked(seniors, segments=["young"]) is False
    assert asked(seniors, segments=["young"], unsure=["seniors"]) is None
    assert asked(seniors, segments=["commercial"], unsure=["seniors"]) is True
    assert asked(seniors) is None, "nobody has looked"
    assert asked({"measure": "segment", "given": True}, segments=[], unsure=["seniors"]) is None
    assert asked({"measure": "segment", "given": False}, segments=[]) is True


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("My LAWYER's letter", "lawyer", True),
        ("my lawyers", "lawyer", False),
        ("outlawyer", "lawyer", False),
        ("see lawyer_2.pdf", "lawyer", True),
        ("die Großstraße.", "GROSSSTRASSE", True),
        ("den Anwälten", "Anwalt", False),
        ("des Anwalts", "Anwalt", False),
        ("cafe\u0301", "cafe", False),
        ("a cafe\u0301 b", "CAF\u00c9", True),
        ("\u0930\u093e\u092e\u093e", "\u0930\u093e\u092e", False),  # a vowel sign goes on with the word
        ("law\u00adyer", "lawyer", True),
        ("law\u200byer", "lawyer", True),
        ("law\u034fyer", "lawyer", True),
        ("lawyer\ufe0f", "lawyer", True),
        ("law\U000e0061yer", "lawyer", True),
        ("law\x00yer", "lawyer", True),
        ("law\x9dyer \u00e9", "lawyer", True),
        ("a \x1b small  claim", "small claim", True),
        ("a small\n   claim today", "small claim", True),
        ("smallclaim", "small claim", False),
        ("written in C++.", "c++", True),
        ("court court2", "court2", True),
        ("", "court", False),
        ("anything", "", False),
    ],
)
def test_mentions_finds_whole_words_as_they_are_written(text: str, phrase: str, expected: bool) -> None:
    condition = {"mentions": [phrase]}
    assert asked({"measure": "text", **condition}, text=text) is expected
    assert of(text, **condition) is expected
    assert of({"letters": [{"body": text}]}, **condition) is expected
    assert asked({"not": {"measure": "text", **condition}}, text=text) is not expected


@given(st.text(st.sampled_from(" \t\n\v\f\r\x1c\x1d\x1e\x1f\u00a0\u3000"), min_size=1, max_size=4))
def test_a_gap_between_words_is_of_any_white_space(gap: str) -> None:
    assert asked({"measure": "text", "mentions": ["small claim"]}, text=f"a small{gap}claim") is True


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"field": "a"},
        {"is": "x"},
        {"field": "a", "above": "1", "below": "9"},
        {"field": "a", "output": "a", "is": "x"},
        {"field": "a", "above": {}},
        {"field": "a", "not": {"field": "a", "given": True}},
        {"all": [], "any": []},
        {"measure": "segment", "above": "1"},
    ],
)
def test_what_is_no_condition_is_unknown(document: dict[str, Any]) -> None:
    assert asked(document, fields={"a": 5}, segments=[], output={"a": 5}) is None
    assert asked({"not": document}, fields={"a": 5}, segments=[], output={"a": 5}) is None


# Laws. ``given`` is about knowledge itself, so it is left out where knowledge grows.

texts = st.sampled_from(["x", "y", "5", "0.5", "2026-11-23", "", "law"]) | st.text(max_size=5)
values = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.decimals(allow_nan=True)
    | st.floats()
    | st.dates()
    | texts
    | st.lists(texts, max_size=2)
    | st.dictionaries(st.sampled_from(["d", "e"]), texts, max_size=2)
)
limits = texts | st.sampled_from([{"field": "b"}, {"output": "a"}, {}])
orders = [st.fixed_dictionaries({order: limits}) for order in ("above", "at_least", "below", "at_most")]
operators = st.one_of(
    st.fixed_dictionaries({"is": texts | st.booleans()}),
    st.fixed_dictionaries({"one_of": st.lists(texts | st.booleans(), max_size=3)}),
    st.fixed_dictionaries({"mentions": st.lists(texts, max_size=3)}),
    *orders,
)
subjects = (
    st.sampled_from(NAMES).map(lambda name: {"field": name})
    | st.sampled_from(NAMES).map(lambda name: {"output": name})
    | st.sampled_from(get_args(Measure)).map(lambda name: {"measure": name})
)
growing = st.builds(lambda subject, operator: {**subject, **operator}, subjects, operators)
shares = st.none() | st.decimals(0, 1, places=2)


def joined(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda many: {"all": many}),
            st.lists(inner, max_size=3).map(lambda many: {"any": many}),
            inner.map(lambda one: {"not": one}),
        ),
        max_leaves=8,
    )


conditions = joined(growing)
documents = st.dictionaries(st.sampled_from(["a", "b", "c"]), values, max_size=3)
known = st.builds(
    Facts,
    fields=documents,
    source=st.sampled_from(["", "x", "y"]),
    segments=st.none() | st.lists(st.sampled_from(["x", "y"]), unique=True),
    quality=shares,
    confidence=shares,
    text=st.none() | texts,
    output=st.none() | documents,
    unsure=st.lists(st.sampled_from(["x", "law"]), unique=True),
)


@given(joined(growing | st.builds(lambda s, g: {**s, "given": g}, subjects, st.booleans())), known)
def test_every_condition_has_an_answer_for_all_facts(document: dict[str, Any], facts: Facts) -> None:
    assert holds(read(document), facts) in {True, False, None}


@given(st.lists(conditions, min_size=1, max_size=3), known)
def test_de_morgan(parts: list[dict[str, Any]], facts: Facts) -> None:
    negated = [{"not": part} for part in parts]
    assert holds(read({"not": {"all": parts}}), facts) is holds(read({"any": negated}), facts)
    assert holds(read({"not": {"any": parts}}), facts) is holds(read({"all": negated}), facts)
    assert holds(read({"not": {"not": parts[0]}}), facts) is holds(read(parts[0]), facts)


@given(conditions, known, st.data())
def test_knowing_more_never_turns_a_decided_answer_round(
    document: dict[str, Any], facts: Facts, data: st.DataObject
) -> None:
    condition = read(document)
    before = holds(condition, less(facts, data))
    assert before is None or holds(condition, facts) is before


def less(facts: Facts, data: st.DataObject) -> Facts:
    """The facts, and something of them no longer known."""
    forget = data.draw(st.sets(st.sampled_from(["a", "b", "c", *facts.__struct_fields__])))
    kept = msgspec.structs.asdict(facts)
    kept["fields"] = {name: value for name, value in facts.fields.items() if name not in forget}
    if facts.output is not None:
        kept["output"] = {name: value for name, value in facts.output.items() if name not in forget}
    for name in forget & {"source", "quality", "confidence", "text", "output"}:
        kept[name] = "" if name == "source" else None
    if facts.segments is not None:
        kept["unsure"] = sorted({*facts.unsure, *(name for name in facts.segments if name in forget)})
        kept["segments"] = None if "segments" in forget else [x for x in facts.segments if x not in kept["unsure"]]
    return Facts(**kept)
