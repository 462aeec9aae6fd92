"""What a destroy by the engine leaves in the emulated cloud, against what the mapping declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lockgate.plan.model import Plan, Resource
from lockgate.rehearsal.mapping.model import Entry
from lockgate.rehearsal.report import Survivor

Name = tuple[str, str]
"""A service's label, and a resource's canonical name in it."""

_SLOT = re.compile(r"\{(\+?)([A-Za-z_][\w.]*)[?%]?\}")
_VERSION = re.compile(r"^(?:[a-z]+/)?v\d+[a-z0-9]*/")


@dataclass(frozen=True)
class Declared:
    """What may be left of a planned resource: names of this form, and why."""

    resource: Resource
    service: str
    pattern: re.Pattern[str]
    reason: str


KEPT_BESIDE: Mapping[str, tuple[Name, str]] = {
    # IAM documentation, "Undelete a service account": within 30 days of its deletion (November 2026).
    "gcp:serviceaccount/account:Account": (
        ("iam", r"deletedServiceAccounts/\d+/"),
        "a deleted service account can be brought back for 30 days",
    ),
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": (
        ("aiplatform", r"projects/[^/]+/locations/[^/]+/models/\d+(@\d+)?/"),
        "the provider deletes the endpoint, and not the model that Model Garden copied into the project",
    ),
}
"""What is kept beside a resource that a destroy removes, by its type: where the emulator keeps it, and why."""


def names(state: Mapping[str, Any]) -> set[Name]:
    """All resources of an emulator, from its ``GET /_state``."""
    stored = state["store"]["resources"]
    return {(service, name) for service, resources in stored.items() for name in resources}


def declared(plan: Plan, entries: Mapping[str, Entry]) -> Iterator[Declared]:
    """What the mapping says a destroy leaves of the plan's resources."""
    for resource in plan.resources:
        entry = entries.get(resource.type)
        if entry is None:
            continue
        for survivor in entry.survivors(resource.inputs):
            yield Declared(resource, entry.service, _pattern(entry.name, resource.inputs), survivor.reason)
        if resource.type in KEPT_BESIDE:
            (service, form), reason = KEPT_BESIDE[resource.type]
            yield Declared(resource, service, re.compile(form), reason)


def sort_out(left: Iterable[Name], declarations: Iterable[Declared]) -> tuple[list[Survivor], list[Name]]:
    """What is left as declared, and what is left and was not declared.

    What lies below a declared name goes with it: the versions of a key, say.
    """
    known = list(declarations)
    survivors: dict[str, Survivor] = {}
    strays: list[Name] = []
    for service, name in sorted(left):
        found = next((one for one in known if one.service == service and one.pattern.match(f"{name}/")), None)
        if found is None:
            strays.append((service, name))
        else:
            urn = found.resource.urn
            survivors.setdefault(urn, Survivor(urn, found.resource.type, name, found.reason))
    return list(survivors.values()), strays


def _pattern(template: str, inputs: Mapping[str, Any]) -> re.Pattern[str]:
    """Names that a template may become: its inputs where they are known, else anything that fits."""
    parts: list[str] = []
    at = 0
    path = _VERSION.sub("", template)
    for slot in _SLOT.finditer(path):
        parts.append(re.escape(path[at : slot.start()]))
        value = inputs.get(slot[2])
        literal = isinstance(value, str) and (slot[1] or "/" not in value)
        parts.append(re.escape(str(value)) if literal else ".+?" if slot[1] else "[^/]+")
        at = slot.end()
    return re.compile("".join([*parts, re.escape(path[at:]), "/"]))
