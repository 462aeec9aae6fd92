"""Managed zones."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.dns.records import DOMAIN, OWN, put_record
from emulator.services.dns.shared import invalid
from emulator.wire import mask
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_SERVERS = tuple(f"ns-cloud-c{n}.googledomains.com." for n in (1, 2, 3, 4))

_PRIVATE_SERVER = "ns-gcp-private.googledomains.com."


def zone_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    del ctx
    found: JSON = {"visibility": "public", "description": ""}
    body.setdefault("cloudLoggingConfig", {})["kind"] = "dns#managedZoneCloudLoggingConfig"
    private = body.get("privateVisibilityConfig")
    if isinstance(private, dict):
        private["kind"] = "dns#managedZonePrivateVisibilityConfig"
        for network in private.get("networks") or []:
            network["kind"] = "dns#managedZonePrivateVisibilityConfigNetwork"
    forwarding = body.get("forwardingConfig")
    if isinstance(forwarding, dict):
        forwarding["kind"] = "dns#managedZoneForwardingConfig"
        for target in forwarding.get("targetNameServers") or []:
            target["kind"] = "dns#managedZoneForwardingConfigNameServerTarget"
    return found


def zone_created(ctx: Context, name: str, body: JSON) -> None:
    """Name servers of a new zone; a private one is seen by networks only."""
    del name
    if not DOMAIN.fullmatch(str(body.get("dnsName", ""))) or str(body["dnsName"]).startswith("*"):
        raise invalid("entity.managedZone.dnsName", body.get("dnsName"))
    private = body.get("visibility") == "private"
    for network in (body.get("privateVisibilityConfig") or {}).get("networks") or []:
        _check_network(ctx, str(network.get("networkUrl", "")))
    if body.get("privateVisibilityConfig") and not private:
        raise invalid("entity.managedZone.privateVisibilityConfig", "a public zone")
    body |= {
        "kind": "dns#managedZone",
        "id": ctx.ids.digits(19),
        "creationTime": ctx.now(),
        "nameServers": [_PRIVATE_SERVER] if private else list(_SERVERS),
    }


def _check_network(ctx: Context, link: str) -> None:
    """A network of a project that the emulator holds must be there."""
    if "projects/" not in link:
        raise invalid("entity.managedZone.privateVisibilityConfig.networks[].networkUrl", link)
    name = ctx.canonical("projects/" + link.partition("projects/")[2])
    if ctx.projects.find(name.split("/")[1]) is None or name.endswith("/networks/default"):
        return
    if ctx.store.get("compute", name) is None:
        raise invalid("entity.managedZone.privateVisibilityConfig.networks[].networkUrl", link)


def zone_made(ctx: Context, name: str, body: JSON) -> None:
    """The records that a zone begins with."""
    server = body["nameServers"][0]
    soa = f"{server} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    for kind, values in (("NS", body["nameServers"]), ("SOA", [soa])):
        put_record(ctx, name, {"name": body["dnsName"], "type": kind, "ttl": 21600, "rrdatas": values})


def zone_deleted(ctx: Context, name: str, body: JSON) -> None:
    """A zone with records of its user's own stays."""
    for record in ctx.store.find(ctx.label, lambda n: n.startswith(f"{name}/rrsets/")):
        held = ctx.store.get(ctx.label, record) or {}
        if held.get("type") not in OWN or held.get("name") != body["dnsName"]:
            ident = name.rsplit("/", 1)[-1]
            text = f"The resource named '{ident}' cannot be deleted because it contains one or more 'resource records'."
            raise GoogleError("FAILED_PRECONDITION", text, reason="containerNotEmpty")


def update_zone(ctx: Context, call: Call) -> JSON | Answer:
    """managedZones.patch, managedZones.update: an operation that is done at once."""
    before = ctx.need(call.target, "managedZones")
    after: JSON = mask.merge_patch(before, call.body) if call.method.http == "PATCH" else {**before, **call.body}
    for field in ("name", "id", "kind", "creationTime", "nameServers", "dnsName", "visibility"):
        if field in before:
            if field in ("dnsName", "visibility") and after.get(field) != before[field]:
                raise invalid(f"entity.managedZone.{field}", after.get(field))
            after[field] = before[field]
    after = {**zone_defaults(ctx, after), **after}
    ctx.put(call.target, after)
    operation = {
        "kind": "dns#operation",
        "id": ctx.ids.uuid(),
        "startTime": ctx.now(),
        "status": "done",
        "type": "update",
        "user": "user@example.com",
        "zoneContext": {"oldValue": before, "newValue": after},
    }
    ctx.put(f"{call.target}/operations/{operation['id']}", operation)
    return operation
