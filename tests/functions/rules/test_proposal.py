"""What counts as an answer, and the rules of form that hold whatever a model answers."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import googleapiclient
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from route.table import Field
from rules.proposal import Form, GarbageError, Proposal, formatted, objections, opinion, proposal, schema

OUTPUT = {
    "decision": Field("choice", values=["pay", "reject"]),
    "amount": Field("decimal", unit="EUR", least="0", most="50000", missing="allow"),
    "papers": Field("integer", missing="allow"),
    "due": Field("date", missing="allow"),
    "urgent": Field("boolean", missing="allow"),
    "letter": Field("text", longest=20, missing="allow"),
    "plan": Field("document", missing="allow"),
}
FORM = Form(OUTPUT)
FINE: dict[str, Any] = {"output": {"decision": "pay"}, "reasons": ["because"], "facts": ["amount"], "confidence": 0.9}
CASE = {"amount": 9, "papers": [{"kind": "invoice"}], "iban": "[masked]", "owner": {"name": "[masked]", "since": 2020}}


def said(**output: Any) -> dict[str, Any]:
    return FORM.proposal(json.dumps({**FINE, "output": {**FINE["output"], **output}})).output


def objected(*facts: str) -> list[str]:
    return list(objections(Proposal({}, ["because"], list(facts)), CASE, frozenset({"iban", "owner.name"})))


@given(st.text())
def test_any_text_but_the_form_asked_for_is_garbage(text: str) -> None:
    for read in (FORM.proposal, opinion, formatted):
        with pytest.raises(GarbageError):
            read(text)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["pay", "5"])
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "amount": st.integers(-1, 50_001) | st.floats(0, 9) | st.decimals(-1, 9).map(str),
    "papers": st.integers() | st.floats(-9, 9).map(round),
    "due": st.dates().map(str),
    "urgent": st.booleans(),
    "letter": st.text(max_size=25),
    "plan": ANY_JSON | ANY_JSON.map(json.dumps),
}


@given(
    st.fixed_dictionaries(
        {"decision": st.sampled_from(["pay", "Reject", 5])},
        optional={name: st.one_of(likely, likely, ANY_JSON) for name, likely in LIKELY.items()},
    ),
    st.floats(-0.1, 1.1) | ANY_JSON,
)
def test_an_answer_is_garbage_or_is_what_was_declared(output: dict[str, Any], confidence: Any) -> None:
    types = {"decision": str, "amount": Decimal, "papers": int, "due": datetime.date, "urgent": bool, "letter": str}
    try:
        read = FORM.proposal(json.dumps({**FINE, "output": output, "confidence": confidence}))
    except GarbageError:
        return
    assert read.output["decision"] in {"pay", "reject"}
    for name, value in read.output.items():
        assert type(value) in {types.get(name), *({dict, list} if name == "plan" else ())}
    assert 0 <= read.output.get("amount", 0) <= 50000
    assert read.confidence is None or 0 <= read.confidence <= 1


def test_numbers_are_those_that_were_written() -> None:
    text = json.dumps(FINE).replace('"pay"', '"pay", "amount": 0.10').replace("0.9", "0.70")
    read = proposal(f"```json\n{text}\n```", OUTPUT)
    assert (str(read.output["amount"]), str(read.confidence)) == ("0.10", "0.70")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("amount", "1234.50", Decimal("1234.50")),
        ("amount", "12 EUR", Decimal(12)),
        ("papers", 3, 3),
        ("papers", 3.0, 3),
        ("due", "2026-11-23", datetime.date(2026, 11, 23)),
        ("urgent", False, False),
        ("letter", " Dear\u200b all\u0000 ", "Dear all"),
        ("plan", '{"steps": [1.10]}', {"steps": [Decimal("1.10")]}),
        ("plan", [{"step": 1}], [{"step": 1}]),
        ("decision", "Reject ", "reject"),
    ],
)
def test_fields_are_read_by_their_declaration(name: str, value: Any, expected: Any) -> None:
    read = said(**{name: value})[name]
    assert (read, type(read)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("decision", "refuse"),
        ("decision", None),
        ("decision", " "),
        ("amount", -1),
        ("amount", 50001),
        ("amount", "a lot"),
        ("amount", "1,234"),
        ("amount", True),
        ("amount", 10**40),
        ("papers", 2.5),
        ("papers", 10**40),
        ("due", "23.11.2026"),
        ("due", "2026-02-30"),
        ("urgent", "perhaps"),
        ("letter", "x" * 21),
        ("letter", ["x"]),
        ("plan", "first pay"),
        ("plan", 5),
        ("condition", "only after an inspection"),
    ],
)
def test_what_cannot_be_read_is_garbage_and_its_value_is_not_repeated(name: str, value: Any) -> None:
    with pytest.raises(GarbageError) as caught:
        said(**{name: value})
    assert str(value).strip() not in {*str(caught.value).split()} - {"a", "True", "None"}


@pytest.mark.parametrize("value", [None, "", "\u200b "])
def test_an_optional_field_may_be_left_out(value: Any) -> None:
    assert said(letter=value) == {"decision": "pay"}


@pytest.mark.parametrize(
    "change",
    [
        {"reasons": []},
        {"facts": []},
        {"reasons": ["x" * 501]},
        {"reasons": ["x"] * 11},
        {"reasons": ["\u200b"]},
        {"facts": [7]},
        {"output": {}},
        {"output": ["pay"]},
        {"confidence": 1.01},
        {"confidence": -0.01},
        {"confidence": 95},
        {"confidence": "0.9"},
        {"confidence": "high"},
        {"confidence": True},
        {"confidence": [0.9]},
        {"reasons": ["x" * 499] * 10, "facts": ["x" * 499] * 50, "note": "x" * 200_000},
    ],
)
def test_an_answer_without_its_reasons_or_out_of_bounds_is_garbage(change: dict[str, Any]) -> None:
    with pytest.raises(GarbageError):
        proposal(json.dumps({**FINE, **change}), OUTPUT)


def test_a_model_may_be_silent_on_its_confidence() -> None:
    for silent in ({**FINE, "confidence": None}, {key: FINE[key] for key in ("output", "reasons", "facts")}):
        assert proposal(json.dumps(silent), OUTPUT).confidence is None


def test_the_other_roles_answers() -> None:
    assert opinion('```json\n{"agrees": true, "reasons": []}\n```').agrees
    assert opinion('{"agrees": false, "reasons": [" too much\\u0000"]}').reasons == ["too much"]
    assert formatted('```\n{"text": " Dear all "}\n```') == "Dear all"
    for read, text in ((opinion, '{"agrees": 1, "reasons": []}'), (formatted, '{"text": " "}'), (formatted, '"x"')):
        with pytest.raises(GarbageError):
            read(text)


def test_facts_of_the_case_are_accepted_at_any_depth() -> None:
    assert objected("amount", "papers.kind", "papers[0].kind", "Papers", "owner.since") == []


def test_invented_and_masked_facts_are_objected_to() -> None:
    assert (
        objected("speed", "papers.colour", "amount.cents", "owners")
        == ["a reason rests on a fact that the case does not have"] * 4
    )
    assert (
        objected("iban", "IBAN.country", "owner.name", "Owner.Name[0]")
        == ["a reason rests on a field that is masked, so the model cannot know it"] * 4
    )


# The response schema, held against the description that Google publishes of the API.


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The properties of a Schema in Vertex AI's REST API, v1."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    document = json.loads((folder / "aiplatform.v1.json").read_text())
    assert "responseSchema" in document["schemas"]["GoogleCloudAiplatformV1GenerationConfig"]["properties"]
    properties: dict[str, Any] = document["schemas"]["GoogleCloudAiplatformV1Schema"]["properties"]
    return properties


def test_every_word_of_the_response_schema_is_the_api_s(published: dict[str, Any]) -> None:
    seen = set()
    json_types = {"string": str, "number": int | float, "boolean": bool, "array": list, "object": dict}

    def check(part: dict[str, Any]) -> None:
        assert part["type"] in published["type"]["enum"]
        for key, value in part.items():
            seen.add(key)
            assert isinstance(value, json_types[published[key].get("type", "object")]), key
        for inner in (*part.get("properties", {}).values(), *([part["items"]] if "items" in part else ())):
            check(inner)

    check(schema(OUTPUT))
    assert seen >= {"enum", "format", "minimum", "maximum", "nullable", "propertyOrdering", "minItems", "description"}


def test_what_follows_the_response_schema_is_no_garbage() -> None:
    asked = schema(OUTPUT)
    answer = asked["properties"]["output"]
    assert answer["required"] == ["decision"]
    assert list(answer["properties"]) == list(OUTPUT)
    full = {"amount": 5.5, "papers": 1, "due": "2026-11-23", "urgent": True, "letter": "x", "plan": '{"a": 1}'}
    for output in ({"decision": "pay"}, {"decision": "reject", **full}):
        document = {**FINE, "output": output}
        jsonschema.validate(document, lowered(asked))
        assert proposal(json.dumps(document), OUTPUT).output.keys() == output.keys()
    for wrong in ({**FINE, "confidence": 2}, {**FINE, "facts": []}, {**FINE, "output": {"decision": "refuse"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, lowered(asked))


def lowered(part: dict[str, Any]) -> dict[str, Any]:
    """The same in JSON Schema, whose types are lower case and whose counts are numbers."""
    changed = {**part, "type": part["type"].lower()}
    if "minItems" in part:
        changed["minItems"] = int(part["minItems"])
    if "properties" in part:
        changed["properties"] = {name: lowered(inner) for name, inner in part["properties"].items()}
    if "items" in part:
        changed["items"] = lowered(part["items"])
    return changed


@pytest.mark.parametrize(
    "answer",
    [
        '{"output": {"decision": "pay"}, "reasons": ["r"], "facts": ["f"], "confidence": 1e99999999999999999999}',
        '{"output": {"decision": "pay", "amount": 1e-99999999999999999999}, "reasons": ["r"], "facts": ["f"]}',
        '{"output": {"decision": "pay", "decision": "reject"}, "reasons": ["r"], "facts": ["f"]}',
        '{"output": {"decision": "pay"}, "reasons": ["r"], "facts": ["f"], "confidence": 0.1, "confidence": 0.95}',
        '{"output": {"decision": "pay", "plan": '
        + '{"x": ' * 600
        + "1"
        + "}" * 600
        + '}, "reasons": ["r"], "facts": ["f"]}',
        json.dumps({**FINE, "output": {"decision": "pay", "plan": '{"x": ' * 600 + "1" + "}" * 600}}),
    ],
    ids=["huge", "tiny", "twice", "two-confidences", "deep", "deep-text"],
)
def test_an_answer_that_could_mean_two_things_or_break_a_reader_is_garbage(answer: str) -> None:
    with pytest.raises(GarbageError):
        FORM.proposal(answer)


def test_an_opinion_that_says_both_is_garbage() -> None:
    with pytest.raises(GarbageError):
        opinion('{"agrees": false, "reasons": ["wrong"], "agrees": true}')
    assert opinion('{"agrees": true, "reasons": ["a: b"]}').agrees
