"""Cloud DNS: https://cloud.google.com/dns/docs/reference/rest/v1. A zone begins with its NS and SOA records, and goes
only without others."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.dns.policies import policy_created, policy_defaults, update_policy
from emulator.services.dns.records import (
    create_change,
    create_record,
    delete_record,
    get_change,
    get_record,
    list_changes,
    list_records,
    patch_record,
)
from emulator.services.dns.shared import KINDS, not_found
from emulator.services.dns.zones import update_zone, zone_created, zone_defaults, zone_deleted, zone_made
from emulator.state.store import copied
from emulator.wire import errors
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_NAME = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"


def _exists(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx, kind
    parts = name.split("/")
    what = KINDS.get(parts[-2], parts[-2])
    text = f"The resource 'entity.{what}' named '{parts[-1]}' already exists"
    return GoogleError("ALREADY_EXISTS", text, reason="alreadyExists")


def get_operation(ctx: Context, call: Call) -> JSON | Answer:
    """managedZoneOperations.get."""
    return ctx.need(call.target)


def list_operations(ctx: Context, call: Call) -> JSON | Answer:
    """managedZoneOperations.list."""
    items = [copied(b) for _, _, b in ctx.store.rows(ctx.label, call.target)]
    return {"kind": "dns#managedZoneOperationsListResponse", **({"operations": items} if items else {})}


def listing(kind: str) -> Any:
    """The list of a collection, of that kind."""

    def list_(ctx: Context, call: Call) -> JSON | Answer:
        """One page; `dnsName` narrows zones."""
        items = [ctx.show(n, copied(b)) for _, n, b in ctx.store.rows(ctx.label, call.target)]
        wanted = call.arg("dnsName")
        return {"kind": kind, **standard.paged(ctx, [i for i in items if not wanted or i.get("dnsName") == wanted])}

    return list_


_POLICY = Resource(
    short_name=True, id_pattern=_NAME, defaults=policy_defaults, on_create=policy_created, deleted="no_content"
)

SERVICE = Service(
    "dns",
    errors=errors.COMPUTE,
    presence=True,
    not_found=not_found,
    exists=_exists,
    resources={
        "managedZones": Resource(
            short_name=True,
            id_pattern=_NAME,
            required=("name", "dnsName"),
            defaults=zone_defaults,
            on_create=zone_created,
            after_create=zone_made,
            on_delete=zone_deleted,
            deleted="no_content",
        ),
        "policies": _POLICY,
        "responsePolicies": Resource(
            short_name=True,
            id_field="responsePolicyName",
            id_pattern=_NAME,
            on_create=policy_created,
            deleted="no_content",
        ),
        "responsePolicyRules": Resource(short_name=True, id_field="ruleName", deleted="no_content"),
    },
    methods={
        "managedZones.list": listing("dns#managedZonesListResponse"),
        "managedZones.patch": update_zone,
        "managedZones.update": update_zone,
        "managedZoneOperations.get": get_operation,
        "managedZoneOperations.list": list_operations,
        "resourceRecordSets.create": create_record,
        "resourceRecordSets.get": get_record,
        "resourceRecordSets.patch": patch_record,
        "resourceRecordSets.delete": delete_record,
        "resourceRecordSets.list": list_records,
        "changes.create": create_change,
        "changes.get": get_change,
        "changes.list": list_changes,
        **{
            f"{kind}.{verb}": update_policy
            for kind in ("policies", "responsePolicies", "responsePolicyRules")
            for verb in ("patch", "update")
        },
    },
)
