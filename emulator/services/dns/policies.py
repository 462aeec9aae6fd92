"""Server policies and response policies, which hold for networks."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire import mask

JSON = dict[str, Any]


def policy_defaults(ctx: Context, body: JSON) -> JSON:
    """The kinds of what a policy holds."""
    del ctx
    servers = body.get("alternativeNameServerConfig")
    if isinstance(servers, dict):
        servers["kind"] = "dns#policyAlternativeNameServerConfig"
        for target in servers.get("targetNameServers") or []:
            target["kind"] = "dns#policyAlternativeNameServerConfigTargetNameServer"
    for network in body.get("networks") or []:
        network["kind"] = "dns#policyNetwork"
    return {}


def policy_created(ctx: Context, name: str, body: JSON) -> None:
    """Identity of a new policy."""
    body["id"] = ctx.ids.digits(19)
    body["kind"] = "dns#responsePolicy" if "/responsePolicies/" in name else "dns#policy"


def update_policy(ctx: Context, call: Call) -> JSON | Answer:
    """patch and update of policies, response policies and their rules: the answer wraps the resource."""
    before = ctx.need(call.target)
    after: JSON = mask.merge_patch(before, call.body) if call.method.http == "PATCH" else dict(call.body)
    for field in ("id", "kind", "name", "policyName", "responsePolicyName"):
        if field in before:
            after[field] = before[field]
    after = {**policy_defaults(ctx, after), **after}
    ctx.put(call.target, after)
    wrapper = {"policies": "policy", "responsePolicies": "responsePolicy"}.get(call.collection, "responsePolicyRule")
    return {wrapper: after}
