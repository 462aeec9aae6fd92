"""The input document: what the rules see of a plan, its charter and the time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from lockgate.plan.model import Plan


def input_document(plan: Plan, charter: Mapping[str, Any] | None, now: datetime.datetime) -> dict[str, Any]:
    """The question to the rules: resources indexed by type, as the plan's JSON has them.

    ``charter`` is ``Charter.document()``, or None. ``now`` is aware. ``policies/main.rego`` adds the index by
    URN, so that each resource is sent, and read by OPA, once.
    """
    by_type: dict[str, list[Any]] = {}
    for resource in plan.resources:
        by_type.setdefault(resource.type, []).append(msgspec.to_builtins(resource))
    return {
        "stack": plan.stack,
        "project": plan.project,
        "now": rfc3339(now),
        "charter": charter,
        "by_type": by_type,
    }


def rfc3339(moment: datetime.datetime) -> str:
    """A moment in UTC to the second, such as ``2026-11-22T12:00:00Z``. ``moment`` is aware."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
