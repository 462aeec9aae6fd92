"""The input document: what the rules see of a plan, its charter and the time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from lockgate.plan.model import Plan


def input_document(
    plan: Plan, charter: Mapping[str, Any] | None, now: datetime.datetime, *, by_urn: bool = False
) -> dict[str, Any]:
    """The question to the rules: resources indexed by type, as the plan's JSON has them.

    ``charter`` is ``Charter.document()``, or None. ``now`` is aware. Our rules make the index by URN themselves, so
    that each resource is sent, and read by OPA, once; ``by_urn`` sends it for rules that read it as ``input.by_urn``.
    """
    by_type: dict[str, list[Any]] = {}
    index: dict[str, Any] = {}
    for resource in plan.resources:
        built = msgspec.to_builtins(resource)
        by_type.setdefault(resource.type, []).append(built)
        index[resource.urn] = built
    question = {
        "stack": plan.stack,
        "project": plan.project,
        "now": rfc3339(now),
        "charter": charter,
        "by_type": by_type,
    }
    return {**question, "by_urn": index} if by_urn else question


def parts(question: Mapping[str, Any], groups: Mapping[str, int], processors: int) -> list[Mapping[str, Any]]:
    """The question as several, each about some groups of rules; together they ask what it asks.

    ``groups`` holds the number of rules of each group, by which the work is divided.
    """
    shares: list[list[str]] = [[] for _ in range(max(1, min(processors, len(groups))))]
    loads = [0] * len(shares)
    for group, rules in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        lightest = loads.index(min(loads))
        shares[lightest].append(group)
        loads[lightest] += rules
    return [{**question, "groups": sorted(share)} for share in shares]


def rfc3339(moment: datetime.datetime) -> str:
    """A moment in UTC to the second, such as ``2026-11-22T12:00:00Z``. ``moment`` is aware."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
