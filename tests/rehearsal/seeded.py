"""Faults seeded into a plan, and the part of the plan that is needed to find them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lockgate.plan.model import Plan, Resource


def seeded(plan: Plan, fault: dict[str, Any]) -> Plan:
    """The plan with a fault in it."""
    resources: list[dict[str, Any]] = msgspec.to_builtins(plan.resources)
    for edit in fault.get("edit", []):
        ((kind, how),) = [(key, value) for key, value in edit.items() if key != "type"]
        _EDITS[kind](resources, how, edit.get("type"))
    return Plan(plan.format, plan.project, plan.stack, [msgspec.convert(one, Resource) for one in resources])


def part(plan: Plan, names: Iterable[str]) -> Plan:
    """The resources of these names with all that they need, the APIs that are enabled and the provider."""
    by_urn = {resource.urn: resource for resource in plan.resources}
    wanted: set[str] = set()
    left = [one.urn for one in plan.resources if one.name in set(names) or one.type.startswith("pulumi:providers:")]
    left += [one.urn for one in plan.resources if one.type == "gcp:projects/service:Service"]
    while left:
        urn = left.pop()
        if urn in wanted or urn not in by_urn:
            continue
        wanted.add(urn)
        resource = by_urn[urn]
        left += [*resource.dependencies, *(one for urns in resource.property_dependencies.values() for one in urns)]
    return Plan(plan.format, plan.project, plan.stack, [one for one in plan.resources if one.urn in wanted])


def _one(resources: list[dict[str, Any]], name: str, kind: str | None = None) -> dict[str, Any]:
    found = [one for one in resources if one["name"] == name and (kind is None or one["type"].endswith(f":{kind}"))]
    found = [one for one in found if one["custom"]] or found
    assert len(found) == 1, f"{name}: {[one['urn'] for one in found]}"
    return found[0]


def _set(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    resource = _one(resources, how["of"], kind)
    _put(resource["inputs"], how["at"], how["to"])
    # What the program writes out is made from nothing any more.
    resource["propertyDependencies"].pop(how["at"], None)


def _put(place: Any, path: str, value: Any) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        place = place[step]
    place[last] = value


def _in_json(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    inputs = _one(resources, how["of"], kind)["inputs"]
    document = msgspec.json.decode(inputs[how["field"]])
    _put(document, how["at"], how["to"])
    inputs[how["field"]] = msgspec.json.encode(document).decode()


def _late(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    late = _one(resources, how["of"], kind)
    for resource in resources:
        _forget(resource, late["urn"])
    _after(resources, how, kind)


def _swap(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    _not_after(resources, how, kind)
    _one(resources, how["other"])["dependencies"].append(_one(resources, how["of"], kind)["urn"])


def _lost(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    _one(resources, how["of"], kind)["dependencies"].append(how["urn"])


def _forget(resource: dict[str, Any], urn: str) -> None:
    resource["dependencies"] = [one for one in resource["dependencies"] if one != urn]
    resource["propertyDependencies"] = {
        key: left
        for key, urns in resource["propertyDependencies"].items()
        if (left := [one for one in urns if one != urn])
    }


def _copy(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    original = _one(resources, how["of"], kind)
    second = msgspec.json.decode(msgspec.json.encode(original))
    second["name"] = how["as"]
    second["urn"] = original["urn"].rpartition("::")[0] + "::" + how["as"]
    resources.append(second)


def _after(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    resource = _one(resources, how["of"], kind)
    resource["dependencies"].append(_one(resources, how["other"])["urn"])


def _not_after(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    _forget(_one(resources, how["of"], kind), _one(resources, how["other"])["urn"])


def _made_from(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    resource = _one(resources, how["of"], kind)
    resource["propertyDependencies"].setdefault(how["at"], []).append(_one(resources, how["other"])["urn"])


def _retype(resources: list[dict[str, Any]], how: dict[str, Any], kind: str | None) -> None:
    resource = _one(resources, how["of"], kind)
    resource["urn"] = resource["urn"].replace(resource["type"], how["as"])
    resource["type"] = how["as"]


_EDITS = {
    "set": _set,
    "in_json": _in_json,
    "late": _late,
    "lost": _lost,
    "swap": _swap,
    "copy": _copy,
    "after": _after,
    "not_after": _not_after,
    "made_from": _made_from,
    "retype": _retype,
}
