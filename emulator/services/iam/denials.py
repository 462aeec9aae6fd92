"""Deny policies (v2): attached to a project, folder or organization whose full name is one segment of the path, its
slashes as `%2F`.

https://cloud.google.com/iam/docs/deny-overview. Every change is an operation that is done at once.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import Handler, Resource
from emulator.wire.errors import GoogleError, already_exists, invalid, not_found

JSON = dict[str, Any]

_POINT = re.compile(r"cloudresourcemanager\.googleapis\.com/(projects|folders|organizations)/([^/]+)")
_ID = re.compile(r"[a-z][a-z0-9.-]{2,62}")


def _canonical(ctx: Context, target: str) -> str:
    """`policies/<attachment point>/denypolicies[/<id>]` with the project spelled by number."""
    segments = target.split("/")
    point = unquote(segments[1]) if len(segments) > 1 else ""
    found = _POINT.fullmatch(point)
    if not found or len(segments) < 3 or segments[2] != "denypolicies":
        raise invalid(f"Invalid attachment point or policy type in the name: {target}")
    ident = found[2]
    if found[1] == "projects":
        project = ctx.projects.find(ident)
        if project is None:
            raise GoogleError("PERMISSION_DENIED", f"Permission denied on resource project {ident}.")
        ident = project.number
    whole = quote(f"cloudresourcemanager.googleapis.com/{found[1]}/{ident}", safe="")
    return "/".join(["policies", whole, *segments[2:]])


def _need(ctx: Context, name: str) -> JSON:
    held = ctx.store.get("iam", name)
    if held is None:
        raise not_found(f"Policy {name} not found.")
    return held


def _check(body: JSON) -> None:
    for rule in body.get("rules") or []:
        if "denyRule" not in rule:
            raise invalid("Every rule of a deny policy has a deny_rule.", field_path="policy.rules")
        for permission in rule["denyRule"].get("deniedPermissions") or []:
            if not re.fullmatch(r"[a-z0-9-]+\.googleapis\.com/[\w.*-]+", str(permission)):
                raise invalid(
                    f"Invalid denied permission {permission}: it is <service FQDN>/<resource>.<action>.",
                    field_path="policy.rules",
                )


def create(ctx: Context, call: Call) -> JSON | Answer:
    """POST on the collection."""
    ident = call.arg("policyId")
    if not _ID.fullmatch(ident):
        raise invalid(f"Invalid policy_id '{ident[:100]}': it must match {_ID.pattern}.", field_path="policy_id")
    name = f"{_canonical(ctx, call.target)}/{ident}"
    if ctx.store.has("iam", name):
        raise already_exists(f"Policy {name} already exists.")
    _check(call.body)
    now = ctx.now()
    body = {
        **call.body,
        "name": name,
        "uid": ctx.ids.uuid(),
        "kind": "DenyPolicy",
        "etag": ctx.ids.etag(),
        "createTime": now,
        "updateTime": now,
    }
    ctx.put(name, body)
    return ctx.start(name, body, verb="create", done=True)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """Policies without their rules."""
    collection = _canonical(ctx, call.target)
    found = [b for n in ctx.store.names("iam", collection) if (b := ctx.store.get("iam", n)) is not None]
    return {"policies": [{k: v for k, v in b.items() if k != "rules"} for b in found]} if found else {}


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One policy."""
    return _need(ctx, _canonical(ctx, call.target))


def update(ctx: Context, call: Call) -> JSON | Answer:
    """PUT: the etag of the last read is needed."""
    name = _canonical(ctx, call.target)
    before = _need(ctx, name)
    if not call.body.get("etag"):
        raise invalid("The etag must be set.", field_path="policy.etag")
    _refuse_stale(before, str(call.body["etag"]), name)
    _check(call.body)
    kept = {k: before[k] for k in ("name", "uid", "kind", "createTime")}
    after = {**call.body, **kept, "etag": ctx.ids.etag(), "updateTime": ctx.now()}
    ctx.put(name, after)
    return ctx.start(name, after, verb="update", done=True)


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Ends with the policy as it last was."""
    name = _canonical(ctx, call.target)
    before = _need(ctx, name)
    _refuse_stale(before, call.arg("etag"), name)
    ctx.delete(name)
    now = ctx.now()
    gone = {**before, "deleteTime": now, "updateTime": now, "etag": ctx.ids.etag()}
    return ctx.start(name, gone, verb="delete", done=True)


def _refuse_stale(before: JSON, etag: str, name: str) -> None:
    if etag and etag != before["etag"]:
        raise GoogleError("ABORTED", f"The etag {etag} does not match the current etag of {name}.")


def metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """What IAM's operations say of themselves: of a deny policy its time, of a pool nothing but the type."""
    del done
    if started.target.startswith("policies/"):
        return {"@type": ctx.type_url("PolicyOperationMetadata"), "createTime": started.created}
    return {"@type": f"type.googleapis.com/google.iam.v1.{started.kind}OperationMetadata"}


RESOURCES = {"policies": Resource()}
METHODS: dict[str, Handler] = {
    "policies.createPolicy": create,
    "policies.listPolicies": list_,
    "policies.get": get,
    "policies.update": update,
    "policies.delete": delete,
}
