"""Networks, subnetworks, routes, firewalls. Each project has a network `default` until it is deleted; a network in
auto mode has a subnetwork of its own name in every region. https://cloud.google.com/vpc/docs/vpc"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.compute import links
from emulator.standard.locations import REGIONS
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_GONE = "deleted"
"""Collection of marks (`projects/p/deleted/default`): built-in resources that were deleted."""
_BEGAN = "2020-01-01T00:00:00.000000Z"
_MEMBERS = ("subnetworks", "firewalls", "routers", "addresses", "forwardingRules", "routes")
_AUTO = ipaddress.IPv4Network("10.128.0.0/9")
"""Where auto mode takes its /20 ranges: https://cloud.google.com/vpc/docs/subnets#ip-ranges."""


def identity(name: str) -> str:
    """The number of a resource that was never created, always the same."""
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:15], 16) + 10**18)


# ---- networks -------------------------------------------------------------------------------------------------------
def find_network(ctx: Context, name: str) -> JSON | None:
    """The network `default`, which comes with a project."""
    project, _, last = name.partition("/global/networks/")
    if last != "default" or ctx.store.has(ctx.label, f"{project}/{_GONE}/default"):
        return None
    if ctx.projects.find(project.removeprefix("projects/")) is None:
        return None
    body = {
        "kind": "compute#network",
        "id": identity(name),
        "creationTimestamp": _BEGAN,
        "name": last,
        "description": "Default network for the project",
        "selfLink": ctx.link(name),
        "autoCreateSubnetworks": True,
    }
    return body | network_defaults(ctx, body)


def builtin_networks(ctx: Context, collection: str) -> list[str]:
    """What a list shows beside the networks that were created."""
    name = f"{collection}/default"
    return [name] if find_network(ctx, name) else []


def network_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    found: JSON = {"networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL"}
    if "IPv4Range" not in body:
        found["autoCreateSubnetworks"] = True
    link, number = str(body.get("selfLink", "")), str(body.get("id", ""))
    if link and number:
        found["selfLinkWithId"] = f"{link.rpartition('/')[0]}/{number}"
    if isinstance(body.get("routingConfig"), dict):
        body["routingConfig"].setdefault("routingMode", "REGIONAL")
        body["routingConfig"].setdefault("bgpBestPathSelectionMode", "LEGACY")
    if body.get("enableUlaInternalIpv6"):
        found["internalIpv6Range"] = f"fd20:{int(number or 0) % 0xFFFF:x}:0:0:0:0:0:0/48"
    links.refer(ctx, body, "networkProfile")
    return found


def network_updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """Auto mode may become custom mode, never the other way round."""
    del ctx, name
    if after.get("autoCreateSubnetworks") and not before.get("autoCreateSubnetworks", True):
        raise links.bad_value("autoCreateSubnetworks", "true", "Cannot switch a network to auto mode.")


def network_created(ctx: Context, name: str, body: JSON) -> None:
    """The route to the internet that each network begins with."""
    project = "/".join(name.split("/")[:2])
    ident = f"default-route-{ctx.ids.hexa(16)}"
    route = f"{project}/global/routes/{ident}"
    made = {
        "kind": "compute#route",
        "id": ctx.ids.digits(19),
        "creationTimestamp": ctx.now(),
        "name": ident,
        "description": "Default route to the Internet.",
        "network": body["selfLink"],
        "destRange": "0.0.0.0/0",
        "priority": 1000,
        "nextHopGateway": ctx.link(f"{project}/global/gateways/default-internet-gateway"),
        "selfLink": ctx.link(route),
    }
    ctx.put(route, made, {"default": True})


def network_deleted(ctx: Context, name: str, body: JSON) -> None:
    """Only a network that nothing uses goes, and its own routes and its connections to services with it."""
    del body
    project = "/".join(name.split("/")[:2])
    for user in links.users(ctx, project, _MEMBERS, "network", name):
        if not ctx.store.meta(ctx.label, user).get("default"):
            raise links.in_use("network", name, user)
    for route in links.users(ctx, project, ("routes",), "network", name):
        ctx.delete(route)
    for connection in ctx.store.find("servicenetworking", lambda held: held.endswith(f"/{name.replace('/', '~')}")):
        ctx.store.delete("servicenetworking", connection)
    if name.endswith("/networks/default"):
        ctx.put(f"{project}/{_GONE}/default", {})


def network_view(ctx: Context, name: str, body: JSON) -> JSON:
    """With the subnetworks that were made in it."""
    found = links.users(ctx, "/".join(name.split("/")[:2]), ("subnetworks",), "network", name)
    if found:
        body["subnetworks"] = [ctx.link(n) for n in found]
    return body


def _network(ctx: Context, call: Call) -> tuple[str, JSON]:
    name = call.target.rpartition("/")[0]
    return name, ctx.need(name, "networks")


