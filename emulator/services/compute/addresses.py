"""Addresses and forwarding rules, regional and global: https://cloud.google.com/compute/docs/ip-addresses,
https://cloud.google.com/vpc/docs/private-service-connect. Addresses that the server chooses are made up, valid and
distinct."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.compute import links

JSON = dict[str, Any]

_PUBLIC = ipaddress.IPv4Network("203.0.113.0/24")
"""TEST-NET-3 (RFC 5737): no address that the emulator makes up belongs to anybody."""
_PEERING = ipaddress.IPv4Network("10.64.0.0/10")
"""Where ranges for private services access are taken from unless the client names one."""


# ---- addresses ------------------------------------------------------------------------------------------------------
def address_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in. Global addresses carry less than regional ones."""
    name = links.canonical(ctx, str(body.get("selfLink", "")))
    links.refer(ctx, body, "network", "subnetwork")
    if "/global/" in name:
        return {}
    found: JSON = {
        "addressType": "EXTERNAL",
        "description": "",
        "networkTier": "PREMIUM",
        "status": "RESERVED",
        **links.place(ctx, name),
    }
    if body.get("addressType") == "INTERNAL":
        found["purpose"] = "GCE_ENDPOINT"
    return found


def address_created(ctx: Context, name: str, body: JSON) -> None:
    """The server picks an address where the client named none. Whether network and subnetwork exist is not asked."""
    links.refer(ctx, body, "network", "subnetwork")
    if body.get("purpose") == "VPC_PEERING" and "network" not in body:
        raise links.bad_value("network", "", "A reserved range for VPC peering needs a network.")
    if body.get("address"):
        try:
            ipaddress.ip_address(str(body["address"]))
        except ValueError:
            raise links.bad_value("address", body["address"], "Must be an IP address.") from None
        for other in _addresses(ctx, name, body):
            if other.get("address") == body["address"]:
                raise links.in_use("address", str(body["address"]), str(other.get("name")))
        return
    body["address"] = _free(ctx, name, body)


def _addresses(ctx: Context, name: str, body: JSON) -> list[JSON]:
    """The addresses that share a space with one: of its network or subnetwork, or all public ones."""
    project = "/".join(name.split("/")[:2])
    names = ctx.store.find(ctx.label, lambda n: n.startswith(project + "/") and "/addresses/" in n)
    held = [b for n in names if (b := ctx.store.get(ctx.label, n)) is not None]
    return [b for b in held if all(b.get(k) == body.get(k) for k in ("network", "subnetwork"))]


def _free(ctx: Context, name: str, body: JSON) -> str:
    taken = {str(b.get("address")) for b in _addresses(ctx, name, body)}
    if body.get("purpose") == "VPC_PEERING":
        length = int(body.get("prefixLength") or 16)
        for block in _PEERING.subnets(new_prefix=max(length, 10)):
            if str(block.network_address) not in taken:
                return str(block.network_address)
    subnet = ctx.get(links.canonical(ctx, str(body.get("subnetwork", ""))), collection="subnetworks")
    if subnet is not None:
        space = ipaddress.IPv4Network(str(subnet["ipCidrRange"]))
    else:
        space = _PEERING if body.get("addressType") == "INTERNAL" else _PUBLIC
    for number in range(2, min(space.num_addresses, 65_536)):
        if (found := str(space.network_address + number)) not in taken:
            return found
    return str(space.network_address + 2)


def _rules_at(ctx: Context, name: str, body: JSON) -> list[str]:
    project = "/".join(name.split("/")[:2])
    names = ctx.store.find(ctx.label, lambda n: n.startswith(project + "/") and "/forwardingRules/" in n)
    return [n for n in names if (ctx.store.get(ctx.label, n) or {}).get("IPAddress") == body.get("address")]


def address_view(ctx: Context, name: str, body: JSON) -> JSON:
    """An address says who uses it."""
    rules = _rules_at(ctx, name, body)
    if rules:
        body |= {"status": "IN_USE", "users": [ctx.link(n) for n in rules]}
    return body


def address_deleted(ctx: Context, name: str, body: JSON) -> None:
    """Only one that nothing uses goes."""
    for user in _rules_at(ctx, name, body):
        raise links.in_use("address", name, user)


