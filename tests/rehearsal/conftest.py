"""Plans to rehearse: of the two reference stacks, recorded once a session, and small ones written by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lockgate.charter.load import load
from lockgate.plan import program, project
from lockgate.plan.model import FORMAT, Plan, Resource

ROOT = Path(__file__).parents[2]
STACKS = ("claims-triage", "staff-assistant")


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], Plan]:
    """The plan of a reference stack."""
    plans: dict[str, Plan] = {}

    def of(stack: str) -> Plan:
        if stack not in plans:
            found = project.find(ROOT)
            plans[stack] = program.record_project(
                found, stack, note=lambda _: None, given={}, answers={}, timeout_seconds=120
            )
        return plans[stack]

    return of


@pytest.fixture(scope="session")
def charter() -> Callable[[str], dict[str, Any]]:
    """The charter of a reference stack, as the rules see it."""
    return lambda stack: load(ROOT / "stacks" / stack / "charter.yaml").document()


def resource(type_: str, name: str, inputs: dict[str, Any] | None = None, **more: Any) -> Resource:
    """A resource of a plan written by hand. ``made_from`` gives propertyDependencies, ``after`` dependencies."""
    made_from = more.pop("made_from", {})
    after = more.pop("after", [])
    named = [*after, *(urn for urns in made_from.values() for urn in urns)]
    return Resource(
        urn=urn(type_, name),
        type=type_,
        name=name,
        custom=more.pop("custom", True),
        parent=more.pop("parent", None),
        provider=None,
        protect=more.pop("protect", False),
        dependencies=sorted(set(named)),
        property_dependencies=made_from,
        source=more.pop("source", f"infra/{name}.py:1"),
        inputs=inputs or {},
    )


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:test::lockgate::{type_}::{name}"


def plan_of(*resources: Resource) -> Plan:
    return Plan(FORMAT, "lockgate", "test", list(resources))
