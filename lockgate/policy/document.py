"""The input document: what the rules see of a plan, its charter and the time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from lockgate.plan.model import Plan


def input_document(plan: Plan, charter: Mapping[str, Any] | None, now: datetime.datetime) -> dict[str, Any]:
    """``input`` for the rules: resources indexed by type and by urn, as the plan's JSON has them.

    ``charter`` is ``Charter.document()``, or None. ``now`` is aware. The index is made here because Rego
    would make it once for each rule: 3.1 s instead of 0.4 s for 5,000 resources and 100 rules.
    """
    by_type: dict[str, list[Any]] = {}
    by_urn: dict[str, Any] = {}
    for resource in plan.resources:
        document = msgspec.to_builtins(resource)
        by_type.setdefault(resource.type, []).append(document)
        by_urn[resource.urn] = document
    return {
        "stack": plan.stack,
        "project": plan.project,
        "now": rfc3339(now),
        "charter": charter,
        "by_type": by_type,
        "by_urn": by_urn,
    }


def rfc3339(moment: datetime.datetime) -> str:
    """A moment in UTC to the second, such as ``2026-11-22T12:00:00Z``. ``moment`` is aware."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