# ---- forwarding rules -----------------------------------------------------------------------------------------------
def _private(body: JSON) -> bool:
    """Whether a rule is a Private Service Connect endpoint."""
    target = str(body.get("target", ""))
    return target in ("all-apis", "vpc-sc") or "/serviceAttachments/" in target


def rule_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    name = links.canonical(ctx, str(body.get("selfLink", "")))
    links.refer(ctx, body, "network", "subnetwork", "backendService")
    if str(body.get("target", "")).startswith(("projects/", "https://", "global/", "regions/")):
        links.refer(ctx, body, "target")
    if body.get("loadBalancingScheme") == "":
        body.pop("loadBalancingScheme")
    found: JSON = {"networkTier": "PREMIUM", **links.place(ctx, name)}
    if not body.get("allPorts") and not body.get("IPProtocol"):
        found["IPProtocol"] = "TCP"
    if body.get("allowGlobalAccess") is False:
        body.pop("allowGlobalAccess")
    ports = str(body.get("portRange") or "")
    if ports and "-" not in ports:
        body["portRange"] = f"{ports}-{ports}"
    internal = body.get("loadBalancingScheme") == "INTERNAL"
    if internal and body.get("serviceLabel"):
        scope = "global" if "/global/" in name else name.split("/")[3]
        found["serviceName"] = (
            f"{body['serviceLabel']}.{name.rsplit('/', 1)[-1]}.il4.{scope}.lb.{name.split('/')[1]}.internal"
        )
    if "/global/" not in name:
        found |= {"description": "", "selfLinkWithId": body.get("selfLink")}
    elif not (body.get("network") or body.get("subnetwork")) and body.get("loadBalancingScheme", "EXTERNAL") not in (
        "EXTERNAL",
        "EXTERNAL_MANAGED",
    ):
        found["network"] = ctx.link(f"{'/'.join(name.split('/')[:2])}/global/networks/default")
    return found


def rule_created(ctx: Context, name: str, body: JSON) -> None:
    """An address may be given as a link; labels come by setLabels alone. References are not looked up."""
    links.refer(ctx, body, "network", "subnetwork")
    body.pop("labels", None)
    given = str(body.get("IPAddress", ""))
    if "/" in given:
        held = ctx.get(links.canonical(ctx, given), collection="addresses")
        if held is None and not re.fullmatch(r"[\d.]+/\d+", given):
            raise links.not_found(ctx, "", links.canonical(ctx, given))
        body["IPAddress"] = held["address"] if held else given
    elif not given:
        body["IPAddress"] = _free(
            ctx, name, {**body, "addressType": "INTERNAL" if body.get("subnetwork") else "EXTERNAL"}
        )
    if _private(body):
        body["pscConnectionId"] = ctx.ids.digits(17)
        if "/serviceAttachments/" in str(body["target"]):
            body["pscConnectionStatus"] = "ACCEPTED"
        else:
            suffix = str(body.get("network", "")).rsplit("/", 1)[-1]
            body["serviceDirectoryRegistrations"] = [
                {"namespace": f"goog-psc-{suffix}-{ctx.ids.digits(8)}", "serviceDirectoryRegion": "us-central1"}
            ]


def rule_updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """A patch goes by the fingerprint last read."""
    del name, after
    links.check_fingerprint(ctx.call.body.get("fingerprint"), before.get("fingerprint"))


def set_target(ctx: Context, call: Call) -> JSON | Answer:
    """setTarget."""
    name = call.target.rpartition("/")[0]
    body = ctx.need(name)
    body["target"] = links.full(ctx, str(call.body.get("target", "")))
    ctx.put(name, body)
    return ctx.start(name, body, verb="setTarget")


def set_labels(ctx: Context, call: Call) -> JSON | Answer:
    """setLabels, of every kind that has it."""
    name = call.target.rpartition("/")[0]
    body = ctx.need(name)
    links.check_fingerprint(call.body.get("labelFingerprint"), body.get("labelFingerprint"))
    labels = call.body.get("labels") or {}
    body = {k: v for k, v in body.items() if k != "labels"} | ({"labels": labels} if labels else {})
    body["labelFingerprint"] = ctx.ids.etag()
    ctx.put(name, body)
    return ctx.start(name, body, verb="setLabels")
