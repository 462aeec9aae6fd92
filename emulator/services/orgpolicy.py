"""Organization Policy: https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest. A policy's two specs
each carry an etag and a time of their
own; what holds for a project is the nearest policy above it."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.wire import mask
from emulator.wire.errors import GoogleError, invalid, not_found

JSON = dict[str, Any]

CONSTRAINTS: tuple[tuple[str, str], ...] = (
    ("compute.disableSerialPortAccess", "booleanConstraint"),
    ("compute.requireOsLogin", "booleanConstraint"),
    ("compute.skipDefaultNetworkCreation", "booleanConstraint"),
    ("compute.vmExternalIpAccess", "listConstraint"),
    ("gcp.detailedAuditLoggingMode", "booleanConstraint"),
    ("gcp.resourceLocations", "listConstraint"),
    ("gcp.restrictCmekCryptoKeyProjects", "listConstraint"),
    ("gcp.restrictNonCmekServices", "listConstraint"),
    ("gcp.restrictServiceUsage", "listConstraint"),
    ("iam.allowedPolicyMemberDomains", "listConstraint"),
    ("iam.automaticIamGrantsForDefaultServiceAccounts", "booleanConstraint"),
    ("iam.disableServiceAccountKeyCreation", "booleanConstraint"),
    ("run.allowedIngress", "listConstraint"),
    ("sql.restrictPublicIp", "booleanConstraint"),
    ("storage.publicAccessPrevention", "booleanConstraint"),
    ("storage.uniformBucketLevelAccess", "booleanConstraint"),
    ("vertexai.allowedModels", "listConstraint"),
    ("vertexai.allowedGenAIModels", "listConstraint"),
)
"""A few of https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints: what a list
shows. Policies of others are taken."""


def _stamped(ctx: Context, policy: JSON, before: JSON | None = None) -> JSON:
    for key in ("spec", "dryRunSpec"):
        spec = policy.get(key)
        if isinstance(spec, dict) and (before is None or spec != before.get(key)):
            policy[key] = {**spec, "etag": ctx.ids.etag(), "updateTime": ctx.now()}
    return policy


def _made(ctx: Context, name: str, policy: JSON) -> JSON:
    del name
    return _stamped(ctx, policy)


def patch_policy(ctx: Context, call: Call) -> JSON | Answer:
    """The masked specs are replaced; without a mask, the policy."""
    before = ctx.need(call.target)
    body = {k: v for k, v in call.body.items() if k in ("spec", "dryRunSpec")}
    for spec in body.values():
        if isinstance(spec, dict):
            sent = spec.pop("etag", None)
            if sent and sent not in (before.get("spec", {}).get("etag"), before.get("dryRunSpec", {}).get("etag")):
                raise GoogleError("ABORTED", "The etag does not match the current etag of the policy.")
            spec.pop("updateTime", None)
    schema = ctx.schema()
    paths = mask.parse(call.arg("updateMask"))
    if schema is not None:
        paths = mask.without_prefix(paths, schema)
    paths = tuple(p for p in paths if p != "policy") if "policy" not in paths else ("*",)
    kept = {k: v for k, v in before.items() if k not in ("spec", "dryRunSpec")}
    after = {**kept, **body} if not paths or "*" in paths else mask.apply(before, body, paths)
    after = {**_stamped(ctx, after, before), "etag": ctx.ids.etag()}
    ctx.put(call.target, after)
    return ctx.show(call.target, after)


def effective(ctx: Context, call: Call) -> JSON | Answer:
    """What holds: the nearest policy up the hierarchy, else the constraint's own default."""
    target = call.target.removesuffix(":getEffectivePolicy")
    place, constraint = target.split("/policies/")
    shown = ctx.shown_name(target)
    while place:
        held = ctx.store.get(ctx.label, f"{place}/policies/{constraint}")
        if held is not None and "spec" in held and not held["spec"].get("reset"):
            spec = {k: v for k, v in held["spec"].items() if k not in ("etag", "updateTime", "inheritFromParent")}
            return {"name": shown, "spec": spec}
        found = ctx.projects.find(place.split("/")[1]) if place.startswith("projects/") else None
        above = ctx.projects.containers.get(place)
        place = found.parent if found else above.parent if above else ""
    kind = dict(CONSTRAINTS).get(constraint, "booleanConstraint")
    return {"name": shown, "spec": {"rules": [{"allowAll": True} if kind == "listConstraint" else {"enforce": False}]}}


def constraints(ctx: Context, call: Call) -> JSON | Answer:
    """The constraints that may be set on a container."""
    parent = ctx.shown_name(call.target.removesuffix("/constraints"))
    found = [{"name": f"{parent}/constraints/{name}", kind: {}} for name, kind in CONSTRAINTS]
    return standard.paged(ctx, found)


def _custom_made(ctx: Context, name: str, body: JSON) -> None:
    del ctx
    if not name.rsplit("/", 1)[-1].startswith("custom."):
        raise invalid("A custom constraint's name must start with 'custom.'.", field_path="custom_constraint.name")
    for field in ("condition", "actionType", "resourceTypes", "methodTypes"):
        if field not in body:
            raise invalid(f"Required field {field} is not set.", field_path=f"custom_constraint.{field}")


def replace_custom(ctx: Context, call: Call) -> JSON | Answer:
    """A custom constraint is replaced as a whole: the method has no mask."""
    before = ctx.need(call.target)
    body = {**call.body, "name": call.target, "updateTime": ctx.now()}
    if before.get("resourceTypes") != body.setdefault("resourceTypes", before.get("resourceTypes")):
        raise invalid("The field resource_types is immutable.", field_path="custom_constraint.resource_types")
    ctx.put(call.target, body)
    return ctx.show(call.target, body)


def _not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx, kind, name
    return not_found()


SERVICE = Service(
    "orgpolicy",
    project_in_names="number",
    package="google.cloud.orgpolicy.{version}",
    not_found=_not_found,
    resources={
        "policies": Resource(on_create=_made, keep=("enforce", "allowAll", "denyAll"), parents_must_exist=False),
        "customConstraints": Resource(on_create=_custom_made, parents_must_exist=False),
    },
    methods={
        "policies.patch": patch_policy,
        "policies.getEffectivePolicy": effective,
        "constraints.list": constraints,
        "customConstraints.patch": replace_custom,
    },
)
