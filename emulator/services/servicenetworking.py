"""Service Networking: https://cloud.google.com/service-infrastructure/docs/service-networking/reference/rest/v1. A
connection is one a service and consumer network; Compute shows it as a peering of that network."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import Resource
from emulator.service import Service
from emulator.wire.errors import GoogleError, failed_precondition, invalid

JSON = dict[str, Any]

PEERING = "servicenetworking-googleapis-com"


def _network(ctx: Context, text: object) -> str:
    """The canonical name of a consumer network."""
    parts = str(text or "").split("/")
    if len(parts) != 5 or parts[0] != "projects" or parts[2:4] != ["global", "networks"]:
        raise invalid(f"Invalid consumer network '{text}'.", field_path="network")
    ctx.projects.require(parts[1], ctx.label)
    return ctx.canonical("/".join(parts))


def _path(service: str, network: str) -> str:
    return f"services/{service}/connections/{network.replace('/', '~')}"


def _service_of(call: Call) -> str:
    return call.target.split("/")[1]


def _peer(ctx: Context, network: str, ranges: object) -> None:
    """The consumer's side of the peering, where Compute knows the network."""
    held = ctx.store.get("compute", network)
    if held is None:
        return
    if any(p["name"] == PEERING for p in held.get("peerings", [])):
        return
    tenant = f"{ctx.ids.word(16)}-tp"
    peering = {
        "name": PEERING,
        "network": f"https://www.googleapis.com/compute/v1/projects/{tenant}/global/networks/servicenetworking",
        "state": "ACTIVE",
        "stateDetails": "[Connected.]",
        "autoCreateRoutes": True,
        "exchangeSubnetRoutes": True,
        "exportSubnetRoutesWithPublicIp": False,
        "importSubnetRoutesWithPublicIp": False,
    }
    ctx.store.put("compute", network, {**held, "peerings": [*held.get("peerings", []), peering]})
    del ranges


def _check_ranges(ctx: Context, network: str, ranges: list[str]) -> None:
    """Reserved ranges are global addresses for peering, where Compute knows the network at all."""
    if not ranges:
        raise invalid("At least one reserved peering range is needed.", field_path="reserved_peering_ranges")
    if ctx.store.get("compute", network) is None:
        return
    project = "/".join(network.split("/")[:2])
    for name in ranges:
        address = ctx.store.get("compute", f"{project}/global/addresses/{name}")
        if address is None or address.get("purpose") != "VPC_PEERING":
            raise failed_precondition(f"Cannot find the reserved range '{name}' for peering in network '{network}'.")


def _answer(ctx: Context, name: str, body: JSON) -> JSON:
    shown = {**body, "network": ctx.projects.by_number(str(body["network"]))}
    return ctx.start(name, shown, kind="Connection")


def create(ctx: Context, call: Call) -> JSON | Answer:
    """connections.create."""
    service, network = _service_of(call), _network(ctx, call.body.get("network"))
    ranges = [str(r) for r in call.body.get("reservedPeeringRanges") or []]
    _check_ranges(ctx, network, ranges)
    name = _path(service, network)
    if ctx.store.has(ctx.label, name):
        raise failed_precondition(
            "Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection. "
            "Existing allocated IP ranges: "
            f"[{', '.join((ctx.store.get(ctx.label, name) or {}).get('reservedPeeringRanges', []))}]."
        )
    return _stored(ctx, service, network, ranges)


def _stored(ctx: Context, service: str, network: str, ranges: list[str]) -> JSON:
    name = _path(service, network)
    body: JSON = {
        "network": ctx.projects.by_number(network),
        "peering": PEERING,
        "reservedPeeringRanges": ranges,
        "service": f"services/{service}",
    }
    ctx.put(name, body)
    _peer(ctx, network, ranges)
    return _answer(ctx, name, body)


