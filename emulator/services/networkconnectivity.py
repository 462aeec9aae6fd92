"""Network Connectivity: https://cloud.google.com/network-connectivity/docs/reference/networkconnectivity/rest/v1."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service, resource_exists, resource_not_found
from emulator.wire.errors import GoogleError, failed_precondition, invalid

JSON = dict[str, Any]


# ---- service connection policies ------------------------------------------------------------------------------------
def policy_created(ctx: Context, name: str, body: JSON) -> None:
    """One policy a network, region and service class; its subnetworks exist, where Compute knows the network."""
    for field in ("network", "serviceClass"):
        if not body.get(field):
            raise invalid(f"Required field {field} is not set.", field_path=field)
    for _, other, held in ctx.store.rows(ctx.label, name.rpartition("/")[0]):
        if all(ctx.canonical(str(held.get(k))) == ctx.canonical(str(body.get(k))) for k in ("network", "serviceClass")):
            raise failed_precondition(
                f"A service connection policy for that network and service class exists already: {other}."
            )
    _check_subnetworks(ctx, body)


def _check_subnetworks(ctx: Context, body: JSON) -> None:
    network = ctx.canonical(str(body.get("network", "")))
    if ctx.store.get("compute", network) is None:
        return
    wanted = (body.get("pscConfig") or {}).get("subnetworks") or []
    for link in wanted:
        name = ctx.canonical("projects/" + str(link).partition("projects/")[2])
        if ctx.store.get("compute", name) is None:
            raise GoogleError("NOT_FOUND", f"The subnetwork '{name}' was not found.")


def policy_updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """Network and service class stay."""
    del name
    for field in ("network", "serviceClass"):
        if after.get(field) != before.get(field):
            raise invalid(f"Field '{field}' is immutable and cannot be changed.", field_path=field)
    _check_subnetworks(ctx, after)


# ---- hubs, spokes, ranges -------------------------------------------------------------------------------------------
def hub_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    del ctx
    found: JSON = {"policyMode": "PRESET", "presetTopology": "MESH"}
    if body.get("name"):
        found["routeTables"] = [f"{body['name']}/routeTables/default"]
    return found


def identified(ctx: Context, name: str, body: JSON) -> None:
    """Hubs and spokes have a number of their own."""
    del name
    body.setdefault("uniqueId", ctx.ids.uuid())


def spoke_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in: the type follows from what is linked."""
    del ctx
    kinds = {
        "linkedVpnTunnels": "VPN_TUNNEL",
        "linkedInterconnectAttachments": "INTERCONNECT_ATTACHMENT",
        "linkedRouterApplianceInstances": "ROUTER_APPLIANCE",
        "linkedVpcNetwork": "VPC_NETWORK",
        "linkedProducerVpcNetwork": "PRODUCER_VPC_NETWORK",
        "gateway": "GATEWAY",
    }
    found: JSON = {"spokeType": next((v for k, v in kinds.items() if k in body), "VPC_NETWORK")}
    if body.get("hub"):
        found["group"] = f"{body['hub']}/groups/default"
    return found


def spoke_created(ctx: Context, name: str, body: JSON) -> None:
    """A spoke belongs to a hub that exists."""
    hub = ctx.canonical(str(body.get("hub", "")))
    if ctx.store.get(ctx.label, hub) is None:
        raise GoogleError("NOT_FOUND", f"Resource '{body.get('hub', '')}' was not found")
    identified(ctx, name, body)


def hub_deleted(ctx: Context, name: str, body: JSON) -> None:
    """A hub with spokes stays."""
    del body
    for spoke in ctx.store.find(ctx.label, lambda n: "/spokes/" in n):
        if ctx.canonical(str((ctx.store.get(ctx.label, spoke) or {}).get("hub", ""))) == name:
            raise failed_precondition(f"Resource '{name}' has nested resources: {spoke}.")


