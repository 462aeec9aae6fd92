"""From a request to a case: declared rules for versions, formats, and what is missing, invalid or unknown."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise.case import BadRequestError, Case, Change
from normalise.intake import Intake, faults
from normalise.request import Request, parse
from route import table

TODAY = datetime.date(2026, 11, 23)
FIELDS: dict[str, Any] = {
    "amount": {"type": "decimal", "unit": "EUR", "least": "0", "most": "1000000"},
    "incident_date": {"type": "date", "missing": "refuse"},
    "papers_complete": {"type": "boolean", "missing": "default", "default": False},
    "category": {"type": "choice", "values": ["glass", "collision"], "invalid": "refuse"},
    "description": {"type": "text", "longest": 200, "missing": "allow"},
    "vehicle": {"type": "document", "missing": "allow"},
}
STEPS: list[dict[str, Any]] = [
    {"do": "rename", "field": "Betrag", "to": "amount", "why": "version 4 is in English"},
    {"do": "scale", "field": "amount", "factor": "0.01", "why": "version 4 has euros, not cents"},
    {"do": "rename", "field": "schaden.tag", "to": "incident_date", "why": "version 4 is flat"},
    {"do": "drop", "field": "schaden", "why": "nothing else is in it"},
    {"do": "map", "field": "art", "values": {"Glas": "glass", "Unfall": "collision"}, "why": "English words"},
    {"do": "rename", "field": "art", "to": "category", "why": "version 4 is in English"},
]
BEFORE = {"Betrag": "123.456,00", "schaden": {"tag": "02.11.2026"}, "art": "Glas"}
AFTER = {"amount": 1234.56, "incident_date": "2026-11-02", "category": "glass", "papers_complete": False}
GERMAN = {"dates": ["%d.%m.%Y"], "decimal": "comma", "true": ["ja"], "false": ["nein"]}
VERSIONS: dict[str, Any] = {
    "4": {},
    "3": {
        "to": "4",
        "until": "2027-03-31",
        "formats": GERMAN,
        "steps": STEPS,
        "examples": [{"before": BEFORE, "after": AFTER}],
    },
}
GOOD = {"amount": 10, "incident_date": "2026-11-02", "papers_complete": True, "category": "glass"}


def rules(
    fields: dict[str, Any] | None = None, unknown: str = "review", versions: Any = None, **source: Any
) -> table.Intake:
    source = {"current": "4", "versions": VERSIONS if versions is None else versions, **source}
    raw = {"fields": FIELDS if fields is None else fields, "unknown_fields": unknown, "sources": {"portal": source}}
    return msgspec.convert(raw, table.Intake)


def request(fields: dict[str, Any], schema: str | None = "4") -> Request:
    return parse(json.dumps({"case_id": "c-1", "source": "portal", "schema": schema, "fields": fields}).encode(), None)


def case(
    fields: dict[str, Any], schema: str | None = "4", intake: table.Intake | None = None, day: datetime.date = TODAY
) -> Case:
    return Intake(intake or rules()).normalise(request(fields, schema), day)


def refusal(fields: dict[str, Any], schema: str | None = "4", intake: table.Intake | None = None) -> BadRequestError:
    with pytest.raises(BadRequestError) as refused:
        case(fields, schema, intake)
    return refused.value


def changed(it: Case) -> set[tuple[str, str]]:
    return {(change.field, change.what) for change in it.changes}


def test_a_case_in_the_current_form_is_read_and_nothing_is_changed() -> None:
    it = case({**GOOD, "amount": 0.1, "description": "A stone hit the windscreen.", "vehicle": {"year": 2019}})
    assert it.fields == {
        "amount": Decimal("0.1"),
        "incident_date": datetime.date(2026, 11, 2),
        "papers_complete": True,
        "category": "glass",
        "description": "A stone hit the windscreen.",
        "vehicle": {"year": 2019},
    }
    assert (it.id, it.source, it.version) == ("c-1", "portal", "4")
    assert (it.changes, it.concerns, it.quality) == ([], [], Decimal(1))


def test_an_old_version_is_migrated_and_each_change_says_why() -> None:
    it = case(BEFORE, "3")
    assert it.fields == {
        "amount": Decimal("1234.56"),
        "incident_date": datetime.date(2026, 11, 2),
        "papers_complete": False,
        "category": "glass",
    }
    assert it.version == "3"
    assert it.concerns == []
    assert Change("amount", "renamed", "version 4 is in English") in it.changes
    assert Change("amount", "migrated", "version 4 has euros, not cents") in it.changes
    assert {("incident_date", "reformatted"), ("papers_complete", "defaulted"), ("category", "renamed")} <= changed(it)
    # Of four values one was filled in; scaling, mapping and declared formats lose nothing.
    assert it.quality == Decimal("0.75")


def test_a_new_name_alone_is_no_loss_of_quality() -> None:
    steps = [{"do": "rename", "field": "betrag", "to": "amount", "why": "English"}]
    versions = {"4": {}, "3": {"to": "4", "steps": steps}}
    sent = {**GOOD, "betrag": 10}
    del sent["amount"]
    it = case(sent, "3", rules(versions=versions))
    assert (it.fields["amount"], it.quality) == (Decimal(10), Decimal(1))


def test_versions_lead_on_until_the_current_one() -> None:
    first = {"to": "3", "formats": GERMAN, "steps": [{"do": "rename", "field": "summe", "to": "Betrag", "why": "3"}]}
    sent = {"summe": "100,00", "schaden": {"tag": "02.11.2026"}, "art": "unfall"}
    it = case(sent, "2", rules(versions={**VERSIONS, "2": first}))
    assert (it.fields["amount"], it.fields["category"]) == (Decimal(1), "collision")


def test_what_a_step_writes_is_in_the_current_form_already() -> None:
    steps = [
        {"do": "set", "field": "amount", "value": "1000.5", "why": "flat rate"},
        {"do": "set", "field": "incident_date", "value": "2026-01-31", "why": "start"},
        {"do": "map", "field": "papers_complete", "values": {"x": True, "-": False}, "why": "truth"},
    ]
    versions = {"4": {}, "3": {"to": "4", "formats": GERMAN, "steps": steps}}
    it = case({"category": "glass", "papers_complete": "x"}, "3", rules(versions=versions))
    assert it.fields["amount"] == Decimal("1000.5")
    assert it.fields["incident_date"] == datetime.date(2026, 1, 31)
    assert it.fields["papers_complete"] is True
    assert not it.concerns


@pytest.mark.parametrize(
    "steps",
    [
        [
            {"do": "scale", "field": "claim.cents", "factor": "0.01", "why": "euros"},
            {"do": "rename", "field": "claim.cents", "to": "amount", "why": "flat"},
            {"do": "rename", "field": "claim.day", "to": "incident_date", "why": "flat"},
        ],
        [
            {"do": "rename", "field": "claim", "to": "loss", "why": "new word"},
            {"do": "scale", "field": "loss.cents", "factor": "0.01", "why": "euros"},
            {"do": "rename", "field": "loss", "to": "claim", "why": "old word"},
            {"do": "rename", "field": "claim.day", "to": "incident_date", "why": "flat"},
            {"do": "rename", "field": "claim.cents", "to": "amount", "why": "flat"},
        ],
        [
            {"do": "set", "field": "incident_date", "value": "2026-01-31", "why": "start"},
            {"do": "drop", "field": "incident_date", "why": "the claim has one"},
            {"do": "rename", "field": "claim.day", "to": "incident_date", "why": "flat"},
            {"do": "scale", "field": "claim.cents", "factor": "0.01", "why": "euros"},
            {"do": "rename", "field": "claim.cents", "to": "amount", "why": "flat"},
        ],
        [
            {"do": "scale", "field": "claim.cents", "factor": "0.01", "why": "euros"},
            {"do": "rename", "field": "claim.cents", "to": "amount", "why": "flat"},
            {"do": "map", "field": "when", "values": {"today": "2026-11-23"}, "why": "a date"},
            {"do": "rename", "field": "when", "to": "incident_date", "why": "a word for it"},
            {"do": "rename", "field": "incident_date", "to": "claim.sent", "why": "the claim has one"},
            {"do": "rename", "field": "claim.day", "to": "incident_date", "why": "flat"},
        ],
    ],
    ids=["beside", "around", "dropped", "moved"],
)
def test_what_a_step_wrote_says_nothing_of_what_lies_beside_it_or_comes_after_it(steps: list[dict[str, Any]]) -> None:
    steps = [*steps, *({"do": "drop", "field": field, "why": "nothing else is in it"} for field in ("claim", "when"))]
    sent = {"claim": {"cents": "123.456,00", "day": "09.08.2026"}, "category": "glass", "when": "today"}
    it = case(sent, "3", rules(versions={"4": {}, "3": {"to": "4", "formats": GERMAN, "steps": steps}}))
    assert (it.fields["amount"], it.fields["incident_date"]) == (Decimal("1234.56"), datetime.date(2026, 8, 9))
    assert it.concerns == []


def test_the_last_day_of_a_version() -> None:
    last = datetime.date(2027, 3, 31)
    assert case(BEFORE, "3", day=last).concerns == []
    late = case(BEFORE, "3", day=last + datetime.timedelta(1))
    assert late.concerns == ["version 3 of this source was taken until 2027-03-31"]
    assert late.fields["amount"] == Decimal("1234.56")
    strict = rules(versions={**VERSIONS, "3": {**VERSIONS["3"], "until": "2026-01-31", "then": "refuse"}})
    assert refusal(BEFORE, "3", strict).code == "old-version"


def test_of_an_unknown_version_nothing_is_read() -> None:
    it = case({**GOOD, "amount": "1.234"}, "5")
    assert it.fields["amount"] == "1.234"
    assert it.fields["incident_date"] == "2026-11-02"
    assert (it.version, it.quality, len(it.concerns)) == ("unknown", Decimal(0), 1)
    assert refusal(GOOD, "5", rules(unknown_version="refuse")).code == "unknown-version"


def test_a_case_without_a_version_is_one_only_where_there_is_one() -> None:
    assert case(GOOD, None).version == "unknown"
    assert case(GOOD, None, rules(versions={"4": {}})).version == "4"


def test_an_unknown_source_is_refused_without_repeating_it() -> None:
    raw = {"case_id": "c-1", "source": "somebody@example.com", "fields": GOOD}
    with pytest.raises(BadRequestError, match="one of: portal") as refused:
        Intake(rules()).normalise(parse(json.dumps(raw).encode(), None), TODAY)
    assert refused.value.code == "unknown-source"
    assert "somebody" not in str(refused.value)


@pytest.mark.parametrize("empty", [None, "", "  ", "\u200b"])
def test_null_and_empty_are_missing(empty: Any) -> None:
    it = case({**GOOD, "amount": empty, "papers_complete": empty, "description": empty})
    assert "amount" not in it.fields
    assert it.concerns == ["`amount` is missing, null or empty"]
    assert it.fields["papers_complete"] is False
    assert ("papers_complete", "defaulted") in changed(it)
    assert "description" not in it.fields
    # Two of four: an optional field that is absent does not count.
    assert it.quality == Decimal("0.5")
    assert refusal({**GOOD, "incident_date": empty}).code == "missing-field"


@pytest.mark.parametrize("amount", ["12,50", "1,234", "1e400", "Infinity", "many", True, [1], -1, 1000001, "12 USD"])
def test_an_invalid_value_stays_as_it_was_sent_and_sends_the_case_to_a_person(amount: Any) -> None:
    it = case({**GOOD, "amount": amount})
    assert it.fields["amount"] == amount
    assert len(it.concerns) == 1
    assert str(amount) not in it.concerns[0]
    assert it.quality == Decimal("0.75")


def test_an_invalid_value_is_refused_where_the_charter_says_so() -> None:
    refused = refusal({**GOOD, "category": "wood"})
    assert refused.code == "invalid-field"
    assert "wood" not in str(refused)
    assert "glass, collision" in str(refused)


def test_a_date_with_two_readings_is_none() -> None:
    both = {"formats": {"dates": ["%d/%m/%Y", "%m/%d/%Y"]}}
    intake = rules(versions={"4": both})
    it = case({**GOOD, "incident_date": "01/02/2026"}, "4", intake)
    assert it.fields["incident_date"] == "01/02/2026"
    assert len(it.concerns) == 1
    clear = case({**GOOD, "incident_date": "13/02/2026"}, "4", intake)
    assert clear.fields["incident_date"] == datetime.date(2026, 2, 13)
    # The current version's own formats are no repair.
    assert (clear.concerns, clear.quality) == ([], Decimal(1))


def test_a_tolerated_form_is_a_repair() -> None:
    it = case({**GOOD, "amount": "1,234.50", "category": "GLASS"})
    assert (it.fields["amount"], it.fields["category"]) == (Decimal("1234.50"), "glass")
    assert changed(it) == {("amount", "reformatted"), ("category", "reformatted")}
    assert it.quality == Decimal("0.5")


def test_unknown_fields_go_the_way_that_the_charter_says() -> None:
    sent = {**GOOD, "notes": "x", "anna@example.com": 1}
    kept = case(sent)
    assert kept.fields["notes"] == "x"
    assert kept.concerns == ["2 fields are not declared: notes, (a name that is not shown)"]
    dropped = case(sent, intake=rules(unknown="drop"))
    assert "notes" not in dropped.fields
    assert ("notes", "dropped") in changed(dropped)
    assert dropped.concerns == []
    refused = refusal(sent, intake=rules(unknown="refuse"))
    assert refused.code == "unknown-field"
    assert "anna" not in str(refused)


def test_an_intake_that_declares_nothing_knows_nothing() -> None:
    for unknown, fields, concerns in (("review", {"a": 1}, 1), ("drop", {}, 0)):
        it = case({"a": 1}, intake=rules({}, unknown, {"4": {}}))
        assert (it.fields, len(it.concerns), it.quality) == (fields, concerns, Decimal(1))
    assert refusal({"a": 1}, intake=rules({}, "refuse", {"4": {}})).code == "unknown-field"


def test_names_are_the_same_but_for_case_hyphens_and_spaces() -> None:
    sent = {"Amount ": 10, "INCIDENT-date": "2026-11-02", "papers complete": True, "\uff43ategory": "glass"}
    it = case(sent)
    assert it.fields.keys() == FIELDS.keys() - {"description", "vehicle"}
    assert (it.concerns, it.quality) == ([], Decimal(1))
    assert ("incident_date", "renamed") in changed(it)


@pytest.mark.parametrize("double", [{"Amount": 1}, {"vehicle": {"a-b": 1, "a b": 2}}, {" ": 1}, {"vehicle": [{"": 1}]}])
def test_names_that_fold_to_one_or_to_none_are_refused(double: dict[str, Any]) -> None:
    assert refusal({**GOOD, **double}).code == "same-name"


def test_texts_are_cleaned_and_the_change_is_kept() -> None:
    it = case({**GOOD, "description": "pay\u202e now\u0000", "vehicle": {"Make": ["V\u200bW"]}})
    assert (it.fields["description"], it.fields["vehicle"]) == ("pay now", {"make": ["VW"]})
    assert {("description", "cleaned"), ("vehicle.make", "cleaned"), ("vehicle.make", "renamed")} <= changed(it)
    assert it.quality == Decimal("0.6666")


VALUES = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12)
SENT = st.dictionaries(st.sampled_from([*FIELDS, *BEFORE, "x"]) | st.text(max_size=6), VALUES, min_size=1)


@given(SENT, st.sampled_from(["3", "4", "5", None]))
def test_any_case_has_a_declared_outcome(sent: dict[str, Any], schema: str | None) -> None:
    try:
        it = case(sent, schema)
    except BadRequestError:
        return
    assert 0 <= it.quality <= 1
    for name, field in FIELDS.items():
        kinds = {"decimal": Decimal, "date": datetime.date, "boolean": bool, "choice": str, "text": str}
        read = name not in it.fields or type(it.fields[name]) is kinds.get(field["type"], dict)
        assert read or it.concerns


@given(
    st.fixed_dictionaries(
        {
            "amount": st.decimals(0, 1000000, places=2).map(str),
            "incident_date": st.dates().map(str),
            "category": st.sampled_from(["glass", "collision", "Glass"]),
            "papers_complete": st.none() | st.booleans(),
        }
    ),
    st.text(max_size=50),
)
def test_the_current_form_stays_as_it_is(sent: dict[str, Any], description: str) -> None:
    once = case({**sent, "description": description})
    written = json.loads(msgspec.json.encode(once.fields))
    again = case(written)
    assert again.fields == once.fields
    assert (again.changes, again.concerns, again.quality) == ([], [], Decimal(1))


@given(
    st.decimals(0, 1000000, places=2),
    st.dates(min_value=datetime.date(1000, 1, 1)),
    st.sampled_from(["Glas", "UNFALL"]),
)
def test_a_migrated_case_has_the_values_that_were_meant(amount: Decimal, day: datetime.date, kind: str) -> None:
    cents = f"{amount * 100:f}".replace(".", ",")
    it = case({"Betrag": cents, "schaden": {"tag": day.strftime("%d.%m.%Y")}, "art": kind}, "3")
    assert (it.fields["amount"], it.fields["incident_date"]) == (amount, day)
    assert it.fields["category"] == {"Glas": "glass", "UNFALL": "collision"}[kind]
    assert it.concerns == []


def test_rules_without_a_fault() -> None:
    assert list(faults(rules())) == []
    assert list(faults(rules({}, versions={"4": {}}))) == []


def version(**changes: Any) -> dict[str, Any]:
    return {"versions": {**VERSIONS, "3": {**VERSIONS["3"], **changes}}}


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("compared as birth_date", {"fields": {"Birth-Date": {"type": "date"}}}),
        ("a choice without values", {"fields": {"kind": {"type": "choice"}}}),
        ("two values that are the same", {"fields": {"kind": {"type": "choice", "values": ["a b", "A-B"]}}}),
        ("a default that is not", {"fields": {"n": {"type": "integer", "missing": "default", "default": "many"}}}),
        ("a default that is neither", {"fields": {"n": {"type": "boolean", "missing": "default", "default": "ja"}}}),
        (
            "a default that is not within",
            {"fields": {"n": {**FIELDS["amount"], "missing": "default", "default": "-1"}}},
        ),
        ("but has none", {"fields": {"n": {"type": "text", "missing": "default"}}}),
        ("a bound that is not", {"fields": {"n": {"type": "date", "least": "31.12.2026"}}}),
        ("above most", {"fields": {"n": {"type": "integer", "least": "2", "most": "1"}}}),
        ("neither a least", {"fields": {"n": {"type": "text", "least": "2"}}}),
        ("versions lacks", {"current": "9"}),
        ("leads to 9", version(to="9")),
        ("leads nowhere", version(to=None)),
        ("round in a circle", {"versions": {"4": {}, "3": {"to": "2"}, "2": {"to": "3"}}}),
        ("leads on", {"versions": {**VERSIONS, "4": {"to": "3"}}}),
        ("no example", version(examples=[])),
        ("two digits", version(formats={"dates": ["%d.%m.%y"]})),
        ("same word", version(formats={"true": ["Ja"], "false": ["ja"]})),
        ("lacks `to`", version(steps=[{"do": "rename", "field": "a", "why": "-"}])),
        ("within its `field`", version(steps=[{"do": "rename", "field": "a", "to": "A.b", "why": "-"}])),
        ("lacks `value`", version(steps=[{"do": "set", "field": "a", "why": "-"}])),
        ("lacks `values`", version(steps=[{"do": "map", "field": "a", "why": "-"}])),
        (
            "`values` that are the same",
            version(steps=[{"do": "map", "field": "a", "values": {"X": "1", "x": "2"}, "why": ""}]),
        ),
        ("lacks `factor`", version(steps=[{"do": "scale", "field": "a", "why": "-"}])),
        ("`factor` that is zero", version(steps=[{"do": "scale", "field": "a", "factor": "0", "why": "-"}])),
        ("`factor` that is zero", version(steps=[{"do": "scale", "field": "a", "factor": "1,5", "why": "-"}])),
        ("lacks `separator`", version(steps=[{"do": "split", "field": "a", "into": ["b", "c"], "why": "-"}])),
        ("lacks `into`", version(steps=[{"do": "split", "field": "a", "separator": " ", "why": "-"}])),
        (
            "not two different",
            version(steps=[{"do": "join", "field": "a", "separator": " ", "into": ["b"], "why": "-"}]),
        ),
        ("`field` that is empty", version(steps=[{"do": "drop", "field": "a..b", "why": "-"}])),
        ("another `amount`", version(examples=[{"before": BEFORE, "after": {**AFTER, "amount": 1234.57}}])),
        (
            "another `amount`",
            version(examples=[{"before": BEFORE, "after": {k: AFTER[k] for k in AFTER if k != "amount"}}]),
        ),
        ("another `extra`", version(examples=[{"before": {**BEFORE, "extra": 1}, "after": AFTER}])),
        ("another `extra`", version(examples=[{"before": BEFORE, "after": {**AFTER, "extra": 1}}])),
        ("`after.amount`, which", version(examples=[{"before": BEFORE, "after": {**AFTER, "amount": "1.234,56"}}])),
        ("is refused", version(examples=[{"before": {**BEFORE, "schaden": {}}, "after": AFTER}])),
    ],
)
def test_a_rule_that_cannot_be_followed_is_a_fault(said: str, changes: dict[str, Any]) -> None:
    found = list(faults(rules(**changes)))
    assert [fault for fault in found if said in fault], found
    assert all(fault.startswith("intake.") for fault in found)
