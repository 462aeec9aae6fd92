"""What is wrong with a table's conditions is said before the first case, with its place and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from route.judge import faults
from route.table import Table

Tables = Callable[..., Table]
DEAR = {"field": "amount", "above": "20000"}


@pytest.mark.parametrize(
    "rule",
    [
        DEAR,
        {"all": [DEAR, {"any": [{"not": {"field": "injury", "is": True}}]}]},
        {"field": "distance", "one_of": ["1", "2"]},
        {"field": "birth_date", "below": {"field": "incident_date"}},
        {"field": "incident_date", "is": "2026-11-23"},
        {"field": "category", "one_of": ["glass", "theft"]},
        {"field": "description", "mentions": ["small claim", "Anwältin"]},
        {"field": "papers", "mentions": ["invoice"]},
        {"field": "papers.total", "above": "5"},
        {"field": "papers.paid", "is": True},
        {"field": "papers.sent", "below": {"field": "birth_date"}},
        {"field": "papers", "given": False},
        {"measure": "confidence", "below": "0.8"},
        {"measure": "quality", "at_least": "1"},
        {"measure": "source", "is": "portal"},
        {"measure": "segment", "one_of": ["seniors"]},
        {"measure": "text", "mentions": ["court"]},
    ],
)
def test_a_condition_that_can_be_answered_has_no_fault(table: Tables, rule: dict[str, Any]) -> None:
    assert list(faults(table(rules={"high": [rule], "medium": [rule]}))) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({}, ": has nothing, expected one of all, any, not; or one subject"),
        ({"field": "amount"}, ": has field, expected"),
        ({"field": "amount", "above": "1", "below": "2"}, ": has field, above, below, expected"),
        ({"not": DEAR, **DEAR}, ": has not, field, above, expected"),
        ({"all": []}, ": all joins nothing"),
        ({"any": [DEAR, {"not": {"field": "amount", "above": "x"}}]}, ".any[1].not.above is x, expected decimal text"),
        ({"field": "amout", "above": "1"}, ": intake.fields lacks amout; declare it, or name one of those declared"),
        ({"field": "amount.cents", "above": "1"}, ": intake.fields lacks amount.cents"),
        ({"field": "amount", "mentions": ["x"]}, ": mentions does not fit the field amount, which takes is, one_of"),
        ({"field": "description", "above": "5"}, ": above does not fit the field description"),
        ({"field": "injury", "one_of": [True]}, ": one_of does not fit the field injury, which takes is, given"),
        ({"field": "papers", "is": "x"}, ": is does not fit the field papers, which takes given, mentions"),
        ({"field": "injury", "is": "true"}, ": compares the field injury with true, expected true or false"),
        ({"field": "description", "is": True}, ": compares the field description with true, expected text"),
        ({"field": "category", "is": "Glass"}, ": the field category is never Glass; expected one of collision, glass"),
        ({"field": "category", "one_of": []}, ".one_of is empty"),
        ({"field": "amount", "is": "many"}, " is many, expected decimal text"),
        ({"field": "birth_date", "above": "1961"}, ".above is 1961, expected a day such as"),
        ({"field": "papers.total", "above": "x"}, ".above is x, expected decimal text or a day"),
        ({"field": "amount", "above": {"field": "birth_date"}}, ".above: compares a number with a date"),
        ({"field": "amount", "above": {"field": "distance"}}, ".above: compares EUR with km; convert one of them"),
        ({"field": "amount", "above": {}}, ".above: has both or neither of field and output"),
        ({"field": "amount", "above": {"field": "x"}}, ".above: intake.fields lacks x"),
        ({"field": "amount", "above": {"output": "amount"}}, ".above: reads the answer's amount, but there is no"),
        ({"output": "amount", "above": "1"}, ": reads the answer's amount, but there is no answer yet"),
        ({"measure": "quality", "below": "80"}, ".below is 80, but shares are from 0 to 1"),
        ({"measure": "quality", "is": "1"}, ": is does not fit the measure quality"),
        ({"measure": "segment", "is": "senior"}, ": the measure segment is never senior; expected one of seniors"),
        ({"measure": "source", "is": "post"}, ": the measure source is never post; expected one of portal"),
        ({"measure": "text", "is": "x"}, ": is does not fit the measure text, which takes given, mentions"),
        ({"measure": "text", "mentions": []}, ".mentions is empty"),
        ({"measure": "text", "mentions": ["-"]}, ".mentions has a phrase without a letter or digit"),
        ({"measure": "text", "mentions": ["\u5f01\u8b77\u58eb"]}, "in a script without spaces between words"),
    ],
)
def test_a_condition_that_nothing_can_answer_is_a_fault(table: Tables, rule: dict[str, Any], fault: str) -> None:
    found = list(faults(table(rules={"high": [DEAR, rule]})))
    assert len(found) == 1
    assert found[0].startswith("rules.high[1]")
    assert fault in found[0]


def test_segments_read_neither_segments_nor_what_comes_later(table: Tables) -> None:
    segments = {
        "a": {"measure": "segment", "is": "b"},
        "b": {"measure": "confidence", "below": "0.5"},
        "c": {"output": "amount", "above": "5"},
        "d": {"field": "category", "is": "none"},
    }
    found = dict(one.split(": ", 1) for one in faults(table(segments=segments)))
    assert list(found) == [f"segments.{name}" for name in "abcd"]
    assert found["segments.a"].startswith("a segment reads the measure segment")


def test_confidence_brings_nothing_into_the_least_strict_tier(table: Tables) -> None:
    sure = {"measure": "confidence", "at_least": "0.9"}
    (found,) = faults(table(rules={"low": [sure]}))
    assert found.startswith("rules.low[0]: reads confidence, which is known after the draft only")
    only = {"low": msgspec.to_builtins(table().tiers["low"])}
    assert list(faults(table(tiers=only, rules={"low": [sure]}))) == []


def test_tiers_without_a_route_are_named(table: Tables) -> None:
    rule = {"name": "most", "tiers": ["medium"], "require": {"output": "amount", "below": "9"}, "otherwise": "much"}
    none = {**rule, "tiers": []}
    low = {"low": msgspec.to_builtins(table().tiers["low"])}
    assert list(faults(table(tiers=low, rules={"high": [DEAR]}, business_rules=[rule, none]))) == [
        "rules.high: tiers lacks high; give it a route, or leave its rules out",
        "business_rules.most.tiers names medium, which tiers lacks; name tiers that have a route",
        "business_rules.most: two rules have this name; rename one",
        "business_rules.most.tiers is empty, so nothing has to meet it; name at least one tier",
    ]


def test_business_rules_may_read_the_answer_its_confidence_and_the_case(table: Tables) -> None:
    most = {"output": "amount", "at_most": {"field": "amount"}}
    sure = {"measure": "confidence", "at_least": "0.9"}
    rule = {"name": "most", "tiers": ["low"], "require": {"all": [most, sure]}, "otherwise": "much"}
    assert list(faults(table(business_rules=[rule]))) == []
    wrong = {**rule, "require": {"output": "sum", "above": "5"}}
    (found,) = faults(table(business_rules=[wrong]))
    assert found.startswith("business_rules.most.require: output lacks sum; declare it")


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"type": "choice"}, "output.x.values is empty"),
        ({"type": "decimal", "least": "few"}, "output.x.least is not a number"),
        ({"type": "text", "most": "5"}, "output.x.most is of type text"),
        ({"type": "text", "missing": "default", "default": "pay"}, "output.x has a default"),
    ],
)
def test_an_answer_that_could_not_be_read_is_a_fault(table: Tables, declared: dict[str, Any], fault: str) -> None:
    (found,) = faults(table(output={"x": declared}))
    assert found.startswith(fault)
