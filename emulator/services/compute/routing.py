"""What hangs from a router (route policies, named sets) and what is worked out of a network (rules, routes, NAT).

https://cloud.google.com/network-connectivity/docs/router/how-to/bgp-route-policies
"""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]


# ---- parts of a router ----------------------------------------------------------------------------------------------
def _parts(ctx: Context, key: str) -> tuple[str, dict[str, JSON]]:
    """(router, its parts of that kind by name)."""
    router = ctx.call.target.rpartition("/")[0]
    ctx.need(router)
    return router, dict(ctx.store.meta(ctx.label, router).get(key) or {})


def _keep(ctx: Context, router: str, key: str, parts: dict[str, JSON]) -> JSON:
    ctx.put(router, ctx.need(router), {**ctx.store.meta(ctx.label, router), key: parts})
    return ctx.start(router, ctx.need(router), verb="update", kind="Router")


def _parts_of(key: str, parameter: str, noun: str, plural: str) -> dict[str, Handler]:
    def named(ctx: Context, call: Call) -> tuple[str, dict[str, JSON], str]:
        router, parts = _parts(ctx, key)
        name = call.arg(parameter)
        if name not in parts:
            raise GoogleError("NOT_FOUND", f"The resource '{router}/{key}/{name}' was not found", reason="notFound")
        return router, parts, name

    def get(ctx: Context, call: Call) -> JSON | Answer:
        """One part, in a wrapper."""
        _, parts, name = named(ctx, call)
        return {"resource": parts[name], "etag": parts[name]["fingerprint"]}

    def list_(ctx: Context, call: Call) -> JSON | Answer:
        """All parts."""
        router, parts = _parts(ctx, key)
        schema = call.api.schema(call.method.response)
        kind = schema.fields["kind"].default if schema else ""
        found = {"result": list(parts.values())} if parts else {}
        return {"kind": kind, "id": router, "selfLink": ctx.link(call.target), **found}

    def change(ctx: Context, call: Call) -> JSON | Answer:
        """update makes a part or replaces it; patch changes some of it. The fingerprint is that of the part held."""
        router, parts = _parts(ctx, key)
        name = str(call.body.get("name", ""))
        if not name:
            raise invalid("Required field 'name' not specified", field_path="name")
        held = parts.get(name)
        sent = call.body.get("fingerprint")
        if held is not None and sent and sent != held["fingerprint"]:
            raise GoogleError(
                "FAILED_PRECONDITION",
                "Supplied fingerprint does not match current metadata fingerprint.",
                code=412,
                reason="conditionNotMet",
            )
        before = held if held is not None and call.verb.startswith("patch") else {}
        parts[name] = {**before, **call.body, "fingerprint": ctx.ids.etag()}
        return _keep(ctx, router, key, parts)

    def delete(ctx: Context, call: Call) -> JSON | Answer:
        """A part that is there goes."""
        router, parts, name = named(ctx, call)
        del parts[name]
        return _keep(ctx, router, key, parts)

    return {
        f"routers.get{noun}": get,
        f"routers.list{plural}": list_,
        f"routers.update{noun}": change,
        f"routers.patch{noun}": change,
        f"routers.delete{noun}": delete,
    }


def _nothing(ctx: Context, call: Call) -> JSON | Answer:
    """A list of what only traffic brings: no machine is behind a router here, no peer answers."""
    name = call.target.rpartition("/")[0]
    ctx.need(name)
    schema = call.api.schema(call.method.response)
    fields = schema.fields if schema else {}
    kind = {"kind": fields["kind"].default} if "kind" in fields else {}
    place = {"id": name, "selfLink": ctx.link(call.target)} if "selfLink" in fields else {}
    return {**kind, **place}


# ---- networks -------------------------------------------------------------------------------------------------------
def effective_firewalls(ctx: Context, call: Call) -> JSON | Answer:
    """networks.getEffectiveFirewalls: the rules of the network; firewall policies are not emulated."""
    network = call.target.rpartition("/")[0]
    shown = str(ctx.show(network, ctx.need(network))["selfLink"])
    rows = ctx.store.rows(ctx.label, f"{network.split('/networks/')[0]}/firewalls")
    found = [ctx.show(n, b, "firewalls") for _, n, b in rows if b.get("network") == shown]
    return {"firewalls": found} if found else {}


_USABLE = ("ipCidrRange", "network", "purpose", "role", "secondaryIpRanges", "stackType", "ipv6AccessType")


def usable_subnetworks(ctx: Context, call: Call) -> JSON | Answer:
    """subnetworks.listUsable: of all regions."""
    project = call.target.partition("/aggregated/")[0]
    names = ctx.store.find(ctx.label, lambda n: n.startswith(f"{project}/regions/") and "/subnetworks/" in n)
    found = []
    for name in names:
        body = ctx.show(name, ctx.need(name, "subnetworks"), "subnetworks")
        ranges = {k: body[k] for k in _USABLE if body.get(k)}
        found.append({"subnetwork": body["selfLink"], **ranges})
    return standard.paged(ctx, found)


METHODS: dict[str, Handler] = {
    **_parts_of("routePolicies", "policy", "RoutePolicy", "RoutePolicies"),
    **_parts_of("namedSets", "namedSet", "NamedSet", "NamedSets"),
    "routers.getNatMappingInfo": _nothing,
    "routers.getNatIpInfo": _nothing,
    "routers.listBgpRoutes": _nothing,
    "networks.listPeeringRoutes": _nothing,
    "networks.getEffectiveFirewalls": effective_firewalls,
    "subnetworks.listUsable": usable_subnetworks,
}
