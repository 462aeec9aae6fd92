"""The plan of what is live: the document that the rules judge in the place of the planned one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lockgate.audit.compare import Difference, edited
from lockgate.audit.extras import Extra
from lockgate.audit.look import Found
from lockgate.plan.model import UNKNOWN, Plan, Resource
from lockgate.rehearsal.references import Choice


def live_plan(
    plan: Plan, found: Mapping[str, Found], drift: Mapping[str, list[Difference]], extras: Iterable[Extra]
) -> Plan:
    """The planned resources with what is live in place of what is planned, without the missing, with the extra ones.

    What is live as planned stays as it is planned, references included, so that a rule finds the same words for the
    same state. Inputs of a resource that could not be read are unknown: no rule may pass on them.
    """
    absent = {urn for urn, one in found.items() if one.absent}
    resources = []
    for resource in plan.resources:
        if resource.urn not in absent:
            is_so = _as_it_is(resource, found.get(resource.urn), drift.get(resource.urn) or [])
            resources.append(_without(is_so, absent))
    used = {resource.urn for resource in plan.resources}
    # No provider made what is extra; a rule is told of the stack's own, which says the project that it is in.
    provider = next((one.provider for one in plan.resources if one.custom and one.provider), None)
    for extra in extras:
        urn = _urn(plan, extra, used)
        used.add(urn)
        resources.append(
            Resource(
                urn=urn,
                type=extra.type,
                name=urn.rpartition("::")[2],
                custom=True,
                parent=None,
                provider=provider,
                protect=False,
                dependencies=[extra.beside] if extra.beside and extra.beside not in absent else [],
                property_dependencies={},
                source=None,
                inputs=extra.inputs,
            )
        )
    return Plan(plan.format, plan.project, plan.stack, sorted(resources, key=lambda one: one.urn))


def _as_it_is(resource: Resource, one: Found | None, found: list[Difference]) -> Resource:
    if one is not None and one.unread is not None:
        return msgspec.structs.replace(resource, inputs=dict.fromkeys(resource.inputs, UNKNOWN))
    return _changed(resource, one.choices, found) if one is not None and found else resource


def _changed(resource: Resource, choices: Iterable[Choice], found: list[Difference]) -> Resource:
    lost = [path for difference in found for path in difference.lost]
    gone: set[tuple[str, str]] = set()
    kept: set[tuple[str, str]] = set()
    for choice in choices:
        is_lost = any(choice.path[: len(path)] == path for path in lost)
        (gone if is_lost else kept).update((str(choice.path[0]), urn) for urn in choice.urns)
    made_from = {
        key: [urn for urn in urns if (key, urn) not in gone - kept]
        for key, urns in resource.property_dependencies.items()
    }
    return msgspec.structs.replace(
        resource,
        inputs=edited(resource.inputs, found),
        property_dependencies={key: urns for key, urns in made_from.items() if urns},
    )


def _without(resource: Resource, absent: set[str]) -> Resource:
    """Nothing depends on what is not there."""
    if not absent.intersection(resource.dependencies) and not any(
        absent.intersection(urns) for urns in resource.property_dependencies.values()
    ):
        return resource
    left = {key: [u for u in urns if u not in absent] for key, urns in resource.property_dependencies.items()}
    return msgspec.structs.replace(
        resource,
        dependencies=[urn for urn in resource.dependencies if urn not in absent],
        property_dependencies={key: urns for key, urns in left.items() if urns},
    )


def _urn(plan: Plan, extra: Extra, used: set[str]) -> str:
    base = f"urn:pulumi:{plan.stack}::{plan.project}::{extra.type}::live-{extra.name.rpartition('/')[2] or 'extra'}"
    number, urn = 1, base
    while urn in used:
        number += 1
        urn = f"{base}-{number}"
    return urn
