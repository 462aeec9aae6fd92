"""Service accounts: named by e-mail address or by unique id, in a project or in the project `-`; a deleted one can
be had back by its unique id."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire import mask
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

DOMAIN = ".iam.gserviceaccount.com"
_ID = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])")
_DEFAULT = re.compile(r"(\d+)-compute@developer\.gserviceaccount\.com")
_LONGEST = 100
"""Bytes of a display name (iam.v1 ServiceAccount)."""
_DELETED = "deletedServiceAccounts/"
"""Where deleted accounts wait, by unique id, in the store: no path of the API names it."""


def resolved(ctx: Context, name: str) -> str:
    """The canonical name behind any spelling of an account's name, or of a key's below it."""
    segments = name.split("/")
    if len(segments) < 4 or segments[2] != "serviceAccounts":
        return name
    project, account = segments[1], segments[3]
    if account.isdigit():
        for found in ctx.store.names("iam", f"projects/{project}/serviceAccounts"):
            if (ctx.store.get("iam", found) or {}).get("uniqueId") == account:
                return "/".join([found, *segments[4:]])
    elif project == "-":
        segments[1] = _home(ctx, account)
    return "/".join(segments)


def _home(ctx: Context, email: str) -> str:
    """The project of an account, as its address says."""
    default = _DEFAULT.fullmatch(email)
    if default:
        return ctx.projects.id_of(default[1])
    return email.partition("@")[2].removesuffix(DOMAIN) or "-"


def at_account(handler: Handler) -> Handler:
    """A handler that gets its account by the canonical name, however the path spelled it."""

    def run(ctx: Context, call: Call) -> JSON | Answer | None:
        ctx.call = dataclasses.replace(call, target=resolved(ctx, call.target))
        return handler(ctx, ctx.call)

    return run


def _builtin(ctx: Context, name: str) -> JSON | None:
    """Compute Engine's default account, which is there once the API is enabled."""
    segments = name.split("/")
    default = _DEFAULT.fullmatch(segments[-1]) if len(segments) == 4 else None
    project = ctx.projects.find(default[1]) if default else None
    if project is None or project.id != segments[1] or not ctx.projects.enabled(project, "compute"):
        return None
    unique = "1" + project.number.rjust(20, "0")
    return {
        "name": name,
        "projectId": project.id,
        "uniqueId": unique,
        "email": segments[-1],
        "displayName": "Compute Engine default service account",
        "etag": "MDEwMjE5MjA=",
        "oauth2ClientId": unique,
    }


def create(ctx: Context, call: Call) -> JSON | Answer:
    """`{accountId, serviceAccount}`."""
    ident = str(call.body.get("accountId", ""))
    if not 6 <= len(ident) <= 30:
        raise invalid(
            f'The account ID "{ident[:100]}" does not have a length between 6 and 30.', field_path="account_id"
        )
    if not _ID.fullmatch(ident):
        raise invalid(
            f'The account ID "{ident}" must match {_ID.pattern}: lower-case letters, digits and hyphens.',
            field_path="account_id",
        )
    project = call.target.split("/")[1]
    body = dict(call.body.get("serviceAccount") or {})
    for field in ("name", "projectId", "uniqueId", "email", "oauth2ClientId", "disabled"):
        body.pop(field, None)
    if len(str(body.get("displayName", "")).encode()) > _LONGEST:
        raise invalid(f"The display name must not be longer than {_LONGEST} bytes.", field_path="display_name")
    unique = "1" + ctx.ids.digits(20)
    email = f"{ident}@{project}{DOMAIN}"
    made = {"projectId": project, "uniqueId": unique, "email": email, "oauth2ClientId": unique}
    return standard.create_named(ctx, f"{call.target}/{email}", {**body, **made})


def patch(ctx: Context, call: Call) -> JSON | Answer:
    """Answers with the name and the fields that were changed, as the API does."""
    paths = mask.parse(str(call.body.get("updateMask", "")))
    if not paths:
        raise invalid("The update_mask must be set.", field_path="update_mask")
    for path in paths:
        if path not in ("displayName", "description", "etag"):
            raise invalid(
                f"Invalid update_mask: '{path}' cannot be patched, only display_name and description.",
                field_path="update_mask",
            )
    body = dict(call.body.get("serviceAccount") or {})
    after = standard.update_named(ctx, call.target, body, ",".join(paths))
    assert isinstance(after, dict)  # noqa: S101 an account's update is direct
    return {k: v for k, v in after.items() if k == "name" or k in paths}


def replace(ctx: Context, call: Call) -> JSON | Answer:
    """PUT: only the display name and the description are taken."""
    body = {k: v for k, v in call.body.items() if k in ("displayName", "description", "etag")}
    return standard.update_named(ctx, call.target, body, "displayName,description")


def switch(ctx: Context, call: Call) -> JSON | Answer:
    """disable, enable: switching twice is no error."""
    body = ctx.need(call.target)
    body.pop("disabled", None)
    if call.verb == "disable":
        body["disabled"] = True
    ctx.put(call.target, body)
    return {}


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Gone, but kept aside under its unique id."""
    body = ctx.need(call.target)
    ctx.delete(call.target)
    ctx.put(_DELETED + str(body["uniqueId"]), body)
    return {}


def undelete(ctx: Context, call: Call) -> JSON | Answer:
    """Takes the unique id in the place of the e-mail address."""
    aside = _DELETED + call.target.rsplit("/", 1)[-1].rsplit("@", 1)[0]
    body = ctx.store.get("iam", aside)
    if body is None:
        raise not_found("Unknown service account")
    name = str(body["name"])
    if ctx.store.has("iam", name):
        raise failed_precondition(f"A service account with the address {body['email']} exists already.")
    ctx.delete(aside)
    ctx.put(name, body)
    return {"restoredAccount": ctx.show(name, body, "projects.serviceAccounts")}


RESOURCES = {"serviceAccounts": Resource(find=_builtin, sort="name", output_only=("disabled",))}
_OWN: dict[str, Handler] = {
    "patch": patch,
    "update": replace,
    "disable": switch,
    "enable": switch,
    "delete": delete,
    "get": standard.get,
    "getIamPolicy": standard.get_iam_policy,
    "setIamPolicy": standard.set_iam_policy,
    "testIamPermissions": standard.test_iam_permissions,
}
METHODS: dict[str, Handler] = {
    "serviceAccounts.create": create,
    "serviceAccounts.undelete": undelete,
    **{f"serviceAccounts.{verb}": at_account(handler) for verb, handler in _OWN.items()},
}
