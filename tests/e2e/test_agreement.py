"""The recorded plan, the preview's JSON and the saved plan agree but for what the provider adds, and so do verdicts."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lockgate.charter.load import load_stack
from lockgate.plan.model import Plan
from lockgate.plan.program import record_project
from lockgate.plan.project import find
from lockgate.plan.read import read_plan
from lockgate.policy.decide import Decider
from tests.e2e.conftest import ROOT, Checkout

pytestmark = pytest.mark.engine

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
ADDED = json.loads((Path(__file__).parent / "provider_adds.json").read_text())
"""Inputs that Pulumi's gcp provider 9.35 fills in, by resource type: its defaults. It generates no name."""


def additions(recorded: Plan, engine: Plan) -> dict[str, list[str]]:
    """Input keys that the engine's plan has and the recorded one has not, or has as unknown; by type."""
    found: dict[str, set[str]] = {}
    for ours, theirs in zip(recorded.resources, engine.resources, strict=True):
        for field in ("urn", "type", "name", "custom", "parent", "provider", "protect", "dependencies"):
            assert getattr(ours, field) == getattr(theirs, field), (ours.urn, field)
        assert ours.property_dependencies == theirs.property_dependencies, ours.urn
        for key in ours.inputs.keys() | theirs.inputs.keys():
            if ours.inputs.get(key) != theirs.inputs.get(key):
                found.setdefault(ours.type, set()).update(changes(key, ours.inputs.get(key), theirs.inputs.get(key)))
    return {type_: sorted(keys) for type_, keys in sorted(found.items())}


def changes(path: str, ours: Any, theirs: Any) -> set[str]:
    """Where two values differ, as paths; a value of ours that the engine has otherwise is marked with '!'."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and "$unknown" not in ours:
        return {
            change
            for key in ours.keys() | theirs.keys()
            if ours.get(key) != theirs.get(key)
            for change in changes(f"{path}.{key}", ours.get(key), theirs.get(key))
        }
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return {
            change
            for mine, its in zip(ours, theirs, strict=True)
            if mine != its
            for change in changes(f"{path}[]", mine, its)
        }
    if ours is None:
        return {path}
    return {f"{path} known" if ours == {"$unknown": True} else f"{path} !"}


@pytest.mark.parametrize("stack", ["claims-triage", "staff-assistant"])
def test_the_three_plans_agree(checkout: Callable[[str], Checkout], stack: str, tmp_path: Path) -> None:
    made = checkout(stack)
    saved = tmp_path / "saved.json"
    done = made.pulumi("preview", "--stack", stack, "--json", "--show-sames", "--save-plan", str(saved))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    (tmp_path / "preview.json").write_text(done.stdout)
    recorded = record_project(find(made.root), stack, note=print)
    previewed = read_plan(tmp_path / "preview.json", made.root / "infra")
    from_saved = read_plan(saved, made.root / "infra")

    for plan in (previewed, from_saved):
        assert additions(recorded, plan) == ADDED
    assert [r.source for r in previewed.resources] == [r.source for r in recorded.resources]

    charter = load_stack(ROOT / "stacks", stack).document()
    with Decider(os.environ, say=print) as decider:
        verdicts = [decider.decide(plan, charter, now=NOW) for plan in (recorded, previewed, from_saved)]
    assert {verdict.decision for verdict in verdicts} == {"allow"}
    first, *others = [{(f.rule, f.urn, f.status) for f in verdict.findings} for verdict in verdicts]
    for other in others:
        assert other == first
