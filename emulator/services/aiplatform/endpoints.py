"""Endpoints and the models deployed to them: https://cloud.google.com/vertex-ai/docs/general/deployment."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudquotas import limits
from emulator.wire import mask
from emulator.wire.errors import GoogleError, failed_precondition, invalid, not_found

JSON = dict[str, Any]

_QUOTAS = {
    "NVIDIA_L4": "L4",
    "NVIDIA_TESLA_T4": "T4",
    "NVIDIA_TESLA_V100": "V100",
    "NVIDIA_TESLA_A100": "A100",
    "NVIDIA_A100_80GB": "A10080GB",
    "NVIDIA_H100_80GB": "H100",
}
"""Accelerator to the word in its quota's id: `CustomModelServing<word>GPUsPerProjectPerRegion`."""


def made(ctx: Context, name: str, endpoint: JSON) -> JSON:
    """A dedicated endpoint has a host of its own; a private one has a network or Private Service Connect, not
    both."""
    if endpoint.get("network") and endpoint.get("privateServiceConnectConfig", {}).get("enablePrivateServiceConnect"):
        raise invalid("Only one of network and private_service_connect_config may be set.", field_path="endpoint")
    logged = endpoint.get("predictRequestResponseLoggingConfig", {})
    uri = str(logged.get("bigqueryDestination", {}).get("outputUri", ""))
    if logged.get("enabled") and not uri.startswith("bq://"):
        raise invalid(
            "predict_request_response_logging_config needs a BigQuery destination (bq://project.dataset.table).",
            field_path="endpoint.predict_request_response_logging_config.bigquery_destination",
        )
    if endpoint.get("dedicatedEndpointEnabled"):
        segments = ctx.shown_name(name).split("/")
        host = f"{segments[5]}.{segments[3]}-{segments[1]}.prediction.vertexai.goog"
        endpoint = {**endpoint, "dedicatedEndpointDns": host}
    return endpoint


