from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockgate.errors import InputError
from lockgate.plan.model import Plan, encode
from lockgate.plan.program import record_project
from lockgate.plan.project import find
from lockgate.plan.read import parse_plan, read_plan

TESTDATA = Path(__file__).parent / "testdata"


def document(name: str) -> dict[str, Any]:
    return json.loads((TESTDATA / name).read_text())


def parse(document: object) -> Plan:
    return parse_plan(json.dumps(document).encode(), "plan.json", TESTDATA)


@pytest.fixture(scope="module")
def recorded() -> Plan:
    return record_project(find(TESTDATA / "program"), "st", note=print)


@pytest.mark.parametrize("name", ["preview.json", "saved.json"])
def test_the_engines_plan_is_the_recorded_one_but_for_what_the_provider_adds(name: str, recorded: Plan) -> None:
    engine = read_plan(TESTDATA / name)
    assert [r.urn for r in engine.resources] == [r.urn for r in recorded.resources]
    added: dict[str, set[str]] = {}
    for ours, theirs in zip(recorded.resources, engine.resources, strict=True):
        for field in ("type", "name", "custom", "parent", "provider", "protect", "dependencies"):
            assert getattr(ours, field) == getattr(theirs, field), (ours.urn, field)
        assert ours.property_dependencies == theirs.property_dependencies
        for key, value in ours.inputs.items():
            if theirs.inputs[key] != value:
                assert value == {"$unknown": True}, (ours.urn, key)
                added.setdefault(ours.name, set()).add(key)
        added.setdefault(ours.name, set()).update(theirs.inputs.keys() - ours.inputs.keys())
    assert {name: keys for name, keys in added.items() if keys} == {
        "google": {"version"},
        "intake-subscription": {"messageRetentionDuration"},
        "intake-bucket": {"name", "storageClass"},
        "intake-object": {"name", "bucket", "detectMd5hash"},
    }


def test_a_preview_keeps_the_source(recorded: Plan) -> None:
    engine = read_plan(TESTDATA / "preview.json")
    assert [r.source for r in engine.resources] == [r.source for r in recorded.resources]


def test_a_plan_survives_writing_and_reading(recorded: Plan) -> None:
    assert parse_plan(encode(recorded), "x", TESTDATA) == recorded


def changed(name: str, change: Any) -> dict[str, Any]:
    found = document(name)
    change(found)
    return found


def a_delete(preview: dict[str, Any]) -> None:
    preview["steps"][-1]["op"] = "delete"


def test_a_resource_that_will_be_deleted_is_not_in_the_plan() -> None:
    gone = document("preview.json")["steps"][-1]["urn"]
    assert gone not in {r.urn for r in parse(changed("preview.json", a_delete)).resources}


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ([], r"plan.json: expected an object, got list"),
        ({}, r"plan.json: not a plan: neither lockgate.plan"),
        ({"format": "lockgate.plan/2"}, r"plan.json: not a plan of format lockgate.plan/1"),
        (
            {"format": "lockgate.plan/2", "project": "p", "stack": "s", "resources": []},
            r"format is 'lockgate.plan/2', expected 'lockgate.plan/1'",
        ),
        ({"format": "lockgate.plan/1", "project": "p", "stack": "s", "resources": [{}]}, r"missing required field"),
        ({"steps": [], "changeSummary": {}}, r"holds no resource"),
        ({"steps": 5, "changeSummary": {}}, r"looks like a plan of the Pulumi engine but is not one"),
        ({"resourcePlans": {"urn": {"goal": {}, "steps": ["create"]}}}, r"looks like a plan of the Pulumi engine"),
        (changed("preview.json", lambda d: d["steps"][0].update(op="frobnicate")), r"step 'frobnicate'"),
        (changed("preview.json", lambda d: d["changeSummary"].update(same=7)), r"7 unchanged resources are left out"),
        (
            changed("preview.json", lambda d: d["diagnostics"].append({"severity": "error", "message": "no\nluck"})),
            r"the preview failed, so its plan is not complete: no luck",
        ),
        (
            changed("saved.json", lambda d: next(iter(d["resourcePlans"].values())).update(steps=["update"])),
            r"exists, and a saved plan holds only what changes in it",
        ),
    ],
)
def test_what_is_not_a_whole_plan_is_refused(plan: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(plan)


@pytest.mark.parametrize("raw", [b"", b"{", b'{"format": "lockgate.plan/1"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"x: "):
        parse_plan(raw, "x", TESTDATA)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing.json: cannot be read: No such file"):
        read_plan(tmp_path / "nothing.json")
    with pytest.raises(InputError, match=r"cannot be read: Is a directory"):
        read_plan(tmp_path)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    max_leaves=8,
)


@given(values)
def test_any_json_is_a_plan_or_an_input_error(value: object) -> None:
    for wrapped in (value, {"steps": value, "changeSummary": value}, {"resourcePlans": value}):
        try:
            parse_plan(msgspec.json.encode(wrapped), "x", TESTDATA)
        except InputError:
            continue
        except msgspec.ValidationError:  # pragma: no cover
            pytest.fail("an InputError was expected")
