"""Folding: what the rules said becomes a verdict, and nothing is lost or allowed on the way."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lockgate.policy.answer import Said
from lockgate.policy.fold import fold, idle, strict
from lockgate.policy.registry import Rule
from lockgate.policy.waivers import Waiver
from lockgate.verdict import FORMAT, Policy, Verdict, order

from .conftest import NOW, planned, resource

NAMES = ["a", "b", "c"]
PLAN = planned(*(resource(name, {}) for name in NAMES))
URNS = [item.urn for item in PLAN.resources]
RULES = tuple(
    Rule(f"TST-00{number}", "t", "d", severity, "network", False, ("stack",), "r", (), "rules/network/x.rego")
    for number, severity in enumerate(("low", "critical", "high"), start=1)
)
IDS = [rule.id for rule in RULES]

said = st.builds(
    Said,
    rule=st.sampled_from(IDS),
    urn=st.none() | st.sampled_from(URNS),
    status=st.sampled_from(["pass", "fail", "undetermined", "skipped"]),
    message=st.text(min_size=1, max_size=5),
)
waiver = st.builds(
    Waiver,
    rule=st.sampled_from(IDS),
    resource=st.none() | st.sampled_from(NAMES + URNS),
    owner=st.just("platform@example.com"),
    ticket=st.just("SEC-1"),
    reason=st.just("The partner moves in January."),
    expires=st.dates(datetime.date(2026, 8, 1), datetime.date(2027, 6, 1)),
    place=st.just("waivers.yaml:3"),
)
tiers = st.fixed_dictionaries({tier: st.none() | st.just({"when": "x"}) for tier in ("high", "medium", "low")})
charters = st.none() | tiers.map(lambda risk: {"risk": risk})


def folded(items: list[Said], waivers: list[Waiver], charter: Any = None) -> Verdict:
    return fold(
        PLAN,
        charter,
        said=items,
        rules=RULES,
        waivers=waivers,
        max_waiver_days=90,
        policy=Policy("f" * 64, "opa 1.22.2"),
        now=NOW,
    )


@given(st.lists(said, max_size=8), st.lists(waiver, max_size=3), charters)
def test_nothing_open_is_allowed(items: list[Said], waivers: list[Waiver], charter: Any) -> None:
    verdict = folded(items, waivers, charter)
    counting = [item for item in waivers if 0 <= (item.expires - NOW.date()).days <= 90]
    open_ = [
        item
        for item in items
        if item.status in ({"fail", "undetermined"} if strict(charter) else {"fail"})
        and not any(one.covers(item.rule, item.urn) for one in counting)
    ]
    assert verdict.decision == ("deny" if open_ else "allow")


@given(st.lists(said, max_size=8), st.lists(waiver, max_size=3))
def test_every_finding_is_there_once_and_in_order(items: list[Said], waivers: list[Waiver]) -> None:
    findings = folded(items, waivers).findings
    assert sorted((item.rule, item.urn or "") for item in findings) == sorted(
        (item.rule, item.urn or "") for item in items
    )
    assert findings == sorted(findings, key=order)
    assert folded(items[::-1], waivers).findings == findings
    for item in findings:
        assert item.severity == next(rule.severity for rule in RULES if rule.id == item.rule)
        assert item.source == (None if item.urn is None else "infra/stack.py:12")


@given(st.lists(said, max_size=8), st.lists(waiver, max_size=3))
def test_a_waiver_touches_only_what_it_covers(items: list[Said], waivers: list[Waiver]) -> None:
    without = {(item.rule, item.urn, item.status, item.message) for item in folded(items, []).findings}
    for item in folded(items, waivers).findings:
        if item.status == "waived":
            assert any(one.covers(item.rule, item.urn) for one in waivers)
            assert "waived by platform@example.com until 20" in item.message
        elif "the waiver of" not in item.message:
            assert (item.rule, item.urn, item.status, item.message) in without
        else:
            assert item.status in {"fail", "undetermined"}


@given(st.lists(said, max_size=8), st.lists(waiver, max_size=3))
def test_an_idle_waiver_covers_nothing_open(items: list[Said], waivers: list[Waiver]) -> None:
    for one in idle(folded(items, waivers).findings, waivers):
        assert not any(one.covers(item.rule, item.urn) for item in items if item.status in {"fail", "undetermined"})


def test_an_expired_waiver_says_so_in_the_finding() -> None:
    late = Waiver("TST-001", "a", "platform@example.com", "SEC-1", "x" * 20, datetime.date(2026, 11, 21), "w:1")
    (finding,) = folded([Said("TST-001", URNS[0], "fail", "open")], [late]).findings
    assert finding.status == "fail"
    assert finding.message == "open; the waiver of platform@example.com (SEC-1) expired on 2026-11-21"


def test_a_second_waiver_counts_when_the_first_has_expired() -> None:
    late = Waiver("TST-001", "a", "platform@example.com", "SEC-1", "x" * 20, datetime.date(2026, 11, 21), "w:1")
    later = Waiver("TST-001", "a", "platform@example.com", "SEC-2", "x" * 20, datetime.date(2026, 12, 21), "w:8")
    verdict = folded([Said("TST-001", URNS[0], "fail", "open")], [late, later])
    assert (verdict.decision, verdict.findings[0].status) == ("allow", "waived")


def test_strictness_follows_the_tiers() -> None:
    tier = {"when": "x", "max_error": 0.1}
    assert strict(None)
    assert strict({"risk": {"high": tier, "medium": None, "low": None}})
    assert strict({"risk": {"high": None, "medium": tier, "low": tier}})
    assert not strict({"risk": {"high": None, "medium": None, "low": tier}})


def test_no_finding_at_all_is_an_allow_only_of_what_was_asked() -> None:
    verdict = folded([], [])
    assert (verdict.format, verdict.decision, verdict.findings) == (FORMAT, "allow", [])
