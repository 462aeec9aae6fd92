"""Judging plans of many resources, on a server that runs: what OPA and the reading of its answer take."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.measure import Times
from lockgate.charter.load import load_stack
from lockgate.plan.model import Plan, Resource
from lockgate.plan.program import record_project
from lockgate.plan.project import find
from lockgate.policy.decide import Decider


def seconds(root: Path, stack: str, at: str, *, sizes: Sequence[int], runs: int) -> list[Times]:
    """The time of a decision for a plan of each size, each the reference plan repeated under other names."""
    plan = record_project(find(root), stack, note=print)
    charter = load_stack(root / "stacks", stack).document()
    now = datetime.datetime.fromisoformat(at).replace(tzinfo=datetime.UTC)
    taken: list[list[float]] = [[] for _ in sizes]
    with Decider(os.environ, say=print) as decider:
        for round_ in range(runs + 1):
            for size, times in zip(sizes, taken, strict=True):
                grown = repeated(plan, size)
                started = time.perf_counter()
                decider.decide(grown, charter, now=now)
                if round_:
                    times.append(time.perf_counter() - started)
    return [Times(tuple(times)) for times in taken]


def repeated(plan: Plan, size: int) -> Plan:
    """A plan of ``size`` resources: this one's over and over, each copy by names of its own, referring to itself."""
    copies = -(-size // len(plan.resources))
    resources = [_renamed(resource, plan.stack, copy) for copy in range(copies) for resource in plan.resources]
    return msgspec.structs.replace(plan, resources=resources[:size])


def _renamed(resource: Resource, word: str, copy: int) -> Resource:
    """The resource with its URNs, and every name that holds ``word``, made the copy's own."""
    if not copy:
        return resource

    def named(urn: str) -> str:
        return f"{urn}-{copy}"

    inputs = msgspec.json.encode(resource.inputs).replace(word.encode(), f"{word}-{copy}".encode())
    return msgspec.structs.replace(
        resource,
        urn=named(resource.urn),
        name=named(resource.name),
        parent=resource.parent and named(resource.parent),
        provider=resource.provider and named(resource.provider),
        dependencies=[named(urn) for urn in resource.dependencies],
        property_dependencies={key: [named(u) for u in urns] for key, urns in resource.property_dependencies.items()},
        inputs=msgspec.json.decode(inputs),
    )
