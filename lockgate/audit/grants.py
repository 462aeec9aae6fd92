"""Planned grants against a live IAM policy, and what is in the policy beside them: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lockgate.audit.compare import Comparison, Difference, Kept, is_agent

_AGENT_ROLE = re.compile(r"^roles/(.*\.)?[a-z]*[sS]erviceAgent$")
_CONVENIENCE = re.compile(r"^project(Owner|Editor|Viewer):")
_PROFILES = ("logType", "exemptedMembers")


@dataclass(frozen=True)
class Extra:
    """A member of a role that no plan names."""

    role: str
    member: str
    condition: Mapping[str, Any] | None


def missing(comparison: Comparison, wanted: Mapping[str, Any], policy: Mapping[str, Any]) -> bool:
    """Whether a planned grant, or a planned audit configuration, is not in the policy at all."""
    if "service" in wanted:
        return _config(policy, wanted["service"]) is None
    binding = _binding(policy, wanted)
    if binding is None:
        return True
    planned, live = wanted["members"], binding.get("members") or []
    alone, _ = comparison.unmatched(planned, live)
    return len(alone) == len(planned)


def differences(comparison: Comparison, wanted: Mapping[str, Any], policy: Mapping[str, Any]) -> list[Difference]:
    """What of a planned grant that is in the policy is not as planned. An authoritative one holds no other member."""
    if "service" in wanted:
        return _audit(comparison, wanted["auditLogConfigs"], (_config(policy, wanted["service"]) or {}))
    binding = _binding(policy, wanted)
    live = list((binding or {}).get("members") or [])
    alone, added = comparison.unmatched(wanted["members"], live)
    if not wanted["authoritative"] or not (alone or added):
        return []
    kept = [Kept(index) for index in range(len(wanted["members"])) if index not in alone]
    gone = [wanted["members"][index] for index in alone]
    more = [live[index] for index in added]
    lost = tuple(("members", index) for index in alone)
    return [Difference("members", gone or None, more or None, ("members",), [*kept, *more], lost)]


def _audit(comparison: Comparison, planned: Sequence[Any], config: Mapping[str, Any]) -> list[Difference]:
    live = [{key: one[key] for key in _PROFILES if one.get(key)} for one in config.get("auditLogConfigs") or []]
    wanted = [{key: one[key] for key in _PROFILES if one.get(key)} for one in planned]
    # Nobody may be exempt whom the plan does not exempt, so the two sides have to be alike.
    alone = [one for one in wanted if not any(_alike(comparison, one, other) for other in live)]
    added = [one for one in live if not any(_alike(comparison, other, one) for other in wanted)]
    if not alone and not added:
        return []
    at = ("auditLogConfigs",)
    return [Difference("auditConfigs.auditLogConfigs", alone or None, added or None, at, live, (at,))]


def _alike(comparison: Comparison, planned: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    return comparison.agrees(planned, live) and set(planned) == set(live)


def extras(
    comparison: Comparison, wanted: Iterable[Mapping[str, Any]], policy: Mapping[str, Any], number: str
) -> list[Extra]:
    """The members that the policy has beside the planned ones, without what Google puts there by itself.

    ``wanted`` are all planned grants on the policy's resource, ``number`` is its project's.
    """
    planned = [one for one in wanted if "role" in one]
    found = []
    for binding in policy.get("bindings") or []:
        of_role = [one for one in planned if _is_for(binding, one)]
        if any(one["authoritative"] for one in of_role):
            continue  # a binding's own members are compared with the binding
        members = [member for one in of_role for member in one["members"]]
        _, added = comparison.unmatched(members, list(binding.get("members") or []))
        for index in added:
            member = binding["members"][index]
            if not by_google(str(binding.get("role")), member, number):
                found.append(Extra(str(binding.get("role")), member, binding.get("condition")))
    return found


def by_google(role: str, member: str, number: str) -> bool:
    """Whether Google makes a grant by itself: to a service agent, to its own editor, in a bucket's legacy roles.

    https://cloud.google.com/iam/docs/service-agents, https://cloud.google.com/storage/docs/access-control/iam-roles
    """
    if role.startswith("roles/storage.legacy") and _CONVENIENCE.match(member):
        return True
    if role == "roles/editor" and member == f"serviceAccount:{number}@cloudservices.gserviceaccount.com":
        return True
    return bool(_AGENT_ROLE.match(role)) and is_agent(member, number)


def _binding(policy: Mapping[str, Any], wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((one for one in policy.get("bindings") or [] if _is_for(one, wanted)), None)


def _is_for(binding: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    condition, planned = binding.get("condition") or {}, wanted.get("condition") or {}
    same = {key: value for key, value in condition.items() if value} == {k: v for k, v in planned.items() if v}
    return binding.get("role") == wanted["role"] and same


def _config(policy: Mapping[str, Any], service: Any) -> Mapping[str, Any] | None:
    return next((one for one in policy.get("auditConfigs") or [] if one.get("service") == service), None)