def add_peering(ctx: Context, call: Call) -> JSON | Answer:
    """networks.addPeering."""
    name, network = _network(ctx, call)
    wanted = dict(call.body.get("networkPeering") or {})
    if not wanted:
        wanted = {"name": call.body.get("name"), "network": call.body.get("peerNetwork")}
        wanted["exchangeSubnetRoutes"] = call.body.get("autoCreateRoutes", True)
    held = network.setdefault("peerings", [])
    if any(p["name"] == wanted.get("name") for p in held):
        raise GoogleError("ALREADY_EXISTS", f"Peering '{wanted.get('name')}' already exists", code=409)
    links.refer(ctx, wanted, "network")
    held.append({"state": "INACTIVE", "stateDetails": "Waiting for peer network to connect.", **wanted})
    ctx.put(name, network)
    return ctx.start(name, network, verb="addPeering")


def update_peering(ctx: Context, call: Call) -> JSON | Answer:
    """networks.updatePeering."""
    name, network = _network(ctx, call)
    wanted = call.body.get("networkPeering") or {}
    for peering in network.get("peerings", []):
        if peering["name"] == wanted.get("name"):
            peering.update({k: v for k, v in wanted.items() if k not in ("network", "state", "stateDetails")})
            ctx.put(name, network)
            return ctx.start(name, network, verb="updatePeering")
    raise links.bad_value("name", wanted.get("name"), "There is no peering of that name in the network.")


def remove_peering(ctx: Context, call: Call) -> JSON | Answer:
    """networks.removePeering."""
    name, network = _network(ctx, call)
    wanted = call.body.get("name")
    kept = [p for p in network.get("peerings", []) if p["name"] != wanted]
    if len(kept) == len(network.get("peerings", [])):
        raise links.bad_value("name", wanted, "There is no peering of that name in the network.")
    network["peerings"] = kept or None
    ctx.put(name, {k: v for k, v in network.items() if v is not None})
    return ctx.start(name, network, verb="removePeering")


def switch_to_custom(ctx: Context, call: Call) -> JSON | Answer:
    """networks.switchToCustomMode."""
    name, network = _network(ctx, call)
    network["autoCreateSubnetworks"] = False
    ctx.put(name, network)
    return ctx.start(name, network, verb="switchToCustomMode")


# ---- subnetworks ----------------------------------------------------------------------------------------------------
def find_subnetwork(ctx: Context, name: str) -> JSON | None:
    """What auto mode has in each region."""
    parts = name.split("/")
    if len(parts) != 6 or parts[2] != "regions" or parts[3] not in REGIONS:
        return None
    network = f"{parts[0]}/{parts[1]}/global/networks/{parts[5]}"
    held = ctx.get(network, collection="networks")
    if held is None or not held.get("autoCreateSubnetworks"):
        return None
    index = REGIONS.index(parts[3])
    body = {
        "kind": "compute#subnetwork",
        "id": identity(name),
        "creationTimestamp": held["creationTimestamp"],
        "name": parts[5],
        "network": held["selfLink"],
        "ipCidrRange": f"{_AUTO.network_address + index * 4096}/20",
        "selfLink": ctx.link(name),
        "fingerprint": "AAAAAAAAAAA=",
    }
    return body | subnetwork_defaults(ctx, body)


def _range(field: str, text: object) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(str(text))
    except ValueError:
        raise links.bad_value(
            field, text, "Must be a CIDR address range that is contained in the RFC 1918 address blocks."
        ) from None


def subnetwork_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    links.refer(ctx, body, "network")
    name = links.canonical(ctx, str(body.get("selfLink", "")))
    found: JSON = {"privateIpGoogleAccess": False, "purpose": "PRIVATE", "state": "READY", **links.place(ctx, name)}
    if body.get("purpose", "PRIVATE") == "PRIVATE":
        found |= {"privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS"}
    if body.get("purpose") != "PRIVATE_NAT":
        found["stackType"] = "IPV4_ONLY"
    body.update(links.place(ctx, name))
    if not body.get("ipCidrRange") and body.get("reservedInternalRange"):
        body["ipCidrRange"] = "10.128.0.0/20"
    for number, second in enumerate(body.get("secondaryIpRanges") or []):
        if not second.get("ipCidrRange") and second.get("reservedInternalRange"):
            second["ipCidrRange"] = f"10.129.{number}.0/24"
    if body.get("ipCidrRange"):
        found["gatewayAddress"] = str(_range("ipCidrRange", body["ipCidrRange"]).network_address + 1)
    if isinstance(body.get("logConfig"), dict) and body["logConfig"].get("enable"):
        for key, value in (
            ("aggregationInterval", "INTERVAL_5_SEC"),
            ("flowSampling", 0.5),
            ("metadata", "EXCLUDE_ALL_METADATA"),
        ):
            body["logConfig"].setdefault(key, value)
    return found