def range_created(ctx: Context, name: str, body: JSON) -> None:
    """A range is given, or a free one of the length wanted is found."""
    del name
    if body.get("ipCidrRange"):
        try:
            ipaddress.ip_network(str(body["ipCidrRange"]))
        except ValueError:
            raise invalid(f"Invalid IP CIDR range '{body['ipCidrRange']}'.", field_path="ip_cidr_range") from None
        return
    length = int(body.get("prefixLength") or 0)
    if not 8 <= length <= 29:
        raise invalid("Either an IP CIDR range or a prefix length must be given.", field_path="prefix_length")
    held = [
        ipaddress.ip_network(str(b["ipCidrRange"]))
        for _, _, b in ctx.store.rows(ctx.label, ctx.call.target)
        if b.get("ipCidrRange") and b.get("network") == body.get("network")
    ]
    pools = [ipaddress.ip_network(str(p)) for p in body.get("targetCidrRange") or ["10.0.0.0/8"]]
    for pool in pools:
        for found in pool.subnets(new_prefix=max(length, pool.prefixlen)):
            if not any(found.overlaps(h) for h in held):
                body["ipCidrRange"] = str(found)
                return
    raise failed_precondition("No free range of that length is left.")


# ---- regional endpoints ---------------------------------------------------------------------------------------------
def endpoint_created(ctx: Context, name: str, body: JSON) -> None:
    """An address of a subnetwork for one of Google's regional APIs, and the forwarding rule that has it."""
    _, project, _, region, _, ident = name.split("/")
    if not re.fullmatch(rf"[a-z0-9-]+\.{re.escape(region)}\.rep\.googleapis\.com", str(body["targetGoogleApi"])):
        host = f"SERVICE.{region}.rep.googleapis.com"
        raise invalid(f"Invalid target_google_api: expected {host}.", field_path="target_google_api")
    for field in ("network", "subnetwork"):
        if not body.get(field):
            raise invalid(f"Required field {field} is not set.", field_path=field)
    link = ctx.canonical("projects/" + str(body["subnetwork"]).partition("projects/")[2])
    subnetwork = ctx.store.get("compute", link)
    if subnetwork is None:
        raise GoogleError("NOT_FOUND", f"The subnetwork '{body['subnetwork']}' was not found.")
    body["ipAddress"] = _endpoint_address(ctx, name, body, ipaddress.ip_network(str(subnetwork["ipCidrRange"])))
    rules = f"//compute.googleapis.com/projects/{project}/regions/{region}/forwardingRules"
    body["pscForwardingRule"] = f"{rules}/{ident}"


def _endpoint_address(
    ctx: Context, name: str, body: JSON, addresses: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> str:
    taken = {str(held.get("ipAddress")) for _, _, held in ctx.store.rows(ctx.label, name.rpartition("/")[0])}
    wanted = str(body.get("address") or "")
    if not wanted:
        # The first address is the subnetwork's own gateway.
        return next((str(one) for one in list(addresses.hosts())[1:1000] if str(one) not in taken), "")
    try:
        literal = ipaddress.ip_address(wanted)
    except ValueError:
        held = ctx.store.get("compute", ctx.canonical("projects/" + wanted.partition("projects/")[2])) or {}
        if "address" not in held:
            raise invalid(f"Invalid address '{wanted[:100]}'.", field_path="address") from None
        literal = ipaddress.ip_address(str(held["address"]))
    if literal not in addresses or str(literal) in taken:
        raise invalid(f"The address {literal} is taken, or not of the subnetwork's {addresses}.", field_path="address")
    return str(literal)


SERVICE = Service(
    "networkconnectivity",
    package="google.cloud.networkconnectivity.{version}",
    not_found=resource_not_found,
    exists=resource_exists,
    resources={
        "serviceConnectionPolicies": Resource(
            defaults=lambda _ctx, _body: {"infrastructure": "PSC"},
            on_create=policy_created,
            on_update=policy_updated,
        ),
        "hubs": Resource(defaults=hub_defaults, on_create=identified, on_delete=hub_deleted, parents_must_exist=False),
        "spokes": Resource(defaults=spoke_defaults, on_create=spoke_created),
        "internalRanges": Resource(on_create=range_created),
        "regionalEndpoints": Resource(on_create=endpoint_created),
    },
)
