"""What the server fills in for each kind of resource, and what each of its operations ends with."""

from __future__ import annotations

import re
from typing import Any

from emulator import cmek
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import DONE_OPERATION, CreateHook, Resource
from emulator.services.aiplatform import endpoints, indexes, jobs, lro, models, notebooks
from emulator.wire.errors import invalid

JSON = dict[str, Any]

AGENT = "gcp-sa-aiplatform"
"""Domain of Vertex AI's service agent."""


def digits(ctx: Context) -> str:
    """The id of what the server names."""
    return ctx.ids.digits(19)


def check_key(ctx: Context, name: str, resource: JSON) -> None:
    """A key of the customer's must be open to Vertex AI's agent and lie in the same location."""
    key = resource.get("encryptionSpec", {}).get("kmsKeyName")
    segments = name.split("/")
    if not key or len(segments) < 4:
        return
    member = cmek.agent(ctx, segments[1], AGENT)
    who = member.partition(":")[2]
    text = (
        f"Vertex AI's service agent {who} may not use the key {key}: "
        "grant it roles/cloudkms.cryptoKeyEncrypterDecrypter on it."
    )
    cmek.require_key(ctx, str(key), member, message=text, location=segments[3])


def _key_then(then: CreateHook | None) -> CreateHook:
    def hook(ctx: Context, name: str, resource: JSON) -> JSON | None:
        check_key(ctx, name, resource)
        return then(ctx, name, resource) if then is not None else None

    return hook


def _kind(on_create: CreateHook | None = None, **more: Any) -> Resource:
    """A kind whose deletion is an operation that is done at once, whose id the server makes if the client does
    not."""
    said: dict[str, Any] = {
        "server_id": digits,
        "delete": DONE_OPERATION,
        "immutable": ("encryptionSpec",),
        "ended": lro.WITHOUT_TIMES,
        "on_create": _key_then(on_create),
    }
    return Resource(**(said | more))


# ---- datasets -------------------------------------------------------------------------------------------------------
_SCHEMA = re.compile(r".*/dataset/metadata/(\w+?)_([\d.]+)\.yaml")


def _dataset(ctx: Context, name: str, dataset: JSON) -> JSON:
    """Where its items are described and kept."""
    known = _SCHEMA.fullmatch(str(dataset.get("metadataSchemaUri", "")))
    if known is None:
        raise invalid(
            f"Invalid metadata schema URI '{dataset.get('metadataSchemaUri', '')}'.",
            field_path="dataset.metadata_schema_uri",
        )
    made = dataset.get("metadata")
    items = f"gs://google-cloud-aiplatform/schema/dataset/dataitem/{known[1]}_{known[2]}.yaml"
    metadata = {
        "dataItemSchemaUri": items,
        "gcsBucket": f"cloud-ai-platform-{ctx.ids.uuid()}",
        **(made if isinstance(made, dict) else {}),
    }
    place = "/".join(ctx.shown_name(name).split("/")[:4])
    return {
        **dataset,
        "metadata": metadata,
        "metadataArtifact": f"{place}/metadataStores/default/artifacts/{ctx.ids.uuid()}",
    }


def _dataset_ended(ctx: Context, verb: str, view: JSON) -> JSON:
    if verb != "create":
        return view
    view = lro.without("metadataArtifact", "createTime", "updateTime", "etag")(ctx, verb, view)
    known = _SCHEMA.fullmatch(str(view.get("metadataSchemaUri", "")))
    view["metadata"] = {k: v for k, v in view["metadata"].items() if k != "gcsBucket"}
    label = {"aiplatform.googleapis.com/dataset_metadata_schema": known[1].upper() if known else ""}
    return {**view, "labels": {**view.get("labels", {}), **label}}


# ---- stores of features and of metadata -----------------------------------------------------------------------------
def _stable(ctx: Context, name: str, store: JSON) -> JSON:
    del ctx, name
    return {**store, "state": "STABLE"}


def _metadata_view(ctx: Context, name: str, store: JSON) -> JSON:
    del name
    return {**store, "state": {"diskUtilizationBytes": "1"}} if ctx.call.verb in ("get", "list") else store


def batch_create_features(ctx: Context, call: Call) -> JSON | Answer:
    """Several features at once."""
    parent = call.target.removesuffix("/features")
    ctx.need(parent, call.collection.rsplit(".", 1)[0])
    made: list[JSON] = []
    for request in call.body.get("requests") or []:
        name = f"{call.target}/{request.get('featureId', '')}"
        if ctx.store.has(ctx.label, name) or not request.get("featureId"):
            raise ctx.exists(name)
        now = ctx.now()
        body = {
            **request.get("feature", {}),
            "name": name,
            "createTime": now,
            "updateTime": now,
            "etag": ctx.ids.etag(),
        }
        ctx.put(name, body)
        made.append(lro.only_name(ctx, "create", ctx.show(name, body)))
    return ctx.start(parent, {"features": made}, verb="batchCreateFeatures", kind="BatchCreateFeaturesResponse")


# ---- tensorboards ---------------------------------------------------------------------------------------------------
def _tensorboard(ctx: Context, name: str, board: JSON) -> JSON:
    del name
    return {**board, "blobStoragePathPrefix": f"cloud-ai-platform-{ctx.ids.uuid()}"}


def _find_tensorboard(ctx: Context, name: str) -> JSON | None:
    """Only numbers name a tensorboard: anything else is no name at all."""
    del ctx
    if name.rsplit("/", 1)[-1].isdigit():
        return None
    raise invalid("List of found errors:\t1.Field: name; Message: Invalid Tensorboard resource name.\t")


