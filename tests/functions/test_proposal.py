"""What counts as an answer, and the rules that hold whatever a model answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise.case import Case
from rules.proposal import GarbageError, Proposal, objections, opinion, proposal

CASE = Case("c", "low", {"amount": 9, "papers": [{"kind": "invoice"}], "iban": "[masked]"}, frozenset({"iban"}))


def objected(*facts: str) -> list[str]:
    return list(objections(Proposal("pay", ["because"], list(facts)), CASE))


@given(st.text())
def test_any_text_but_the_form_asked_for_is_garbage(text: str) -> None:
    for read in (proposal, opinion):
        with pytest.raises(GarbageError):
            read(text)


def test_a_fence_around_the_answer_is_forgiven() -> None:
    assert opinion('```json\n{"agrees": true, "reasons": []}\n```').agrees


@pytest.mark.parametrize(
    "change", [{"reasons": []}, {"facts": []}, {"decision": ""}, {"decision": 7}, {"reasons": ["x" * 501]}]
)
def test_an_answer_without_its_reasons_is_garbage(change: dict[str, Any]) -> None:
    with pytest.raises(GarbageError):
        proposal(json.dumps({"decision": "pay", "reasons": ["because"], "facts": ["amount"], **change}))


def test_facts_of_the_case_are_accepted_at_any_depth() -> None:
    assert objected("amount", "papers.kind", "Papers") == []


def test_invented_and_masked_facts_are_objected_to() -> None:
    assert (
        objected("speed", "papers.colour", "amount.cents")
        == ["a reason rests on a fact that the case does not have"] * 3
    )
    assert objected("iban") == ["a reason rests on a field that is masked, so the model cannot know it"]
