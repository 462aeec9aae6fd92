"""Custom roles of projects and organizations, which a delete only marks (for seven days), and the predefined ones,
which anybody can read.

https://cloud.google.com/iam/docs/creating-custom-roles
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.iam.predefined import PREDEFINED
from emulator.wire.errors import GoogleError, failed_precondition, invalid

JSON = dict[str, Any]

_ID = re.compile(r"[a-zA-Z0-9_.]{3,64}")
_PERMISSION = re.compile(r"[a-z][a-zA-Z0-9-]*(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z0-9]+\.[a-zA-Z0-9]+")
MAX_PERMISSIONS = 3000


def _predefined(ctx: Context, name: str) -> JSON | None:
    del ctx
    head, _, ident = name.partition("/")
    if head != "roles" or ident not in PREDEFINED:
        return None
    return {"name": name, "title": PREDEFINED[ident], "stage": "GA", "etag": "AA=="}


def _names(ctx: Context, collection: str) -> Iterable[str]:
    del ctx
    return [f"roles/{ident}" for ident in PREDEFINED] if collection == "roles" else ()


def create(ctx: Context, call: Call) -> JSON | Answer:
    """`{roleId, role}`."""
    ident = str(call.body.get("roleId", ""))
    if not _ID.fullmatch(ident):
        raise invalid(
            f'The role_id "{ident[:100]}" must match {_ID.pattern}: letters, digits, underscores and periods.',
            field_path="role_id",
        )
    name = f"{call.target}/{ident}"
    before = ctx.store.get("iam", name)
    if before is not None and before.get("deleted"):
        raise failed_precondition(
            f"You can't create a role_id ({ident}) which has been marked for deletion. Undelete it or choose another."
        )
    body = dict(call.body.get("role") or {})
    _check(body)
    return standard.create_named(ctx, name, body)


def _check(role: JSON) -> None:
    permissions = role.get("includedPermissions") or []
    for permission in permissions:
        if not _PERMISSION.fullmatch(str(permission)):
            raise invalid(f"Permission {permission} is not valid.", field_path="role.included_permissions")
    if len(permissions) > MAX_PERMISSIONS:
        raise invalid(f"A role holds at most {MAX_PERMISSIONS} permissions.", field_path="role.included_permissions")
    if len(str(role.get("title", ""))) > 100 or len(str(role.get("description", ""))) > 300:
        raise invalid("The title is at most 100 characters long, the description 300.", field_path="role.title")


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    del ctx
    if before.get("deleted"):
        raise failed_precondition(f"You can't update a role ({name}) that has been marked for deletion.")
    _check(after)


def mark(ctx: Context, call: Call) -> JSON | Answer:
    """delete marks, undelete unmarks; both answer with the role."""
    body = ctx.need(call.target)
    etag = call.arg("etag") or str(call.body.get("etag", ""))
    if etag and etag != body["etag"]:
        raise GoogleError(
            "ABORTED",
            "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
        )
    if call.verb == "delete":
        if body.get("deleted"):
            raise failed_precondition(f"You can't delete the role ({call.target}): it has been deleted already.")
        body["deleted"] = True
    else:
        if not body.get("deleted"):
            raise failed_precondition(f"You can't undelete the role ({call.target}): it has not been deleted.")
        body.pop("deleted")
    body["etag"] = ctx.ids.etag()
    ctx.put(call.target, body)
    return ctx.show(call.target, body)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """Roles without their permissions unless `view=FULL`, without the deleted ones unless `showDeleted`."""
    target = call.arg("parent")
    collection = f"{target}/roles" if call.collection == "roles" and target else call.target
    names = [*_names(ctx, collection), *ctx.store.names("iam", ctx.canonical(collection))]
    found = [b for n in names if (b := ctx.get(n, collection="roles")) is not None]
    if not call.flag("showDeleted"):
        found = [b for b in found if not b.get("deleted")]
    if call.arg("view") != "FULL":
        found = [{k: v for k, v in b.items() if k != "includedPermissions"} for b in found]
    return standard.paged(ctx, found)


def testable(ctx: Context, call: Call) -> JSON | Answer:
    """The permissions that the custom roles of the project name: there is no catalogue of all of them here."""
    project = str(call.body.get("fullResourceName", "")).partition("/projects/")[2].split("/")[0]
    names = ctx.store.names("iam", f"projects/{ctx.projects.id_of(project)}/roles") if project else []
    held = [p for n in names for p in (ctx.store.get("iam", n) or {}).get("includedPermissions", [])]
    return {"permissions": [{"name": p, "stage": "GA"} for p in sorted(set(held))]} if held else {}


def grantable(ctx: Context, call: Call) -> JSON | Answer:
    """The predefined roles."""
    del ctx, call
    return {"roles": [{"name": f"roles/{i}", "title": t, "stage": "GA"} for i, t in PREDEFINED.items()]}


RESOURCES = {"roles": Resource(find=_predefined, on_update=_updated, output_only=("deleted",))}
METHODS: dict[str, Handler] = {
    "projects.roles.create": create,
    "organizations.roles.create": create,
    "projects.roles.delete": mark,
    "organizations.roles.delete": mark,
    "projects.roles.undelete": mark,
    "organizations.roles.undelete": mark,
    "roles.list": list_,
    "permissions.queryTestablePermissions": testable,
    "roles.queryGrantableRoles": grantable,
}
