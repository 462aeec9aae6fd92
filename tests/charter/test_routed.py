"""How a case comes in, which way it goes, what it may cost: what is accepted, and what is refused in which words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lockgate.charter import source
from lockgate.charter.load import load, validate
from lockgate.charter.model import Charter
from lockgate.charter.problem import CharterError
from lockgate.charter.section import Path as Where
from lockgate.errors import InputError

HERE = Path(__file__).parent
FILE = "charter.yaml"
Write = Callable[[str, str | bytes], Path]


def data(name: str) -> dict[str, Any]:
    return source.read((HERE / name).read_bytes(), name).data


ROUTED: dict[str, Any] = {**data("complete.yaml"), **data("routed.yaml")}
REMOVED = object()
CALLER = "serviceAccount:permit-workflow@example-core.iam.gserviceaccount.com"


def changed(*changes: tuple[Where, Any]) -> dict[str, Any]:
    charter = copy.deepcopy(ROUTED)
    for path, value in changes:
        holder: Any = charter
        for step in path[:-1]:
            holder = holder[step]
        if value is REMOVED:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return charter


def validated(charter: dict[str, Any]) -> Charter:
    return validate(source.read(json.dumps(charter, ensure_ascii=False).encode(), FILE))


def refusal(charter: dict[str, Any]) -> list[str]:
    with pytest.raises(CharterError) as refused:
        validated(charter)
    return [line.removeprefix(f"{FILE}:1: ") for line in str(refused.value).splitlines()]


def test_the_charter_with_all_sections_is_accepted_and_read_back_as_it_is_written() -> None:
    charter = validated(ROUTED)
    assert validated(charter.document()) == charter
    assert charter.document()["risk"]["high"]["rules"] == ROUTED["risk"]["high"]["rules"]
    assert charter.document()["segments"] == ROUTED["segments"]


def test_what_is_left_out_is_the_safe_way() -> None:
    charter = validated(data("complete.yaml"))
    assert charter.data.unknown_fields == "review"
    assert [*charter.data.sources[0].versions] == [charter.data.sources[0].current] == ["1"]
    assert charter.data.masking.patterns == ["card", "iban", "email", "phone", "national-id", "ip"]
    assert charter.routing.doors == ["cases"]
    assert charter.routing.operators == []
    assert charter.money.month_of_calls() == charter.money.monthly_limit
    assert {name: field.type for name, field in charter.output.items()} == {"decision": "text"}


REFUSED = yaml.safe_load((HERE / "routed_refused.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFUSED, ids=[case["said"][0].partition(". ")[0] for case in REFUSED])
def test_it_is_refused_with_these_lines(case: dict[str, Any]) -> None:
    assert refusal(changed((tuple(case["at"]), case.get("value", REMOVED)))) == case["said"]


def test_a_tier_below_one_without_rules_is_out_of_reach() -> None:
    rules = ROUTED["risk"]["high"]["rules"]
    assert refusal(changed((("risk", "high", "rules"), []), (("risk", "low", "rules"), rules[:1]))) == [
        "risk.low.rules: can never be reached: high is stricter, has no rules, and so takes the rest. "
        "Add rules to risk.high."
    ]
    validated(changed((("risk", "high", "rules"), [])))


def test_versions_in_a_circle_are_told_with_the_way() -> None:
    old = {"to": "1", "examples": [{"before": {"a": 1}, "after": {"a": 1}}]}
    said = refusal(
        changed((("data", "sources", 0, "versions", "0"), old), (("data", "sources", 0, "versions", "1", "to"), "0"))
    )
    assert [line.split(". ")[0] for line in said] == [
        "data.sources[0].versions.1.to: leads in a circle: 1 -> 0 -> 1",
        "data.sources[0].versions.0.to: leads in a circle: 0 -> 1 -> 0",
    ]


def test_a_mistake_deep_in_a_condition_is_told_with_its_line(write: Write, complete: str) -> None:
    path = write(
        "deep",
        complete.replace(
            "    max_error: 0.01\n",
            "    max_error: 0.01\n    rules:\n      - any:\n          - {field: a, is: 1}\n"
            "          - not:\n              measure: qualty\n              below: 0.5\n",
        ),
    )
    line = 1 + path.read_text().splitlines().index("              measure: qualty")
    with pytest.raises(InputError) as refused:
        load(path)
    assert str(refused.value).startswith(
        f"{path}:{line}: risk.high.rules[0].any[1].not.measure: "
        "expected one of quality, confidence, source, segment, text, or null, got 'qualty'. Did you mean quality?"
    )


def test_true_and_false_are_keys_as_they_stand(write: Write) -> None:
    formats = source.read(b"a: {true: [ja], false: [nein]}\n", FILE).data["a"]
    assert formats == {"true": ["ja"], "false": ["nein"]}


DEVELOPMENT = {
    "format": "lockgate.charter/1",
    "extends": "production",
    "use_case": {"environment": "development"},
}


def extended(write: Write, **sections: Any) -> Charter:
    write("production", json.dumps(ROUTED))
    return load(write("development", json.dumps({**DEVELOPMENT, **sections})))


def test_a_development_charter_has_budgets_of_its_own(write: Write) -> None:
    charter = extended(
        write,
        money={"monthly_limit": 200, "calls": {"month": 90, "day": 9, "tiers": {"low": {"day": 5, "month": 80}}}},
        tenants={"city": {"day": 4, "month": 60}},
    )
    assert charter.tenants["city"].callers == [CALLER]
    assert (charter.money.calls.month, charter.tenants["city"].month) == (90, 60)
    assert charter.money.calls.revision == 3


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"risk": {"high": {"rules": []}}}, "risk.high.rules"),
        ({"segments": {"traders": {"field": "disabled"}}}, "segments.traders.field"),
        ({"data": {"fields": {"fee": {"most": 9}}}}, "data.fields.fee.most"),
        ({"data": {"fields": {"more": {"type": "text"}}}}, "data.fields.more"),
        ({"data": {"unknown_fields": "review"}}, "data.unknown_fields"),
        ({"data": {"masking": {"patterns": []}}}, "data.masking.patterns"),
        ({"output": {"decision": {"missing": "allow"}}}, "output.decision.missing"),
        ({"business_rules": []}, "business_rules"),
        ({"tenants": {"city": {"callers": []}}}, "tenants.city.callers"),
        ({"tenants": {"town": {"callers": [CALLER]}}}, "tenants.town"),
        ({"routing": {"operators": []}}, "routing.operators"),
        ({"routing": {"retries": {"share": 1}}}, "routing.retries.share"),
    ],
)
def test_a_development_charter_may_not_decide_otherwise(write: Write, sections: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as refused:
        extended(write, **sections)
    assert f": {key}: " in str(refused.value)
    assert "a charter that extends another may not change this key" in str(refused.value)


texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12)
hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "not", "field", "is", "above", "to", "type"]) | texts, children, max_size=3
        )
    ),
    max_leaves=5,
)
PATHS = [path for path in source.read((HERE / "routed.yaml").read_bytes(), FILE).places if path]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PATHS), hostile)
def test_any_other_value_anywhere_is_taken_or_refused_by_its_name(path: Where, value: Any) -> None:
    try:
        charter = validated(changed((path, value)))
    except CharterError as error:
        problems = error.problems
    else:
        assert validated(charter.document()) == charter
        return
    assert problems
    assert all(len(str(problem).splitlines()) == 1 and problem.remedy for problem in problems)
