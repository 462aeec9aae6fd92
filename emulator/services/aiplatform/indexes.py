"""Vector search: indexes, the endpoints that serve them, and the deployment of the one to the other."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire import mask
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

_SCHEMA = "gs://google-cloud-aiplatform/schema/matchingengine/metadata/nearest_neighbor_search_1.0.0.yaml"


def made(ctx: Context, name: str, index: JSON) -> JSON:
    """An index is empty and updated in batches unless it is said otherwise."""
    del ctx, name
    return {
        "metadataSchemaUri": _SCHEMA,
        "indexUpdateMethod": "BATCH_UPDATE",
        "indexStats": {"shardsCount": 1},
        **index,
    }


def endpoint_made(ctx: Context, name: str, endpoint: JSON) -> JSON:
    """A public one has a host of its own."""
    if not endpoint.get("publicEndpointEnabled"):
        return endpoint
    segments = ctx.shown_name(name).split("/")
    host = f"{ctx.ids.digits(10)}.{segments[3]}-{segments[1]}.vdb.vertexai.goog"
    return {**endpoint, "publicEndpointDomainName": host}


def refuse_deployed(ctx: Context, name: str, index: JSON) -> None:
    """An index that serves is not deleted."""
    del index
    if _deployments(ctx, name):
        raise failed_precondition(f"Index `{ctx.shown_name(name)}` is deployed: undeploy it first.")


def refuse_busy(ctx: Context, name: str, endpoint: JSON) -> None:
    """An endpoint that serves is not deleted."""
    if endpoint.get("deployedIndexes"):
        raise failed_precondition(f"IndexEndpoint `{ctx.shown_name(name)}` has deployed indexes: undeploy them first.")


def _deployments(ctx: Context, index: str) -> list[str]:
    place = "/".join(index.split("/")[:4])
    rows = ctx.store.rows(ctx.label, f"{place}/indexEndpoints")
    return [n for _, n, b in rows for d in b.get("deployedIndexes") or [] if ctx.canonical(d["index"]) == index]


def deploy(ctx: Context, call: Call) -> JSON | Answer:
    """Puts an index behind an endpoint."""
    endpoint = ctx.need(call.target)
    wanted = call.body.get("deployedIndex") or {}
    name = ctx.canonical(str(wanted.get("index", "")))
    if ctx.store.get(ctx.label, name) is None:
        raise not_found(f"Index `{ctx.shown_name(name)}` is not found.")
    held = endpoint.get("deployedIndexes") or []
    if not wanted.get("id") or any(d["id"] == wanted["id"] for d in held):
        raise invalid(
            f"Deployed index id '{wanted.get('id', '')}' is missing or taken.", field_path="deployed_index.id"
        )
    now = ctx.now()
    automatic = {"minReplicaCount": 2, "maxReplicaCount": 2}
    made_: JSON = {**wanted, "index": ctx.shown_name(name), "createTime": now, "indexSyncTime": now}
    if "dedicatedResources" not in made_:
        made_.setdefault("automaticResources", automatic)
    made_.setdefault("deploymentGroup", "default")
    ctx.put(call.target, {**endpoint, "deployedIndexes": [*held, made_], "updateTime": now, "etag": ctx.ids.etag()})
    return ctx.start(call.target, {"deployedIndex": made_}, verb="deployIndex", kind="DeployIndexResponse")


def undeploy(ctx: Context, call: Call) -> JSON | Answer:
    """Takes it away again."""
    endpoint, ident = ctx.need(call.target), call.body.get("deployedIndexId")
    held = endpoint.pop("deployedIndexes", [])
    left = [d for d in held if d["id"] != ident]
    if len(left) == len(held):
        raise not_found(f"DeployedIndex {ident} is not found on IndexEndpoint `{ctx.shown_name(call.target)}`.")
    ctx.put(call.target, {**endpoint, **({"deployedIndexes": left} if left else {}), "updateTime": ctx.now()})
    kind = "UndeployIndexResponse"
    return ctx.start(call.target, {}, verb="undeployIndex", kind=kind, response_type=ctx.type_url(kind))


def mutate(ctx: Context, call: Call) -> JSON | Answer:
    """Changes the replicas of a deployed index: the body is the deployed index."""
    endpoint, wanted = ctx.need(call.target), call.body
    held = endpoint.get("deployedIndexes") or []
    before = next((d for d in held if d["id"] == wanted.get("id")), None)
    if before is None:
        raise not_found(f"DeployedIndex {wanted.get('id')} is not found.")
    paths = tuple(k for k in wanted if k in ("automaticResources", "dedicatedResources"))
    after = mask.apply(before, wanted, paths)
    ctx.put(call.target, {**endpoint, "deployedIndexes": [after if d is before else d for d in held]})
    return ctx.start(
        call.target, {"deployedIndex": after}, verb="mutateDeployedIndex", kind="MutateDeployedIndexResponse"
    )


def datapoints(ctx: Context, call: Call) -> JSON | Answer:
    """Counts what is put in and taken out; neighbours are not searched."""
    index = ctx.need(call.target)
    if index.get("indexUpdateMethod") != "STREAM_UPDATE":
        raise failed_precondition("The Index must have index_update_method STREAM_UPDATE.")
    meta = ctx.store.meta(ctx.label, call.target)
    held = set(meta.get("datapoints", []))
    held |= {str(d.get("datapointId")) for d in call.body.get("datapoints") or []}
    held -= {str(d) for d in call.body.get("datapointIds") or []}
    index["indexStats"] = {"shardsCount": 1} | ({"vectorsCount": str(len(held))} if held else {})
    ctx.put(call.target, index, {**meta, "datapoints": sorted(held)})
    return {}
