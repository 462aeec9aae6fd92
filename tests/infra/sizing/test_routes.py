"""``routes.json``: what is compiled is what the functions read, start with, and find nothing wrong with."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.sizing import routes
from lockgate.charter import source
from lockgate.charter.load import load, validate
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
STACKS = ("claims-triage", "staff-assistant", "claims-triage-dev")
CHARTERS = ROOT / "tests" / "charter"
ROUTED: dict[str, Any] = {
    key: value
    for name in ("complete.yaml", "routed.yaml")
    for key, value in source.read((CHARTERS / name).read_bytes(), name).data.items()
}


@pytest.fixture(autouse=True)
def functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions as they are deployed: each package at the top of the path."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "functions"), *sys.path])


def stack(name: str) -> Charter:
    return load(ROOT / "stacks" / name / "charter.yaml")


def written(data: dict[str, Any]) -> Charter:
    return validate(source.read(json.dumps(data, ensure_ascii=False).encode(), "charter.yaml"))


def started(charter: Charter) -> Any:
    """The table as the router has it, once it has looked for faults in it."""
    from mask.masker import faults as faults_of_masking
    from normalise.intake import faults as faults_of_intake
    from route.judge import faults as faults_of_conditions
    from route.table import load as load_table

    text = routes.render(charter)
    table = load_table(text.encode(), routes.judged(charter), routes.digest(text))
    faults = [*faults_of_intake(table.intake), *faults_of_conditions(table), *faults_of_masking(table.masking)]
    assert faults == []
    return table


@pytest.mark.parametrize("name", STACKS)
def test_the_router_starts_with_the_stacks_routes_and_their_examples_come_out(name: str) -> None:
    from ledger.budget import Budgets

    charter = stack(name)
    table = started(charter)
    assert set(table.intake.sources) == {source.name for source in charter.data.sources}
    examples = [
        example
        for source in table.intake.sources.values()
        for version in source.versions.values()
        if version.to is not None
        for example in version.examples
    ]
    migrated = [version for source in charter.data.sources for version in source.versions.values() if version.to]
    assert len(examples) >= len(migrated)
    Budgets(table.budgets, table.revision)


def test_the_router_starts_with_a_charter_that_says_everything() -> None:
    table = started(written(ROUTED))
    assert table.masking.screened == ["high"]
    assert [table.rules["low"], len(table.rules["high"])] == [[], 3]
    assert {(budget.scope, budget.name, budget.window): budget.limit for budget in table.budgets} == {
        ("stack", "*", "day"): 60,
        ("stack", "*", "month"): 900,
        ("tenant", "city", "day"): 50,
        ("tenant", "city", "month"): 800,
        ("tier", "low", "day"): 30,
        ("tier", "low", "month"): Decimal("400.5"),
    }
    assert table.revision == 3


def test_a_charter_that_says_nothing_of_it_is_routed_the_safe_way() -> None:
    table = started(written(source.read((CHARTERS / "complete.yaml").read_bytes(), "complete.yaml").data))
    assert table.rules == {"high": [], "low": []}
    assert table.intake.unknown_fields == "review"
    assert [budget.limit for budget in table.budgets] == [5000]
    assert table.tenants == {}


def test_a_number_is_never_rounded() -> None:
    table = started(written(ROUTED))
    assert table.intake.fields["fee"].most == "2500.5"
    assert table.intake.sources["permit-portal"].versions["1"].steps[4].factor == "0.01"


def test_the_router_does_not_start_with_other_routes_than_were_judged() -> None:
    from route.table import RoutesError
    from route.table import load as load_table

    charter = stack("claims-triage")
    text = routes.render(charter)
    with pytest.raises(RoutesError, match="what was judged"):
        load_table(text.encode(), routes.judged(stack("staff-assistant")), routes.digest(text))
    with pytest.raises(RoutesError, match="SHA-256"):
        load_table(text.encode(), routes.judged(charter), routes.digest(text + " "))


def test_all_models_that_a_route_may_ask_are_named() -> None:
    low = ROUTED["routing"]["low"]
    data = {**ROUTED, "routing": {**ROUTED["routing"], "low": {**low, "over_budget": "gemini-3.5-flash-lite"}}}
    lite = {"id": "gemini-3.5-flash-lite", "publisher": "google", "role": "draft", "hosting": "managed"}
    unused = {**lite, "id": "gemini-4-argon"}
    charter = written({**data, "models": [*ROUTED["models"], lite, unused]})
    asked = {"gemini-3.8-flash", "gemma3@gemma-3-12b-it", "gemini-3.5-flash-lite"}
    assert routes.models(charter) == set(started(charter).models) == asked


numbers = st.integers(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=4).map(float)
days = st.dates().filter(lambda day: day.year >= 1000).map(str)
orders = st.sampled_from(["above", "at_least", "below", "at_most"])
words = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F), min_size=2, max_size=9)


def leaf(subject: str, name: str, operator: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> Any:
    return st.builds(lambda key, given: {subject: name, key: given}, operator, value)


leaves = st.one_of(
    leaf("field", "fee", orders, numbers | st.just({"field": "fee_paid"})),
    leaf("field", "cars", orders, st.integers(-9, 99)),
    leaf("field", "cars", st.just("one_of"), st.lists(st.integers(0, 9), min_size=1, max_size=3)),
    leaf("field", "since", orders, days | st.just({"field": "since"})),
    leaf("field", "kind", st.just("is"), st.sampled_from(["resident", "trader"])),
    leaf("field", "kind", st.just("one_of"), st.just(["trader", "resident"])),
    leaf("field", "disabled", st.just("is"), st.booleans()),
    leaf("field", "holder_name", st.just("mentions"), st.lists(words, min_size=1, max_size=3, unique=True)),
    leaf("field", "holder_name", st.just("is"), words),
    leaf("field", "vehicle.wheels", orders, numbers),
    leaf("field", "vehicle", st.just("given"), st.booleans()),
    leaf("measure", "quality", orders, st.decimals(0, 1, places=3).map(float)),
    leaf("measure", "confidence", orders, st.sampled_from([0, 0.5, 1])),
    leaf("measure", "segment", st.just("is"), st.sampled_from(["residents", "traders"])),
    leaf("measure", "text", st.just("mentions"), st.lists(words, min_size=1, max_size=3, unique=True)),
)
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all": some})
        | st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some})
        | inner.map(lambda one: {"not": one})
    ),
    max_leaves=6,
)


def exact(node: Any) -> Any:
    """A condition as the functions should read it: each number as decimal text, all else as it was written."""
    if isinstance(node, dict):
        return {key: exact(value) for key, value in node.items()}
    if isinstance(node, list):
        return [exact(value) for value in node]
    return node if isinstance(node, bool | str) else f"{Decimal(str(node)):f}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions)
def test_a_condition_comes_to_the_router_as_it_stands_in_the_charter(condition: dict[str, Any]) -> None:
    data = copy.deepcopy(ROUTED)
    data["risk"]["high"]["rules"] = [condition]
    table = started(written(data))
    (arrived,) = table.rules["high"]
    assert msgspec.to_builtins(arrived) == exact(condition)
    assert msgspec.json.decode(msgspec.json.encode(arrived), type=type(arrived)) == arrived


def scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for value in node.values():
            yield from scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from scalars(value)
    else:
        yield node


@pytest.mark.parametrize("name", STACKS)
def test_no_case_is_compared_with_a_binary_number(name: str) -> None:
    compiled = routes.compile_routes(stack(name))
    judging = [compiled[key] for key in ("segments", "rules", "business_rules", "budgets")]
    assert not [value for value in scalars(judging) if isinstance(value, int | float) and not isinstance(value, bool)]
