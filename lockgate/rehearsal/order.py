"""In which order resources can be carried out, and in which they can be taken down again."""

from __future__ import annotations

import graphlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lockgate.plan.model import Resource


@dataclass(frozen=True)
class Problem:
    """Why a resource has no place in an order."""

    urn: str
    message: str


@dataclass(frozen=True)
class Order:
    """What each resource waits for. A component stands for all that it holds."""

    after: Mapping[str, frozenset[str]]

    def reverse(self) -> Order:
        """The order of a destroy: a resource waits for those that were made after it."""
        before: dict[str, set[str]] = {urn: set() for urn in self.after}
        for urn, earlier in self.after.items():
            for one in earlier:
                before[one].add(urn)
        return Order({urn: frozenset(later) for urn, later in before.items()})

    def waves(self) -> list[list[str]]:
        """The resources in groups, each of which can be carried out at once when the one before it is done."""
        sorter = graphlib.TopologicalSorter(self.after)
        sorter.prepare()
        waves = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            waves.append(ready)
            sorter.done(*ready)
        return waves


def order(resources: Sequence[Resource], carried: Collection[str]) -> tuple[Order, list[Problem]]:
    """The order of the resources whose URNs are ``carried``, and what is wrong with it.

    A dangling reference and a cycle are problems of the resources that hold them; what they ask for is left out of the
    order, so that the rest can still be looked at.
    """
    by_urn = {resource.urn: resource for resource in resources}
    children = defaultdict(list)
    for resource in resources:
        children[resource.parent].append(resource.urn)
    problems = []
    after: dict[str, frozenset[str]] = {}
    for resource in resources:
        if resource.urn not in carried:
            continue
        named = {*resource.dependencies, *(urn for urns in resource.property_dependencies.values() for urn in urns)}
        problems += [
            Problem(resource.urn, f"depends on {urn}, which is not in the plan")
            for urn in sorted(named - by_urn.keys())
        ]
        wanted = {found for urn in named & by_urn.keys() for found in _carried(urn, carried, children)}
        after[resource.urn] = frozenset(wanted - {resource.urn})
    after, cycles = _without_cycles(after)
    return Order(after), problems + cycles


def duplicates(resources: Sequence[Resource]) -> list[Problem]:
    """URNs that more than one resource has."""
    seen: set[str] = set()
    twice = sorted({urn for urn in (resource.urn for resource in resources) if urn in seen or seen.add(urn)})  # type: ignore[func-returns-value]
    return [Problem(urn, "two resources of the plan have this URN") for urn in twice]


def _carried(urn: str, carried: Collection[str], children: Mapping[str | None, Sequence[str]]) -> set[str]:
    """The resource itself, or what a component holds."""
    if urn in carried:
        return {urn}
    return set().union(*(_carried(child, carried, children) for child in children.get(urn, ())))


def _without_cycles(after: dict[str, frozenset[str]]) -> tuple[dict[str, frozenset[str]], list[Problem]]:
    problems = []
    while True:
        try:
            graphlib.TopologicalSorter(after).prepare()
        except graphlib.CycleError as error:
            # graphlib lists it with the dependency before the dependent, and the first again at the end.
            cycle = list(reversed(error.args[1]))
            path = " -> ".join(urn.rpartition("::")[2] for urn in cycle)
            first = min(cycle[:-1])
            problems.append(Problem(first, f"depends on itself: {path}"))
            after = {**after, first: after[first] - set(cycle)}
        else:
            return after, problems
