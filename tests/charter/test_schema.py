from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lockgate.charter import source
from lockgate.charter.currency import ACTIVE
from lockgate.charter.reference import render_reference
from lockgate.charter.schema import at, render_schema, schema
from lockgate.charter.section import EXPECTED_KEY, OVERRIDE_KEY

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STACKS = sorted((ROOT / "stacks").glob("*/charter.yaml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


@pytest.fixture
def complete() -> dict[str, Any]:
    return data(HERE / "complete.yaml")


def data(path: Path) -> dict[str, Any]:
    return source.read(path.read_bytes(), path.name).data


def errors(validator: Draft202012Validator, charter: Any) -> list[str]:
    return [error.message for error in validator.iter_errors(charter)]


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", STACKS, ids=[path.parent.name for path in STACKS])
def test_it_accepts_the_reference_charters(validator: Draft202012Validator, path: Path) -> None:
    assert errors(validator, data(path)) == []


def test_it_accepts_a_complete_charter(validator: Draft202012Validator, complete: dict[str, Any]) -> None:
    assert errors(validator, complete) == []
    assert errors(validator, complete | {"extends": None}) == []


def test_it_accepts_a_charter_that_says_which_way_a_case_goes(
    validator: Draft202012Validator, complete: dict[str, Any]
) -> None:
    routed = complete | data(HERE / "routed.yaml")
    assert errors(validator, routed) == []
    for wrong in ({"field": "fee", "abov": 1}, {"field": "Fee", "above": 1}, {"field": "fee", "above": True}, []):
        assert errors(validator, routed | {"segments": {"traders": wrong}}) != [], wrong
        assert errors(validator, routed | {"segments": {"traders": {"not": {"all": [wrong]}}}}) != [], wrong


def test_an_extending_charter_may_leave_out_what_it_inherits_below_a_name_of_its_own(
    validator: Draft202012Validator,
) -> None:
    charter = {"format": "lockgate.charter/1", "extends": "another", "use_case": {"environment": "pilot"}}
    assert errors(validator, charter | {"tenants": {"city": {"day": 4}}}) == []
    assert errors(validator, charter | {"tenants": {"city": {"days": 4}}}) != []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("weather",), "fine"),
        (("money", "weather"), "fine"),
        (("money", "currency"), "EURO"),
        (("money", "monthly_limit"), -1),
        (("money", "monthly_limit"), "5000"),
        (("money", "thresholds", 0, "percent"), 250),
        (("money", "thresholds", 0), {"percent": 50}),
        (("money", "recipients"), [f"{letter}@example.com" for letter in "abcdef"]),
        (("data", "residency"), ["europe-west4", "europe-west4"]),
        (("evaluation", "max_error_by_segment"), {"All of them": 0.1}),
        (("evaluation", "max_error_by_segment"), {}),
        (("risk", "low"), {"when": "always"}),
        (("format",), "lockgate.charter/2"),
    ],
)
def test_it_refuses_what_the_loader_refuses(
    validator: Draft202012Validator, complete: dict[str, Any], path: tuple[str | int, ...], value: Any
) -> None:
    charter: Any = copy.deepcopy(complete)
    holder = charter
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert errors(validator, charter) != []


def required(node: dict[str, Any], charter: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in charter.items():
        child = node["properties"][key]
        if "default" not in child:
            yield (*path, key)
        if isinstance(value, dict) and "properties" in (below := at((*path, key)) or {}):
            yield from required(below, value, (*path, key))


def test_each_key_is_required_of_a_charter_by_itself_but_not_of_one_that_extends(
    validator: Draft202012Validator, complete: dict[str, Any]
) -> None:
    paths = list(required(at(()) or {}, complete))
    assert len(paths) > 60
    for path in paths:
        charter: Any = copy.deepcopy(complete)
        holder = charter
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        assert errors(validator, charter) != [], path
        charter["extends"] = "another"
        charter.setdefault("use_case", {})["environment"] = "development"
        assert errors(validator, charter) == ([] if path != ("format",) else ["'format' is a required property"])


@pytest.mark.parametrize(
    "charter",
    [
        {"format": "lockgate.charter/1", "extends": "claims-triage"},
        {"format": "lockgate.charter/1", "extends": "claims-triage", "use_case": {"environment": "production"}},
        {"format": "lockgate.charter/1", "extends": None, "use_case": {"environment": "development"}},
    ],
)
def test_an_extending_charter_says_which_environment_it_is(
    validator: Draft202012Validator, charter: dict[str, Any]
) -> None:
    assert errors(validator, charter) != []


def keys(path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    node = at(path) or {}
    if node.get("type") == "array":
        yield from keys((*path, 0))
    if "patternProperties" in node:
        yield from keys((*path, "any"))
    if len(path) > 9:
        return  # conditions hold conditions
    for key in node.get("properties", {}):
        yield (*path, key), at((*path, key)) or {}
        yield from keys((*path, key))


def test_each_key_is_described_and_says_what_is_expected() -> None:
    assert [path for path, node in keys() if not node.get("description")] == []
    shaped = {"enum", "const", "properties", "items", "patternProperties"}
    unsaid = [path for path, node in keys() if EXPECTED_KEY not in node and not shaped & node.keys()]
    assert [path for path in unsaid if (at(path) or {}).get("type") != "boolean"] == []


def test_what_decides_about_people_is_never_overridden() -> None:
    marked = {path[0] for path, node in keys() if OVERRIDE_KEY in node}
    assert not marked & {"governance", "risk", "routing", "models"}
    assert {node[OVERRIDE_KEY] for _, node in keys() if OVERRIDE_KEY in node} == {"own", "outside-production"}


def test_a_path_that_is_not_declared_has_no_schema() -> None:
    assert at(("money", "weather")) is None
    assert at(("money", "currency", "deeper")) is None
    assert at(("money", 0)) is None


def test_the_currencies_are_those_of_iso_4217() -> None:
    assert len(ACTIVE) == 155
    assert {"EUR", "USD", "CHF", "XOF", "XCG"} <= ACTIVE
    assert not {"BGN", "HRK", "XAU", "XXX", "XTS", "CHW"} & ACTIVE


def test_the_published_schema_is_the_current_one() -> None:
    published = (ROOT / "docs" / "charter.schema.json").read_text(encoding="utf-8")
    assert published == render_schema(), "run 'make generate'"
    assert json.loads(published) == schema()


def test_the_published_reference_is_the_current_one() -> None:
    assert (ROOT / "docs" / "charter.md").read_text(encoding="utf-8") == render_reference(), "run 'make generate'"


def test_the_reference_tells_unit_and_override() -> None:
    rows = render_reference().splitlines()
    (retention,) = [row for row in rows if "audit logs are kept" in row]
    assert retention.startswith("| `retention_days` | a whole number of days, 1 to 3650 | days | ")
    assert retention.endswith("| weaker outside production |")
    (router,) = [row for row in rows if row.startswith("| `router.memory_mib`")]
    assert router.endswith("| weaker outside production |")