def patch(ctx: Context, call: Call) -> JSON | Answer:
    """connections.patch: `connections/-` names the only one of the network; it makes one where there is none."""
    network = _network(ctx, call.body.get("network"))
    ranges = [str(r) for r in call.body.get("reservedPeeringRanges") or []]
    _check_ranges(ctx, network, ranges)
    return _stored(ctx, _service_of(call), network, ranges)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """connections.list: of one network. `services/-` stands for every service."""
    network = _network(ctx, call.arg("network"))
    found = [b for _, _, b in ctx.store.rows(ctx.label, f"services/{_service_of(call)}/connections")]
    items = [dict(b) for b in found if ctx.canonical(str(b["network"])) == network]
    return {"connections": items} if items else {}


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """connections.deleteConnection: not while a Cloud SQL instance has an address in it."""
    network = _network(ctx, call.body.get("consumerNetwork"))
    name = _path(_service_of(call), network)
    if not ctx.store.has(ctx.label, name):
        raise GoogleError("NOT_FOUND", "The connection does not exist.")
    for instance in ctx.store.find("sqladmin", lambda n: n.count("/") == 3 and "/instances/" in n):
        settings = (ctx.store.get("sqladmin", instance) or {}).get("settings", {})
        link = str((settings.get("ipConfiguration") or {}).get("privateNetwork") or "")
        if "projects/" in link and ctx.canonical("projects/" + link.partition("projects/")[2]) == network:
            raise failed_precondition(
                "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, "
                "etc.) are still using this connection."
            )
    ctx.delete(name)
    held = ctx.store.get("compute", network)
    if held is not None:
        kept = [p for p in held.get("peerings", []) if p["name"] != PEERING]
        held = {k: v for k, v in held.items() if k != "peerings"} | ({"peerings": kept} if kept else {})
        ctx.store.put("compute", network, held)
    return ctx.start(name, None, verb="delete")


# ---- the consumer's network -----------------------------------------------------------------------------------------
def get_config(ctx: Context, call: Call) -> JSON | Answer:
    """services.projects.global.networks.get: the configuration of a connected network."""
    network = _network(ctx, call.target.partition("/projects/")[1][1:] + call.target.partition("/projects/")[2])
    held = ctx.store.get(ctx.label, _path(_service_of(call), network))
    if held is None:
        raise GoogleError("NOT_FOUND", f"Network '{call.target}' has no connection to the service.")
    config = ctx.store.meta(ctx.label, _path(_service_of(call), network)).get("config", {})
    ranges = [{"name": n} for n in held["reservedPeeringRanges"]]
    return {"reservedRanges": ranges, **config}


def update_config(ctx: Context, call: Call) -> JSON | Answer:
    """updateConsumerConfig."""
    network = _network(ctx, call.target.partition("/projects/")[1][1:] + call.target.partition("/projects/")[2])
    name = _path(_service_of(call), network)
    held = ctx.store.get(ctx.label, name)
    if held is None:
        raise GoogleError("NOT_FOUND", f"Network '{call.target}' has no connection to the service.")
    config = call.body.get("consumerConfig") or {}
    ctx.put(name, held, {**ctx.store.meta(ctx.label, name), "config": config})
    return ctx.start(name, config, kind="ConsumerConfig")


def check_domain(ctx: Context, name: str, body: JSON) -> None:
    """A DNS suffix ends in a dot."""
    del ctx, name
    suffix = str(body.get("dnsSuffix", ""))
    if not suffix.endswith("."):
        raise invalid(f"The peered DNS domain suffix '{suffix}' must end with a trailing dot (.)")


def validate(ctx: Context, call: Call) -> JSON | Answer:
    """services.validate."""
    network = _network(ctx, call.body.get("consumerNetwork"))
    good = ctx.store.has(ctx.label, _path(_service_of(call), network))
    return {"isValid": True} if good else {"validationError": "NETWORK_NOT_PEERED"}


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """Operations carry none."""
    del ctx, started, done
    return None


SERVICE = Service(
    "servicenetworking",
    package="google.cloud.servicenetworking.{version}",
    operation_name=lambda _ctx, started: f"operations/{started.id}",
    operation_metadata=_metadata,
    resources={
        "peeredDnsDomains": Resource(short_name=True, on_create=check_domain, parents_must_exist=False),
        "connections": Resource(parents_must_exist=False, own_name=True),
    },
    methods={
        "connections.create": create,
        "connections.patch": patch,
        "connections.list": list_,
        "connections.deleteConnection": delete,
        "networks.get": get_config,
        "networks.updateConsumerConfig": update_config,
        "services.validate": validate,
        "peeredDnsDomains.list": lambda ctx, call: standard.paged(
            ctx, [ctx.show(n, dict(b)) for _, n, b in ctx.store.rows(ctx.label, call.target)]
        ),
    },
)
