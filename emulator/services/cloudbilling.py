"""Cloud Billing: https://cloud.google.com/billing/docs/reference/rest. Accounts come from the seed (or from a
reseller's `create`); a project is tied to
one by its billingInfo."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.state.projects import Container, Project
from emulator.wire.errors import GoogleError, invalid, permission_denied

JSON = dict[str, Any]

DENIED = "The caller does not have permission"
CATALOGUE: tuple[tuple[str, str], ...] = (
    ("C7E2-9256-1C43", "Vertex AI"),
    ("6F81-5844-456A", "Compute Engine"),
    ("95FF-2EF5-5EA1", "Cloud Storage"),
    ("24E6-581D-38E5", "BigQuery"),
    ("152E-C115-5142", "Cloud Run"),
    ("A1E8-BE35-7EBC", "Cloud Pub/Sub"),
    ("5490-F7B7-8DF6", "Cloud Logging"),
)
"""Ids and names of services in the public catalogue; https://cloud.google.com/skus. Their prices are no part of the
emulator."""


def account(ctx: Context, name: str) -> Container:
    """A billing account, or 403: which ones exist is nobody's business."""
    found = ctx.projects.containers.get(name)
    if found is None or not name.startswith("billingAccounts/"):
        raise permission_denied(DENIED)
    return found


def _view(held: Container) -> JSON:
    body = {
        "name": held.name,
        "open": True,
        "displayName": "My Billing Account",
        **{k: v for k, v in held.body.items() if k in ("displayName", "open", "masterBillingAccount", "currencyCode")},
    }
    if held.parent:
        body["parent"] = held.parent
    if not body["open"]:
        body.pop("open")
    return body


# ---- accounts -------------------------------------------------------------------------------------------------------
def get_account(ctx: Context, call: Call) -> JSON | Answer:
    """One account."""
    return _view(account(ctx, call.target))


def list_accounts(ctx: Context, call: Call) -> JSON | Answer:
    """All accounts, or those below an organization or a reseller's account."""
    parent = call.arg("parent") or call.target.rpartition("/")[0]
    accounts = [c for n, c in ctx.projects.containers.items() if n.startswith("billingAccounts/")]
    found = [_view(c) for c in accounts if not parent or parent in (c.parent, c.body.get("masterBillingAccount"))]
    return standard.paged(ctx, found)


def create_account(ctx: Context, call: Call) -> JSON | Answer:
    """A subaccount of a reseller's account, or (in an organization) an account."""
    master = str(call.body.get("masterBillingAccount") or "")
    parent = call.arg("parent") or call.target.rpartition("/")[0]
    if not master and parent.startswith("billingAccounts/"):
        master = parent
    if master:
        account(ctx, master)
    digits = ctx.ids.hexa(18).upper()
    name = f"billingAccounts/{digits[:6]}-{digits[6:12]}-{digits[12:]}"
    body = {"displayName": call.body.get("displayName", ""), "currencyCode": call.body.get("currencyCode", "USD")}
    above = parent if parent.startswith("organizations/") else str(call.body.get("parent", ""))
    made = Container(name, above, body | ({"masterBillingAccount": master} if master else {}))
    ctx.projects.containers[name] = made
    return _view(made)


def patch_account(ctx: Context, call: Call) -> JSON | Answer:
    """Only the display name changes."""
    held = account(ctx, call.target)
    if call.arg("updateMask") not in ("", "display_name", "displayName", "account.display_name"):
        raise invalid("Only display_name may be updated.", field_path="update_mask")
    held.body["displayName"] = call.body.get("displayName", "")
    return _view(held)


def move_account(ctx: Context, call: Call) -> JSON | Answer:
    """Under another organization."""
    name = next(v for k, v in call.variables.items() if v.startswith("billingAccounts/") or k == "name")
    held = account(ctx, name)
    held.parent = str(call.body.get("destinationParent") or call.variables.get("destinationParent", held.parent))
    return _view(held)


# ---- projects -------------------------------------------------------------------------------------------------------
def _info(project: Project) -> JSON:
    """This message alone is sent with its empty members."""
    return {
        "name": f"projects/{project.id}/billingInfo",
        "projectId": project.id,
        "billingAccountName": project.billing_account,
        "billingEnabled": bool(project.billing_account),
    }


def _project(ctx: Context, call: Call) -> Project:
    ident = call.target.split("/")[1]
    found = ctx.projects.find(ident)
    if found is None:
        raise permission_denied(DENIED)
    return found


def get_info(ctx: Context, call: Call) -> JSON | Answer:
    """Which account pays for a project."""
    return _info(_project(ctx, call))


def update_info(ctx: Context, call: Call) -> JSON | Answer:
    """Ties a project to an account; an empty name unties it."""
    project = _project(ctx, call)
    wanted = str(call.body.get("billingAccountName", ""))
    if wanted:
        held = account(ctx, wanted)
        if held.body.get("open") is False:
            raise GoogleError("FAILED_PRECONDITION", f"Billing account {wanted} is not open.")
    project.billing_account = wanted
    return _info(project)


def list_projects(ctx: Context, call: Call) -> JSON | Answer:
    """The projects that an account pays for."""
    name = call.target.removesuffix("/projects")
    account(ctx, name)
    found = [_info(p) for p in ctx.projects.projects.values() if p.billing_account == name]
    return standard.paged(ctx, found)


def list_services(ctx: Context, call: Call) -> JSON | Answer:
    """A few services of the public catalogue."""
    del call
    found = [
        {"name": f"services/{i}", "serviceId": i, "displayName": n, "businessEntityName": "businessEntities/GCP"}
        for i, n in CATALOGUE
    ]
    return standard.paged(ctx, found)


def _find(ctx: Context, name: str) -> JSON | None:
    held = ctx.projects.containers.get(name)
    return _view(held) if held is not None else None


def _not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx, kind, name
    return permission_denied(DENIED)


SERVICE = Service(
    "cloudbilling",
    package="google.cloud.billing.{version}",
    not_found=_not_found,
    resources={"billingAccounts": Resource(find=_find)},
    methods={
        "billingAccounts.get": get_account,
        "billingAccounts.list": list_accounts,
        "billingAccounts.create": create_account,
        "billingAccounts.patch": patch_account,
        "billingAccounts.move": move_account,
        "subAccounts.list": list_accounts,
        "subAccounts.create": create_account,
        "projects.getBillingInfo": get_info,
        "projects.updateBillingInfo": update_info,
        "billingAccounts.projects.list": list_projects,
        "services.list": list_services,
    },
)
