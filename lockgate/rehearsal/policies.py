"""Edits of an IAM policy, from policy to policy (https://cloud.google.com/iam/docs/policies)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def part(kind: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a resource stands for in a policy: members of a role, all members of a role, or an audit configuration."""
    if kind == "audit":
        return {"service": inputs.get("service"), "auditLogConfigs": inputs.get("auditLogConfigs") or []}
    members = [inputs.get("member")] if kind == "member" else list(inputs.get("members") or [])
    sent = {"role": inputs.get("role"), "members": members, "authoritative": kind == "binding"}
    condition = inputs.get("condition")
    return {**sent, "condition": condition} if condition else sent


def granted(policy: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The policy with a part in it."""
    edited = dict(policy)
    if "service" in wanted:
        others = [config for config in policy.get("auditConfigs", []) if config.get("service") != wanted["service"]]
        edited["auditConfigs"] = [*others, dict(wanted)]
        return edited
    binding = _binding(policy, wanted)
    others = [other for other in policy.get("bindings", []) if other is not binding]
    before = [] if wanted["authoritative"] or binding is None else binding["members"]
    members = [*before, *(member for member in wanted["members"] if member not in before)]
    made = {"role": wanted["role"], "members": members}
    if "condition" in wanted:
        made["condition"] = wanted["condition"]
    edited["bindings"] = [*others, made]
    # Version 3 is what knows conditions; it may be written in any case.
    edited["version"] = 3
    return edited


def withdrawn(policy: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The policy without a part."""
    edited = dict(policy)
    if "service" in wanted:
        edited["auditConfigs"] = [
            config for config in policy.get("auditConfigs", []) if config.get("service") != wanted["service"]
        ]
        return edited
    binding = _binding(policy, wanted)
    if binding is None:
        return edited
    left = [] if wanted["authoritative"] else [one for one in binding["members"] if one not in wanted["members"]]
    others = [other for other in policy.get("bindings", []) if other is not binding]
    edited["bindings"] = [*others, {**binding, "members": left}] if left else others
    return edited


def found(policy: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part as the policy has it, or None."""
    if "service" in wanted:
        for config in policy.get("auditConfigs", []):
            if config.get("service") == wanted["service"]:
                return dict(config)
        return None
    binding = _binding(policy, wanted)
    if binding is None:
        return None
    if wanted["authoritative"]:
        return {**binding, "authoritative": True}
    members = [member for member in binding["members"] if member in wanted["members"]]
    return {**binding, "members": members, "authoritative": False} if members else None


def _binding(policy: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    for binding in policy.get("bindings", []):
        if binding.get("role") == wanted["role"] and binding.get("condition") == wanted.get("condition"):
            return dict(binding) if not isinstance(binding, dict) else binding
    return None
