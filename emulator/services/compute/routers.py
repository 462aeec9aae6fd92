"""Cloud Routers and Cloud NAT: https://cloud.google.com/network-connectivity/docs/router."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.compute import links

JSON = dict[str, Any]


def router_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in, within lists as well."""
    links.refer(ctx, body, "network")
    name = links.canonical(ctx, str(body.get("selfLink", "")))
    body.update(links.place(ctx, name))
    if not body.get("bgp"):
        body.pop("bgp", None)
    for field in ("interfaces", "bgpPeers", "nats"):
        if body.get(field) == []:
            body.pop(field)
    for interface in body.get("interfaces") or []:
        interface.setdefault("ipVersion", "IPV4")
    for nat in body.get("nats") or []:
        nat.setdefault("type", "PUBLIC")
        nat.setdefault("endpointTypes", ["ENDPOINT_TYPE_VM"])
        if nat["type"] == "PUBLIC":
            nat.setdefault("autoNetworkTier", "PREMIUM")
        nat["effectiveTcpTimeWaitTimeoutSec"] = nat.get("tcpTimeWaitTimeoutSec", 120)
    bgp = body.get("bgp")
    if isinstance(bgp, dict):
        bgp.setdefault("advertiseMode", "DEFAULT")
        bgp.setdefault("keepaliveInterval", 20)
        for wanted in bgp.get("advertisedIpRanges") or []:
            wanted.setdefault("description", "")
    return {"description": "", "encryptedInterconnectRouter": False}


def router_created(ctx: Context, name: str, body: JSON) -> None:
    """A router lies in a network that exists."""
    del name
    links.refer(ctx, body, "network", exists=("network",))


def router_status(ctx: Context, call: Call) -> JSON | Answer:
    """routers.getRouterStatus: no peer is ever there."""
    body = ctx.need(call.target.rpartition("/")[0])
    result: JSON = {"network": body.get("network")}
    if body.get("nats"):
        result["natStatus"] = [{"name": n["name"], "minExtraNatIpsNeeded": 0} for n in body["nats"]]
    return {"kind": "compute#routerStatusResponse", "result": result}


def router_preview(ctx: Context, call: Call) -> JSON | Answer:
    """routers.preview: what a patch would make, not stored."""
    body = {**ctx.need(call.target.rpartition("/")[0]), **call.body}
    return {"resource": {**router_defaults(ctx, body), **body}}
