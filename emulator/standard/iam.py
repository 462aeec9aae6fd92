"""The three methods of IAM policies."""

from __future__ import annotations

import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.standard.shared import uses_names
from emulator.wire import mask
from emulator.wire.errors import invalid

JSON = dict[str, Any]


def _policy_target(ctx: Context) -> str:
    """The resource whose policy is meant; 404 if its kind is one that must be made and it has not been."""
    call = ctx.call
    name = call.target
    for ending in ("/getIamPolicy", "/setIamPolicy", "/testIamPermissions", "/iam/testPermissions", "/iam"):
        if not uses_names(call):
            name = name.removesuffix(ending)
    made = any(f"{call.collection}.{verb}" in call.api.methods for verb in ("create", "insert"))
    if made and ctx.get(name, collection=call.collection) is None:
        raise ctx.not_found(name, call.collection)
    return name


def get_iam_policy(ctx: Context, call: Call) -> JSON | Answer:
    """The policy of a resource."""
    del call
    return _policy_view(ctx, ctx.policies.get(ctx.label, _policy_target(ctx)))


def _policy_view(ctx: Context, policy: JSON) -> JSON:
    call = ctx.call
    schema = call.api.schema(call.method.response)
    if schema and "kind" in schema.fields and schema.fields["kind"].default:
        policy["kind"] = schema.fields["kind"].default
    return policy


def set_iam_policy(ctx: Context, call: Call) -> JSON | Answer:
    """Replaces the policy of a resource."""
    name = _policy_target(ctx)
    wrapped = (
        "policy" in call.body
        or call.method.request.endswith("SetIamPolicyRequest")
        or call.method.request.endswith("SetPolicyRequest")
    )
    policy = call.body.get("policy", {}) if wrapped else call.body
    if not isinstance(policy, dict):
        raise invalid("Policy must be set.", field_path="policy")
    if wrapped and "bindings" not in policy and "bindings" in call.body:  # compute takes both forms
        policy = {k: call.body[k] for k in ("bindings", "etag", "version") if k in call.body}
    fields = mask.parse(str(call.body.get("updateMask", ""))) if wrapped else ()
    _check_grants(ctx, policy, ctx.policies.get(ctx.label, name))
    return _policy_view(ctx, ctx.policies.set(ctx.label, name, policy, fields))


def _check_grants(ctx: Context, policy: JSON, before: JSON) -> None:
    """400 for a new grant of a project's role, or to a project's service account, that nobody has made.

    Other projects' are taken on trust: only those that exist here can be looked up.
    """
    held = {(b.get("role"), m) for b in before.get("bindings", []) for m in b.get("members", [])}
    for binding in policy.get("bindings") or []:
        role = str(binding.get("role", ""))
        for member in binding.get("members") or []:
            if (role, member) in held or not isinstance(member, str):
                continue
            if _unmade(ctx, r"projects/([^/]+)/roles/[^/]+", role, role):
                text = f"Role ({role}) does not exist in the resource's hierarchy."
                raise invalid(text, field_path="policy.bindings.role")
            email = member.removeprefix("serviceAccount:")
            account = "projects/{}/serviceAccounts/" + email
            if email != member and _unmade(ctx, r"[^@]+@([^.@]+)\.iam\.gserviceaccount\.com", email, account):
                raise invalid(f"Service account {email} does not exist.", field_path="policy.bindings.member")


def _unmade(ctx: Context, pattern: str, text: str, name: str) -> bool:
    """Whether a name is of a project that is here, and nothing of that name is."""
    found = re.fullmatch(pattern, text)
    project = ctx.projects.find(found[1]) if found else None
    if project is None:
        return False
    body = ctx.store.get("iam", name.replace("{}", project.id))
    return body is None or bool(body.get("deleted"))


def test_iam_permissions(ctx: Context, call: Call) -> JSON | Answer:
    """The caller is never checked, so it holds all that it asks about."""
    _policy_target(ctx)
    asked = call.body.get("permissions") or list(call.query.get("permissions", ()))
    return {"permissions": asked} if asked else {}
