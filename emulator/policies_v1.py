"""Organization policies by the older door, `getOrgPolicy` and its like of Resource Manager v1.

They are the policies of the `orgpolicy` service in another spelling:
https://cloud.google.com/resource-manager/reference/rest/v1/projects/setOrgPolicy
"""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.services import orgpolicy
from emulator.wire.errors import GoogleError, invalid, permission_denied

JSON = dict[str, Any]

_SERVICE = "orgpolicy"


def _place(ctx: Context) -> str:
    place = ctx.call.target
    known = (
        ctx.projects.find(place.split("/")[1]) if place.startswith("projects/") else place in ctx.projects.containers
    )
    if not known:
        raise permission_denied("The caller does not have permission")
    return place


def _constraint(text: object) -> str:
    name = str(text or "").removeprefix("constraints/")
    if not name:
        raise invalid("The constraint must be set.", field_path="constraint")
    return name


def _spelled(constraint: str, spec: JSON | None) -> JSON:
    """A policy as this API has it."""
    out: JSON = {"constraint": f"constraints/{constraint}"}
    if not spec:
        return out
    if spec.get("etag"):
        out |= {"etag": spec["etag"], "updateTime": spec["updateTime"]}
    if spec.get("reset"):
        return out | {"restoreDefault": {}}
    rules = spec.get("rules") or []
    rule: JSON = rules[0] if rules else {}
    if "enforce" in rule:
        return out | {"booleanPolicy": {"enforced": True} if rule["enforce"] else {}}
    values = rule.get("values") or {}
    found: JSON = {k: values[k] for k in ("allowedValues", "deniedValues") if values.get(k)}
    if rule.get("allowAll") or rule.get("denyAll"):
        found["allValues"] = "ALLOW" if rule.get("allowAll") else "DENY"
    if spec.get("inheritFromParent"):
        found["inheritFromParent"] = True
    return out | {"listPolicy": found}


def _spec(policy: JSON) -> JSON:
    """A policy of this API as the newer one keeps it."""
    if "restoreDefault" in policy:
        return {"reset": True}
    if "booleanPolicy" in policy:
        return {"rules": [{"enforce": bool(policy["booleanPolicy"].get("enforced"))}]}
    listed = policy.get("listPolicy")
    if listed is None:
        raise invalid("The policy must have one of booleanPolicy, listPolicy and restoreDefault.", field_path="policy")
    everything = listed.get("allValues")
    values = {k: listed[k] for k in ("allowedValues", "deniedValues") if listed.get(k)}
    if everything in ("ALLOW", "DENY") and values:
        raise invalid("A policy has either all values or some.", field_path="policy.list_policy")
    rule: JSON = {"allowAll": True} if everything == "ALLOW" else {"denyAll": True} if everything == "DENY" else {}
    rule = rule or ({"values": values} if values else {})
    inherits = {"inheritFromParent": True} if listed.get("inheritFromParent") else {}
    return {**({"rules": [rule]} if rule else {}), **inherits}


def _held(ctx: Context, place: str, constraint: str) -> JSON | None:
    body = ctx.store.get(_SERVICE, f"{place}/policies/{constraint}")
    return body.get("spec") if body else None


def get(ctx: Context, call: Call) -> JSON | Answer:
    """What is set on a container itself; a policy without a kind where nothing is."""
    place, constraint = _place(ctx), _constraint(call.body.get("constraint"))
    return _spelled(constraint, _held(ctx, place, constraint))


def set_(ctx: Context, call: Call) -> JSON | Answer:
    """Sets a policy, the one that was read if an etag is sent."""
    place = _place(ctx)
    policy = call.body.get("policy") or {}
    constraint = _constraint(policy.get("constraint"))
    kept = {k: call.sent.get("policy", {}).get(k) for k in ("restoreDefault", "booleanPolicy", "listPolicy")}
    spec = _spec({**policy, **{k: policy.get(k, {}) for k, v in kept.items() if v is not None}})
    before = _held(ctx, place, constraint)
    if policy.get("etag") and before and before.get("etag") != policy["etag"]:
        raise GoogleError("ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write.")
    name = f"{place}/policies/{constraint}"
    spec |= {"etag": ctx.ids.etag(), "updateTime": ctx.now()}
    held = ctx.store.get(_SERVICE, name) or {"name": name}
    ctx.store.put(_SERVICE, name, {**held, "spec": spec, "etag": ctx.ids.etag()})
    return _spelled(constraint, spec)


def clear(ctx: Context, call: Call) -> JSON | Answer:
    """Takes a policy off; there need be none."""
    place, constraint = _place(ctx), _constraint(call.body.get("constraint"))
    before = _held(ctx, place, constraint)
    if before and call.body.get("etag") and before.get("etag") != call.body["etag"]:
        raise GoogleError("ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write.")
    if before is not None:
        ctx.store.delete(_SERVICE, f"{place}/policies/{constraint}")
    return {}


def effective(ctx: Context, call: Call) -> JSON | Answer:
    """The nearest policy up the hierarchy, else the constraint's own default; without an etag."""
    place, constraint = _place(ctx), _constraint(call.body.get("constraint"))
    seen: set[str] = set()
    while place and place not in seen:  # a parent that a client has given may lead in a circle
        seen.add(place)
        held = _held(ctx, place, constraint)
        if held and not held.get("reset"):
            return _spelled(constraint, {k: v for k, v in held.items() if k not in ("etag", "inheritFromParent")})
        project = ctx.projects.find(place.split("/")[1]) if place.startswith("projects/") else None
        above = ctx.projects.containers.get(place)
        place = project.parent if project else above.parent if above else ""
    listed = dict(orgpolicy.CONSTRAINTS).get(constraint) == "listConstraint"
    return _spelled(constraint, {"rules": [{"allowAll": True} if listed else {"enforce": False}]})


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """What is set on a container itself."""
    del call
    place = _place(ctx)
    rows = ctx.store.rows(_SERVICE, f"{place}/policies")
    found = [_spelled(name.rsplit("/", 1)[-1], body["spec"]) for _, name, body in rows if "spec" in body]
    return {"policies": found} if found else {}


def constraints(ctx: Context, call: Call) -> JSON | Answer:
    """What could be set."""
    del call
    _place(ctx)
    return {"constraints": [{"name": f"constraints/{name}", kind: {}} for name, kind in orgpolicy.CONSTRAINTS]}


METHODS: dict[str, Handler] = {
    f"{kind}.{verb}": handler
    for kind in ("projects", "folders", "organizations")
    for verb, handler in (
        ("getOrgPolicy", get),
        ("setOrgPolicy", set_),
        ("clearOrgPolicy", clear),
        ("getEffectiveOrgPolicy", effective),
        ("listOrgPolicies", list_),
        ("listAvailableOrgPolicyConstraints", constraints),
    )
}
