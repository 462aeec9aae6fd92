"""Workload and workforce identity pools and their providers: a delete marks them, for thirty days.

https://cloud.google.com/iam/docs/workload-identity-federation
"""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]

KEPT = 30 * 86_400
"""Seconds that a deleted pool can be had back."""
_SORTS = ("aws", "oidc", "saml", "x509")


def _id(ctx: Context, name: str, _body: JSON) -> None:
    del ctx
    if name.rsplit("/", 1)[-1].startswith("gcp-"):
        raise invalid("The prefix 'gcp-' is reserved for use by Google.")


def _provider(ctx: Context, name: str, body: JSON) -> None:
    _id(ctx, name, body)
    if sum(sort in body for sort in _SORTS) != 1:
        raise invalid("A provider has exactly one of aws, oidc, saml and x509.", field_path="provider_config")
    oidc = body.get("oidc")
    if isinstance(oidc, dict):
        if not str(oidc.get("issuerUri", "")).startswith("https://"):
            raise invalid("The issuer URI must use the scheme https.", field_path="oidc.issuer_uri")
        if "google.subject" not in (body.get("attributeMapping") or {}):
            raise invalid("The attribute mapping must map google.subject.", field_path="attribute_mapping")


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    del ctx, after
    if before.get("state") == "DELETED":
        raise failed_precondition(f"{name} has been deleted: undelete it first.")


def mark(ctx: Context, call: Call) -> JSON | Answer:
    """delete and undelete."""
    body = ctx.need(call.target)
    deleted = call.verb == "delete"
    if (body.get("state") == "DELETED") == deleted:
        raise failed_precondition(f"{call.target} has {'' if deleted else 'not '}been deleted.")
    body["state"] = "DELETED" if deleted else "ACTIVE"
    body.pop("expireTime", None)
    if deleted:
        body["expireTime"] = ctx.ids.at(ctx.ids.clock() + KEPT)
    ctx.put(call.target, body)
    shown = ctx.show(call.target, body)
    return ctx.start(call.target, shown, verb=call.verb) if call.api.is_operation(call.method.response) else shown


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """Without the deleted ones unless `showDeleted`."""
    names = ctx.store.names("iam", call.target)
    shown = [ctx.show(n, b) for n in names if (b := ctx.store.get("iam", n)) is not None]
    parent = call.arg("parent")
    kept = [s for s in shown if (call.flag("showDeleted") or s.get("state") != "DELETED")]
    return standard.paged(ctx, [s for s in kept if not parent or s.get("parent") == parent])


def change_rules(ctx: Context, call: Call) -> JSON | Answer:
    """setAttestationRules replaces all rules; addAttestationRule and removeAttestationRule change one."""
    body, meta = ctx.need(call.target), ctx.store.meta("iam", call.target)
    held: list[JSON] = list(meta.get("rules") or [])
    one = call.body.get("attestationRule")
    if call.verb == "setAttestationRules":
        held = list(call.body.get("attestationRules") or [])
    elif call.verb == "addAttestationRule":
        held = [*(r for r in held if r != one), one or {}]
    else:
        held = [r for r in held if r != one]
    if any(not r.get("googleCloudResource") for r in held):
        raise invalid("An attestation rule must name a resource.", field_path="attestation_rules")
    ctx.put(call.target, body, {**meta, "rules": held})
    return ctx.start(call.target, ctx.show(call.target, body), verb="update")


def list_rules(ctx: Context, call: Call) -> JSON | Answer:
    """listAttestationRules."""
    ctx.need(call.target)
    return standard.paged(ctx, list(ctx.store.meta("iam", call.target).get("rules") or []))


_POOL = r"[a-z0-9][a-z0-9-]{2,30}[a-z0-9]"
_KINDS = {
    "workloadIdentityPools": Resource(id_pattern=_POOL, project_in_names="number", on_create=_id, on_update=_updated),
    "workloadIdentityPools.providers": Resource(
        id_pattern=_POOL, project_in_names="number", on_create=_provider, on_update=_updated
    ),
    "workloadIdentityPools.providers.keys": Resource(project_in_names="number"),
    "workloadIdentityPools.namespaces": Resource(project_in_names="number", on_update=_updated),
    "workloadIdentityPools.namespaces.managedIdentities": Resource(project_in_names="number", on_update=_updated),
    "workforcePools": Resource(
        id_pattern=r"[a-z][a-z0-9-]{4,61}[a-z0-9]", on_create=_id, on_update=_updated, required=("parent",)
    ),
    "workforcePools.providers": Resource(id_pattern=_POOL, on_create=_provider, on_update=_updated),
    "workforcePools.providers.keys": Resource(),
}
RESOURCES = {
    **_KINDS,
    "oauthClients": Resource(on_update=_updated),
    "oauthClients.credentials": Resource(),
}
METHODS: dict[str, Handler] = {
    **{f"{kind}.{verb}": mark for kind in _KINDS for verb in ("delete", "undelete")},
    **{f"{kind}.list": list_ for kind in _KINDS},
    "oauthClients.undelete": mark,
    "oauthClients.delete": mark,
    "oauthClients.list": list_,
    **{
        f"{kind}.{verb}": list_rules if verb == "listAttestationRules" else change_rules
        for kind in ("workloadIdentityPools", "managedIdentities")
        for verb in ("setAttestationRules", "addAttestationRule", "removeAttestationRule", "listAttestationRules")
    },
}