def changed(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """Traffic goes to models that are deployed, a hundred percent of it."""
    del ctx, name
    if after.get("trafficSplit") != before.get("trafficSplit"):
        _check_split(after.get("trafficSplit") or {}, [m["id"] for m in after.get("deployedModels") or []])


def view(ctx: Context, name: str, endpoint: JSON) -> JSON:
    """Models are named with the project's number, as the endpoint is."""
    del name
    for model in endpoint.get("deployedModels") or []:
        if "model" in model:
            model["model"] = ctx.shown_name(model["model"])
    return endpoint


def refuse_deployed(ctx: Context, name: str, endpoint: JSON) -> None:
    """An endpoint that still serves is not deleted."""
    if endpoint.get("deployedModels"):
        raise failed_precondition(
            f"Endpoint `{ctx.shown_name(name)}` has deployed or being-deployed DeployedModel(s). "
            "Undeploy them before deleting the Endpoint."
        )


def update_long(ctx: Context, call: Call) -> JSON | Answer:
    """The same as a patch, as an operation."""
    before = ctx.need(call.target)
    body, _ = standard.unwrapped(call)
    body.pop("name", None)
    after = {**before, **body, "updateTime": ctx.now(), "etag": ctx.ids.etag()}
    changed(ctx, call.target, before, after)
    ctx.put(call.target, after)
    return ctx.start(call.target, ctx.show(call.target, after), verb="update")


def _check_split(split: JSON, ids: list[str]) -> None:
    unknown = [k for k in split if k not in ids]
    if unknown:
        raise invalid(f"Traffic split names deployed models that do not exist: {unknown}.", field_path="traffic_split")
    if split and sum(int(v) for v in split.values()) != 100:
        raise invalid("The traffic split's percentages must add up to 100.", field_path="traffic_split")


# ---- deploying ------------------------------------------------------------------------------------------------------
def check_resources(model: JSON) -> None:
    """400 for replicas and machines that cannot be."""
    sized = [k for k in ("dedicatedResources", "automaticResources", "sharedResources") if k in model]
    if len(sized) > 1:
        raise invalid(f"Only one of {', '.join(sized)} may be set.", field_path="deployed_model")
    dedicated = model.get("dedicatedResources")
    if dedicated is None:
        return
    least, most = int(dedicated.get("minReplicaCount", 0)), int(dedicated.get("maxReplicaCount", 0))
    if least < 1:
        raise invalid("min_replica_count must be at least 1.", field_path="dedicated_resources.min_replica_count")
    if most and most < least:
        raise invalid(
            "max_replica_count must not be less than min_replica_count.",
            field_path="dedicated_resources.max_replica_count",
        )
    machine = dedicated.get("machineSpec", {})
    if not machine.get("machineType"):
        raise invalid("machine_spec.machine_type must be set.", field_path="dedicated_resources.machine_spec")
    if machine.get("acceleratorType") and not machine.get("acceleratorCount"):
        raise invalid("accelerator_count must be set with accelerator_type.", field_path="machine_spec")
    if not most:
        dedicated["maxReplicaCount"] = least


def _accelerators(model: JSON, kind: str) -> int:
    dedicated = model.get("dedicatedResources", {})
    machine = dedicated.get("machineSpec", {})
    if machine.get("acceleratorType") != kind:
        return 0
    return int(machine.get("acceleratorCount", 0)) * int(dedicated.get("minReplicaCount", 0))


def check_quota(ctx: Context, place: str, model: JSON) -> None:
    """429 where the region's quota does not hold the replicas that are to run at least; quotas unknown are no
    limit."""
    kind = model.get("dedicatedResources", {}).get("machineSpec", {}).get("acceleratorType", "")
    word = _QUOTAS.get(kind)
    if word is None:
        return
    quota = f"CustomModelServing{word}GPUsPerProjectPerRegion"
    project, region = place.split("/")[1], place.split("/")[3]
    limit = limits.effective(ctx, project, "aiplatform.googleapis.com", quota, {"region": region})
    if limit is None or limit < 0:
        return
    used = sum(
        _accelerators(m, kind)
        for _, _, endpoint in ctx.store.rows(ctx.label, f"{place}/endpoints")
        for m in endpoint.get("deployedModels") or []
    )
    if used + _accelerators(model, kind) > limit:
        raise GoogleError("RESOURCE_EXHAUSTED", f"The following quotas are exceeded: {quota}")


def attach(ctx: Context, name: str, endpoint: JSON, model: JSON) -> JSON:
    """The deployed model as the endpoint keeps it."""
    model = {**model}
    model.setdefault("id", ctx.ids.digits(19))
    if any(m["id"] == model["id"] for m in endpoint.get("deployedModels") or []):
        raise invalid(f"There is already a DeployedModel with id {model['id']}.", field_path="deployed_model.id")
    model["createTime"] = ctx.now()
    private = endpoint.get("privateServiceConnectConfig", {})
    region = name.split("/")[3]
    if private.get("enablePrivateServiceConnect"):
        tenant = f"{ctx.ids.hexa(16)}-tp"
        attachment = f"projects/{tenant}/regions/{region}/serviceAttachments/gkedpm-{ctx.ids.hexa(30)}"
        model["privateEndpoints"] = {"serviceAttachment": attachment}
        for automation in private.get("pscAutomationConfigs") or []:
            rule = f"sca-auto-fr-{ctx.ids.digits(8)}"
            project = automation.get("projectId", "")
            automation |= {
                "state": "PSC_AUTOMATION_STATE_SUCCESSFUL",
                "ipAddress": f"10.0.0.{10 + len(endpoint.get('deployedModels') or [])}",
                "forwardingRule": f"projects/{project}/regions/{region}/forwardingRules/{rule}",
            }
    return model


def deploy_model(ctx: Context, call: Call) -> JSON | Answer:
    """Puts a model behind an endpoint."""
    endpoint = ctx.need(call.target)
    wanted = call.body.get("deployedModel") or {}
    reference = ctx.canonical(str(wanted.get("model", "")))
    model_name, _, version = reference.partition("@")
    model = ctx.store.get(ctx.label, model_name)
    if model is None:
        raise not_found(f"Model `{ctx.shown_name(reference)}` is not found.")
    place = "/".join(call.target.split("/")[:4])
    if not model_name.startswith(place + "/"):
        raise invalid("The Model and the Endpoint must be in the same location.", field_path="deployed_model.model")
    check_resources(wanted)
    check_quota(ctx, place, wanted)
    if "sharedResources" in wanted and ctx.store.get(ctx.label, ctx.canonical(wanted["sharedResources"])) is None:
        raise not_found(f"DeploymentResourcePool `{wanted['sharedResources']}` is not found.")
    deployed = attach(ctx, call.target, endpoint, {**wanted, "model": model_name})
    deployed.setdefault("displayName", model.get("displayName", ""))
    deployed["modelVersionId"] = version if version.isdigit() else model.get("versionId", "1")
    held = [*(endpoint.get("deployedModels") or []), deployed]
    split = {(deployed["id"] if k == "0" else k): v for k, v in (call.body.get("trafficSplit") or {}).items()}
    if not split and len(held) == 1:
        split = {deployed["id"]: 100}
    elif not split:
        split = endpoint.get("trafficSplit") or {}
    _check_split(split, [m["id"] for m in held])
    _save(ctx, call.target, endpoint, held, split)
    shown = {"deployedModel": {**deployed, "model": ctx.shown_name(model_name)}}
    return ctx.start(call.target, shown, verb="deployModel", kind="DeployModelResponse")


def _save(ctx: Context, name: str, endpoint: JSON, held: list[JSON], split: JSON) -> None:
    after = {**endpoint, "deployedModels": held, "trafficSplit": split, "updateTime": ctx.now(), "etag": ctx.ids.etag()}
    ctx.put(name, {k: v for k, v in after.items() if v not in ([], {})})


def _deployed(ctx: Context, name: str, endpoint: JSON, ident: str) -> JSON:
    for model in endpoint.get("deployedModels") or []:
        if model["id"] == ident:
            found: JSON = model
            return found
    raise not_found(f"DeployedModel {ident} is not found on Endpoint `{ctx.shown_name(name)}`.")


def undeploy_model(ctx: Context, call: Call) -> JSON | Answer:
    """Takes a model away that has no traffic any more; the last one may go with its traffic."""
    endpoint = ctx.need(call.target)
    gone = _deployed(ctx, call.target, endpoint, str(call.body.get("deployedModelId", "")))
    held = [m for m in endpoint["deployedModels"] if m["id"] != gone["id"]]
    split = call.body.get("trafficSplit") or endpoint.get("trafficSplit") or {}
    if held and int(split.get(gone["id"], 0)) > 0:
        raise failed_precondition(
            f"DeployedModel {gone['id']} still has traffic: send a traffic_split that takes it away."
        )
    split = {k: v for k, v in split.items() if k != gone["id"]} if held else {}
    _check_split(split, [m["id"] for m in held])
    _save(ctx, call.target, endpoint, held, split)
    return ctx.start(call.target, {}, verb="undeployModel", kind="UndeployModelResponse", response_type=_empty(ctx))


def _empty(ctx: Context) -> str:
    return ctx.type_url("UndeployModelResponse")


_MUTABLE = (
    "dedicatedResources.minReplicaCount",
    "dedicatedResources.maxReplicaCount",
    "dedicatedResources.requiredReplicaCount",
    "dedicatedResources.autoscalingMetricSpecs",
    "automaticResources.minReplicaCount",
    "automaticResources.maxReplicaCount",
    "disableContainerLogging",
    "enableContainerLogging",
)
"""What may change about a deployed model;
https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/mutateDeployedModel."""


def mutate_deployed_model(ctx: Context, call: Call) -> JSON | Answer:
    """Changes the replicas of a deployed model."""
    endpoint = ctx.need(call.target)
    wanted = call.body.get("deployedModel") or {}
    paths = mask.parse(str(call.body.get("updateMask", "")))
    if not paths:
        raise invalid("The update_mask must be set.", field_path="update_mask")
    for path in paths:
        if path not in _MUTABLE and path not in ("dedicatedResources", "automaticResources"):
            raise invalid(f"The field {path} of a DeployedModel cannot be changed.", field_path="update_mask")
    before = _deployed(ctx, call.target, endpoint, str(wanted.get("id", "")))
    after = mask.apply(before, wanted, paths)
    machine = before.get("dedicatedResources", {}).get("machineSpec")
    if machine is not None:
        after["dedicatedResources"] = {**after.get("dedicatedResources", {}), "machineSpec": machine}
    check_resources(after)
    held = [after if m["id"] == before["id"] else m for m in endpoint["deployedModels"]]
    _save(ctx, call.target, endpoint, held, endpoint.get("trafficSplit") or {})
    shown = {"deployedModel": {**after, "model": ctx.shown_name(after["model"])}}
    return ctx.start(call.target, shown, verb="mutateDeployedModel", kind="MutateDeployedModelResponse")


def query_deployed_models(ctx: Context, call: Call) -> JSON | Answer:
    """Which deployed models share a pool."""
    ctx.need(call.target)
    place = "/".join(call.target.split("/")[:4])
    found = [
        {"endpoint": ctx.shown_name(name), "deployedModelId": m["id"]}
        for _, name, endpoint in ctx.store.rows(ctx.label, f"{place}/endpoints")
        for m in endpoint.get("deployedModels") or []
        if ctx.canonical(str(m.get("sharedResources", ""))) == call.target
    ]
    if not found:
        return {}
    ends = {f["endpoint"] for f in found}
    return {
        "deployedModelRefs": found,
        "totalDeployedModelCount": len(found),
        "totalEndpointCount": len(ends),
    }