def _pool(ctx: Context, name: str, pool: JSON) -> JSON:
    del ctx, name
    return {**pool, "satisfiesPzi": True, "satisfiesPzs": True}


def _cached(ctx: Context, body: JSON) -> JSON:
    """`ttl` is how long from now; an hour unless it is said."""
    if "expireTime" in body and "ttl" not in body:
        return {}
    seconds = float(str(body.pop("ttl", "3600s")).removesuffix("s"))
    body.pop("expireTime", None)
    return {"expireTime": ctx.ids.at(ctx.ids.clock() + seconds)}


def _running(ctx: Context, name: str, body: JSON) -> JSON:
    del ctx, name
    return {**body, "state": "RUNNING"}


def _monitoring(ctx: Context, name: str, body: JSON) -> JSON:
    del ctx, name
    return {**body, "state": "JOB_STATE_RUNNING", "scheduleState": "RUNNING"}


_BY_NAME = {"ended": lro.only_name}
_WHOLE: dict[str, Any] = {"ended": None}
_DIRECT: dict[str, Any] = {"delete": "", "ended": None}

RESOURCES: dict[str, Resource] = {
    "endpoints": _kind(
        endpoints.made,
        id_pattern=r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        on_update=endpoints.changed,
        on_delete=endpoints.refuse_deployed,
        view=endpoints.view,
        output_only=("deployedModels", "dedicatedEndpointDns"),
    ),
    "projects.locations.models": _kind(
        None, on_delete=models.refuse_deployed, mask_required=True, on_update=models.changed, view=models.view
    ),
    "datasets": _kind(
        _dataset, optional=("metadata",), ended=_dataset_ended, immutable=("encryptionSpec", "metadataSchemaUri")
    ),
    "datasetVersions": _kind(**_BY_NAME),
    "deploymentResourcePools": _kind(_pool, id_pattern=r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", **_WHOLE),
    "featurestores": _kind(_stable, id_pattern=r"[a-z_][a-z0-9_]{0,59}", **_BY_NAME),
    "featureOnlineStores": _kind(_stable, id_pattern=r"[a-z_][a-z0-9_]{0,59}", **_WHOLE),
    "featureViews": _kind(id_pattern=r"[a-z_][a-z0-9_]{0,59}", **_BY_NAME),
    "featureGroups": _kind(id_pattern=r"[a-z_][a-z0-9_]{0,127}", **_BY_NAME),
    "featureMonitors": _kind(**_BY_NAME),
    "entityTypes": _kind(id_pattern=r"[a-z_][a-z0-9_]{0,59}", **_BY_NAME),
    "features": _kind(**_BY_NAME),
    "metadataStores": _kind(view=_metadata_view, ended=lro.without("createTime", "updateTime")),
    "artifacts": _kind(**_WHOLE),
    "contexts": _kind(**_WHOLE),
    "executions": _kind(**_WHOLE),
    "metadataSchemas": _kind(**_DIRECT),
    "tensorboards": _kind(
        _tensorboard,
        find=_find_tensorboard,
        update=DONE_OPERATION,
        output_only=("blobStoragePathPrefix",),
        ended=lro.without("blobStoragePathPrefix", "createTime", "updateTime", "etag", "labels"),
    ),
    "experiments": _kind(output_only=("source",)),
    "runs": _kind(),
    "timeSeries": _kind(),
    "indexes": _kind(indexes.made, on_delete=indexes.refuse_deployed, optional=("metadata",), **_BY_NAME),
    "indexEndpoints": _kind(indexes.endpoint_made, on_delete=indexes.refuse_busy, **_BY_NAME),
    "exampleStores": _kind(**_WHOLE),
    "notebookRuntimeTemplates": _kind(defaults=notebooks.template, create=DONE_OPERATION, **_BY_NAME),
    "notebookRuntimes": _kind(),
    "notebookExecutionJobs": _kind(jobs.pending, view=jobs.view),
    "schedules": _kind(jobs.scheduled, mask_required=True),
    "pipelineJobs": _kind(jobs.pipeline, view=jobs.view),
    "customJobs": _kind(jobs.pending, view=jobs.view),
    "hyperparameterTuningJobs": _kind(jobs.pending, view=jobs.view),
    "batchPredictionJobs": _kind(jobs.pending, view=jobs.view),
    "dataLabelingJobs": _kind(jobs.pending, view=jobs.view),
    "nasJobs": _kind(jobs.pending, view=jobs.view),
    "tuningJobs": _kind(jobs.pending, view=jobs.view),
    "trainingPipelines": _kind(jobs.pending, view=jobs.view),
    "modelDeploymentMonitoringJobs": _kind(_monitoring),
    "modelMonitors": _kind(**_WHOLE),
    "modelMonitoringJobs": _kind(jobs.pending, view=jobs.view, delete=DONE_OPERATION),
    "persistentResources": _kind(_running, **_WHOLE),
    "reasoningEngines": _kind(**_WHOLE),
    "ragCorpora": _kind(**_WHOLE),
    "specialistPools": _kind(**_WHOLE),
    "cachedContents": _kind(defaults=_cached, input_only=("ttl",), **_DIRECT),
    "studies": _kind(**_DIRECT),
    "trials": _kind(**_DIRECT),
    "evaluationSets": _kind(),
    "evaluationItems": _kind(),
    "evaluationRuns": _kind(),
}
"""The deletion of what is listed with `_DIRECT` answers at once, without an operation."""

__all__ = ["RESOURCES", "batch_create_features", "check_key"]
