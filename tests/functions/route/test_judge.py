"""Tiers, segments and business rules of a case: what is unknown is taken for the strictest that it could be."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from route.judge import Facts, Judge
from route.table import STRICTEST_FIRST, Table, Tier

Tables = Callable[..., Table]

INJURY = {"field": "injury", "is": True}
DEAR = {"field": "amount", "above": "20000"}
CHEAP = {"field": "amount", "below": "500"}
UNSURE = {"measure": "confidence", "below": "0.5"}
LAW = {"measure": "text", "mentions": ["lawyer"]}


def facts(**fields: Any) -> Facts:
    return Facts({"amount": Decimal(100), "injury": False, **fields}, segments=[], text="hail")


@pytest.fixture(scope="session")
def judged(table: Tables) -> Callable[..., Judge]:
    def made(**parts: Any) -> Judge:
        return Judge(table(**parts))

    return made


def test_the_strictest_tier_with_a_rule_that_holds_takes_the_case(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [INJURY, DEAR], "medium": [{"field": "category", "is": "theft"}]})
    assert judge.tier(facts(category="glass")) == ("low", ["no rule asks for another tier"])
    assert judge.tier(facts(category="theft")) == ("medium", ["category is theft"])
    assert judge.tier(facts(category="theft", amount=Decimal(20001))) == ("high", ["amount is above 20000"])
    assert judge.tier(facts(injury=True, amount=30000)) == ("high", ["injury is true", "amount is above 20000"])


def test_what_is_unknown_counts_as_the_strictest(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [INJURY, DEAR], "medium": [LAW]})
    assert judge.tier(Facts({"amount": 5})) == ("high", ["injury is not known"])
    assert judge.tier(facts(amount="much")) == ("high", ["amount is not known"])
    assert judge.tier(Facts({"amount": 5, "injury": False})) == ("medium", ["the text is not known"])


@pytest.mark.parametrize(
    ("tiers", "rules", "expected"),
    [
        (["low"], {}, ("low", ["it is the only tier"])),
        (["medium", "low"], {}, ("medium", ["no tier has rules"])),
        (["high", "medium", "low"], {}, ("high", ["no tier has rules"])),
        (["high", "medium", "low"], {"low": [CHEAP]}, ("low", ["amount is below 500"])),
        (["high", "medium", "low"], {"low": [DEAR]}, ("high", ["no rule asks for another tier"])),
        (["high", "medium", "low"], {"high": [DEAR], "low": [DEAR]}, ("medium", ["no rule asks for another tier"])),
        (["medium", "low"], {"medium": [DEAR], "low": [INJURY]}, ("medium", ["no rule fits"])),
    ],
)
def test_the_rest_goes_to_a_tier_without_rules_or_else_to_the_strictest(
    judged: Callable[..., Judge], table: Tables, tiers: list[Tier], rules: Any, expected: Any
) -> None:
    routes = {tier: table().tiers[tier] for tier in tiers}
    assert judged(tiers=msgspec.to_builtins(routes), rules=rules).tier(facts()) == expected


def test_nothing_unknown_brings_a_case_out_of_a_stricter_rest(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"medium": [INJURY], "low": [CHEAP]})
    assert judge.tier(Facts({"injury": False})) == ("high", ["no rule asks for another tier", "amount is not known"])
    # It is cheap, so it is in low or, if somebody is hurt, in medium: medium is the stricter of what it could be.
    assert judge.tier(Facts({"amount": 5})) == ("medium", ["injury is not known"])


def test_confidence_is_asked_for_only_once_there_is_a_draft(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [UNSURE], "medium": [{"not": {"measure": "confidence", "at_least": "0.8"}}]})
    case = facts()
    assert judge.tier(case) == ("low", ["no rule asks for another tier"])
    for said, tier in (("0.4", "high"), ("0.7", "medium"), ("0.9", "low")):
        case.confidence = Decimal(said)
        assert judge.tier(case)[0] == "low"
        assert judge.raised("low", case)[0] == tier
    assert judge.raised("high", case) == ("high", []), "never lowered"


def test_a_draft_without_confidence_raises_the_tier(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [INJURY], "medium": [UNSURE]})
    assert judge.raised("low", facts()) == ("medium", ["the model's confidence is not known"])
    assert judge.raised("high", facts()) == ("high", [])


def test_a_rule_applies_before_the_draft_where_no_confidence_could_change_it(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [{"any": [INJURY, UNSURE]}], "medium": [{"all": [DEAR, UNSURE]}]})
    assert judge.tier(Facts({"amount": 5}))[0] == "high", "an injury that is not known counts, sure or not"
    assert judge.tier(facts(amount=30000))[0] == "low", "a dear case waits for the draft"
    dear = facts(amount=30000)
    dear.confidence = Decimal("0.9")
    assert judge.raised("low", dear) == ("low", [])


def test_segments_that_are_unknown_are_told_apart_and_count_as_strict(judged: Callable[..., Judge]) -> None:
    judge = judged(rules={"high": [{"measure": "segment", "is": "seniors"}], "medium": [DEAR]})
    for born, expected, tier in (
        (datetime.date(1950, 1, 1), (["seniors"], []), "high"),
        (datetime.date(1990, 1, 1), ([], []), "low"),
        (None, ([], ["seniors"]), "high"),
    ):
        case = facts(birth_date=born)
        case.segments, case.unsure = judge.segments(case)
        assert (case.segments, case.unsure) == expected
        assert judge.tier(case)[0] == tier
        fresh = facts(birth_date=born)
        assert judge.placed(fresh) == judge.tier(case)
        assert fresh == case
    assert judge.tier(Facts({"amount": 5})) == ("high", ["the segment is not known"]), "nobody has looked"


def test_reasons_say_nothing_of_a_masked_field_s_value(judged: Callable[..., Judge]) -> None:
    day = {"is": "1950-02-03"}
    masking = {"fields": ["Birth-Date", "iban"]}
    rules = [
        {"field": "birth_date", **day},
        {"field": "papers.iban", "is": "NL91ABNA0417164300"},
        {"any": [INJURY, {"not": {"field": "incident_date", "below": {"field": "birth_date"}}}]},
        {"field": "birth_date", "given": True},
    ]
    case = facts(birth_date=datetime.date(1950, 2, 3), incident_date=datetime.date(2026, 1, 1))
    case.fields["papers"] = {"iban": "NL91ABNA0417164300"}
    _, why = judged(masking=masking, rules={"high": rules}).tier(case)
    assert why == [
        "birth_date is as the rule asks",
        "papers.iban is as the rule asks",
        "injury is true or not (incident_date is as the rule asks)",
        "birth_date is given",
    ]


def test_reasons_read_as_sentences(judged: Callable[..., Judge]) -> None:
    rules = [
        {"all": [{"field": "amount", "at_least": "5"}, {"any": [INJURY, {"field": "category", "one_of": ["glass"]}]}]},
        {"field": "category", "one_of": ["glass", "theft", "collision"]},
        {"field": "description", "given": False},
        {"measure": "text", "mentions": ["hail", "court"]},
        {"measure": "quality", "below": "0.9"},
        {"field": "amount", "at_most": {"field": "distance"}},
        {"all": [{"field": "distance", "below": {"field": "amount"}}, {"field": "injury", "is": False}]},
    ]
    case = facts(category="glass")
    case.quality = Decimal("0.5")
    assert judged(rules={"high": rules}).tier(case)[1] == [
        "amount is at least 5 and (injury is true or category is glass)",
        "category is glass, theft or collision",
        "description is not given",
        "the text mentions hail or court",
        "the case's quality is below 0.9",
        "amount and distance are not known",
        "distance and amount are not known",
    ]


def test_a_business_rule_has_to_hold_in_its_tiers(judged: Callable[..., Judge]) -> None:
    most = {"output": "amount", "at_most": {"field": "amount"}}
    polite = {"not": {"measure": "text", "mentions": ["hail"]}}
    judge = judged(
        business_rules=[
            {"name": "most", "tiers": ["medium", "low"], "require": most, "otherwise": "more than was claimed"},
            {"name": "polite", "tiers": ["low"], "require": polite, "otherwise": "hail is not to be named"},
        ]
    )

    def broken(tier: Tier, output: dict[str, Any] | None) -> list[str]:
        case = facts()
        case.output = output
        return [rule.name for rule in judge.broken(tier, case)]

    assert broken("low", {"amount": Decimal(100)}) == [], "the case's own text is not the answer's"
    assert broken("low", {"amount": Decimal(101), "decision": "pay for the hail"}) == ["most", "polite"]
    assert broken("medium", {"amount": Decimal(101), "decision": "hail"}) == ["most"]
    assert broken("high", {"amount": Decimal(101)}) == []
    assert broken("low", {"decision": "pay"}) == ["most"], "an amount that is not known does not hold"
    assert broken("low", None) == ["most", "polite"], "nothing holds of no answer"


# Whatever is forgotten of a case, it never comes into a less strict tier. (`given` asks for knowledge itself.)

LEAVES = st.sampled_from(
    [
        INJURY,
        DEAR,
        CHEAP,
        UNSURE,
        LAW,
        {"measure": "confidence", "at_least": "0.9"},
        {"measure": "quality", "below": "0.9"},
        {"measure": "segment", "is": "seniors"},
        {"measure": "source", "is": "portal"},
        {"field": "category", "one_of": ["glass", "theft"]},
        {"field": "incident_date", "above": {"field": "birth_date"}},
    ]
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda many: {"all": many}),
        st.lists(inner, max_size=2).map(lambda many: {"any": many}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=4,
)
DAYS = st.dates(datetime.date(1955, 1, 1), datetime.date(1965, 1, 1))
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.sampled_from([Decimal(100), Decimal(30000), "much"]),
        "injury": st.booleans(),
        "category": st.sampled_from(["glass", "theft", "collision"]),
        "birth_date": DAYS,
        "incident_date": DAYS,
    },
)
SHARES = st.none() | st.sampled_from([Decimal("0.1"), Decimal("0.6"), Decimal(1)])
CASES = st.builds(
    Facts,
    fields=FIELDS,
    source=st.sampled_from(["", "portal", "post"]),
    quality=SHARES,
    confidence=SHARES,
    text=st.sampled_from([None, "hail", "my lawyer"]),
)


def decided(judge: Judge, case: Facts) -> tuple[int, int]:
    """How lax the tier is before and after the draft, 0 for the strictest."""
    case.segments, case.unsure = judge.segments(case)
    before, why = judge.tier(case)
    after, raised = judge.raised(before, case)
    assert why, "a tier always has its reason"
    assert bool(raised) is (after != before)
    return STRICTEST_FIRST.index(before), STRICTEST_FIRST.index(after)


@given(
    rules=st.dictionaries(st.sampled_from(STRICTEST_FIRST), st.lists(RULES, min_size=1, max_size=2)),
    case=CASES,
    forgotten=st.sets(
        st.sampled_from([*("amount", "injury", "category", "birth_date", "incident_date"), *("source", "text")])
        | st.sampled_from(["quality", "confidence"])
    ),
)
def test_a_case_of_which_less_is_known_is_never_in_a_less_strict_tier(
    table: Tables, rules: Any, case: Facts, forgotten: set[str]
) -> None:
    judge = Judge(table(rules=rules))
    less = msgspec.structs.replace(
        case, fields={name: value for name, value in case.fields.items() if name not in forgotten}
    )
    for name in forgotten & {"source", "text", "quality", "confidence"}:
        setattr(less, name, "" if name == "source" else None)
    before, after = decided(judge, case)
    less_before, less_after = decided(judge, less)
    assert after <= before
    assert less_before <= before
    assert less_after <= after