def subnetwork_created(ctx: Context, name: str, body: JSON) -> None:
    """It lies in a network that exists, and overlaps no other of it."""
    links.refer(ctx, body, "network", exists=("network",))
    wanted = _range("ipCidrRange", body.get("ipCidrRange"))
    network = links.canonical(ctx, str(body["network"]))
    for other in links.users(ctx, "/".join(name.split("/")[:2]), ("subnetworks",), "network", network):
        held = ctx.store.get(ctx.label, other) or {}
        ranges = [held.get("ipCidrRange"), *(r.get("ipCidrRange") for r in held.get("secondaryIpRanges") or [])]
        if any(r and ipaddress.IPv4Network(r).overlaps(wanted) for r in ranges):
            raise links.bad_value(
                "ipCidrRange",
                wanted,
                f"Invalid IPCidrRange: {wanted} conflicts with existing subnetwork "
                f"'{other.rsplit('/', 1)[-1]}' in region '{other.split('/')[3]}'.",
            )


def subnetwork_updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """Its range has a method of its own."""
    del name
    links.check_fingerprint(ctx.call.body.get("fingerprint"), before.get("fingerprint"))
    if after.get("ipCidrRange") != before.get("ipCidrRange"):
        raise links.bad_value("ipCidrRange", after.get("ipCidrRange"), "The range changes by expandIpCidrRange only.")


def subnetwork_deleted(ctx: Context, name: str, body: JSON) -> None:
    """Only one that nothing uses goes."""
    del body
    project = "/".join(name.split("/")[:2])
    for user in links.users(ctx, project, ("addresses", "forwardingRules"), "subnetwork", name):
        raise links.in_use("subnetwork", name, user)


def set_private_access(ctx: Context, call: Call) -> JSON | Answer:
    """subnetworks.setPrivateIpGoogleAccess."""
    name = call.target.rpartition("/")[0]
    body = ctx.need(name)
    body["privateIpGoogleAccess"] = bool(call.body.get("privateIpGoogleAccess"))
    ctx.put(name, body)
    return ctx.start(name, body, verb="setPrivateIpGoogleAccess")


def expand_range(ctx: Context, call: Call) -> JSON | Answer:
    """subnetworks.expandIpCidrRange: only to a range that holds the present one."""
    name = call.target.rpartition("/")[0]
    body = ctx.need(name)
    wanted = _range("ipCidrRange", call.body.get("ipCidrRange"))
    held = _range("ipCidrRange", body["ipCidrRange"])
    if not held.subnet_of(wanted) or held == wanted:
        raise links.bad_value("ipCidrRange", wanted, f"The new range must contain the present one, {held}.")
    body |= {"ipCidrRange": str(wanted), "gatewayAddress": str(wanted.network_address + 1)}
    ctx.put(name, body)
    return ctx.start(name, body, verb="expandIpCidrRange")


# ---- firewalls, routes ----------------------------------------------------------------------------------------------
def firewall_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    found: JSON = {"priority": 1000, "direction": "INGRESS", "disabled": False, "logConfig": {"enable": False}}
    found["network"] = ctx.link(f"{links.project_of(ctx)}/global/networks/default")
    links.refer(ctx, body, "network")
    if isinstance(body.get("logConfig"), dict) and body["logConfig"].get("enable"):
        body["logConfig"].setdefault("metadata", "INCLUDE_ALL_METADATA")
    ingress = body.get("direction", "INGRESS") == "INGRESS"
    if ingress and not any(body.get(k) for k in ("sourceRanges", "sourceTags", "sourceServiceAccounts")):
        found["sourceRanges"] = ["0.0.0.0/0"]
    if not ingress and not body.get("destinationRanges"):
        found["destinationRanges"] = ["0.0.0.0/0"]
    return found


def firewall_checked(ctx: Context, name: str, body: JSON) -> None:
    """A rule allows or denies, in one direction, in a network that exists."""
    del name
    links.refer(ctx, body, "network", exists=("network",))
    if bool(body.get("allowed")) == bool(body.get("denied")):
        raise links.bad_value(
            "allowed", "", "Exactly one of 'allowed' and 'denied' must be specified in a firewall rule."
        )
    if not 0 <= int(body.get("priority", 1000)) <= 65535:
        raise links.bad_value("priority", body["priority"], "Must be between 0 and 65535.")
    # a rule of either direction may name ranges of both sides; tags and accounts of a source are for ingress only
    for field in ("sourceTags", "sourceServiceAccounts"):
        if body.get("direction") == "EGRESS" and body.get(field):
            raise links.bad_value(field, body[field], f"{field} cannot be set for a rule in direction EGRESS.")


def firewall_updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """Neither the network nor the direction of a rule changes."""
    for field in ("network", "direction"):
        if links.canonical(ctx, str(after.get(field))) != links.canonical(ctx, str(before.get(field))):
            raise links.bad_value(field, after.get(field), f"The {field} of a firewall rule cannot be changed.")
    firewall_checked(ctx, name, after)


def route_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    links.refer(ctx, body, "network", "nextHopGateway", "nextHopInstance", "nextHopIlb", "nextHopVpnTunnel")
    return {"priority": 1000}


def route_created(ctx: Context, name: str, body: JSON) -> None:
    """A route lies in a network that exists."""
    del name
    links.refer(ctx, body, "network", exists=("network",))
