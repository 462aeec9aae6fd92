"""Model Garden: publishers' models, and their deployment in one call:
https://cloud.google.com/vertex-ai/generative-ai/docs/model-garden/explore-models."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.aiplatform import endpoints, models
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

PUBLISHED: dict[str, tuple[str, ...]] = {
    "google": ("gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro", "gemma3", "text-embedding-005",
        "gemini-embedding-001"),
    "meta": ("llama3-3", "llama4"),
    "mistralai": ("mistral-small-3.1",),
    "anthropic": ("claude-sonnet-4",),
}  # fmt: skip
"""A few publishers' models, for lists. Others are taken as well: which exist is a matter of the day."""

_NAME = re.compile(r"publishers/([a-z0-9-]+)/models/([A-Za-z0-9._-]+)(?:@([A-Za-z0-9._-]+))?")
_NEEDS_EULA = re.compile(r"publishers/(google/models/gemma|meta/models/|mistral)")
"""Models whose licence must be accepted before they are deployed."""
DEFAULT_RESOURCES: JSON = {
    "machineSpec": {"machineType": "g2-standard-12", "acceleratorType": "NVIDIA_L4", "acceleratorCount": 1},
    "minReplicaCount": 1,
    "maxReplicaCount": 1,
}
"""What a deployment gets that says nothing of its machines."""


def deploy(ctx: Context, call: Call) -> JSON | Answer:
    """Makes a model and an endpoint, and deploys the one to the other."""
    body, place = call.body, call.target
    publisher, hugging = str(body.get("publisherModelName", "")), str(body.get("huggingFaceModelId", ""))
    if bool(publisher) == bool(hugging):
        raise invalid(
            "Exactly one of publisher_model_name and hugging_face_model_id must be set.", field_path="artifacts"
        )
    if publisher and not _NAME.fullmatch(publisher):
        raise invalid(f"Invalid publisher model name '{publisher}'.", field_path="publisher_model_name")
    model_config, endpoint_config = body.get("modelConfig", {}), body.get("endpointConfig", {})
    if _NEEDS_EULA.match(publisher) and not model_config.get("acceptEula") and not _accepted(ctx, place, publisher):
        raise failed_precondition(
            f"The End User License Agreement of {publisher} has not been accepted: set model_config.accept_eula."
        )
    resources = body.get("deployConfig", {}).get("dedicatedResources") or DEFAULT_RESOURCES
    wanted: JSON = {"dedicatedResources": {**resources}}
    if body.get("deployConfig", {}).get("systemLabels"):
        wanted["systemLabels"] = body["deployConfig"]["systemLabels"]
    endpoints.check_resources(wanted)
    endpoints.check_quota(ctx, place, wanted)
    ident = (publisher or hugging).rsplit("/", 1)[-1].replace("@", "-")
    model_name = f"{place}/models/{model_config.get('modelUserId') or ctx.ids.digits(19)}"
    name = f"{place}/endpoints/{endpoint_config.get('endpointUserId') or f'mg-endpoint-{ctx.ids.uuid()}'}"
    for taken in (model_name, name):
        if ctx.store.has(ctx.label, taken):
            raise ctx.exists(taken, "projects.locations.endpoints")
    display = model_config.get("modelDisplayName") or f"{ident}-mg-one-click-deploy"
    source = {"publicModelName": publisher} if publisher else {}
    model: JSON = {"displayName": display, **({"baseModelSource": {"modelGardenSource": source}} if source else {})}
    if "containerSpec" in model_config:
        model["containerSpec"] = model_config["containerSpec"]
    models.store(ctx, model_name, model)
    private = {"privateServiceConnectConfig", "labels", "dedicatedEndpointEnabled"}
    now = ctx.now()
    endpoint: JSON = endpoints.made(
        ctx,
        name,
        {
            "name": name,
            "displayName": endpoint_config.get("endpointDisplayName") or f"{ident}-mg-one-click-deploy",
            **{k: endpoint_config[k] for k in private if k in endpoint_config},
            "createTime": now,
            "updateTime": now,
            "etag": ctx.ids.etag(),
        },
    )
    deployed = endpoints.attach(
        ctx, name, endpoint, {**wanted, "model": model_name, "displayName": display, "modelVersionId": "1"}
    )
    ctx.put(
        name,
        {**endpoint, "deployedModels": [deployed], "trafficSplit": {deployed["id"]: 100}},
        {"publisher": publisher},
    )
    answer = {"endpoint": ctx.shown_name(name), "model": f"{ctx.shown_name(model_name)}@1"}
    if publisher:
        answer["publisherModel"] = publisher
    return ctx.start(name, answer, verb="deploy", kind="DeployResponse")


# ---- licences -------------------------------------------------------------------------------------------------------
def _eula(project: str, model: str) -> str:
    return f"projects/{project}/modelGardenEula/{model.partition('@')[0].replace('/', '-')}"


def _accepted(ctx: Context, place: str, model: str) -> bool:
    return ctx.store.has(ctx.label, _eula(place.split("/")[1], model))


def accept_eula(ctx: Context, call: Call) -> JSON | Answer:
    """Accepts a model's licence for a project."""
    model = str(call.body.get("publisherModel", ""))
    if not _NAME.fullmatch(model):
        raise invalid(f"Invalid publisher model name '{model}'.", field_path="publisher_model")
    project = call.target.split("/")[1]
    ctx.put(_eula(project, model), {"publisherModel": model})
    return _acceptance(ctx, project, model, accepted=True)


def check_eula(ctx: Context, call: Call) -> JSON | Answer:
    """Whether a model's licence has been accepted."""
    model, project = str(call.body.get("publisherModel", "")), call.target.split("/")[1]
    return _acceptance(ctx, project, model, accepted=_accepted(ctx, call.target, model))


def _acceptance(ctx: Context, project: str, model: str, *, accepted: bool) -> JSON:
    body: JSON = {"projectNumber": ctx.projects.number_of(project), "publisherModel": model}
    return body | ({"publisherModelEulaAcked": True} if accepted else {})


# ---- publishers' models ---------------------------------------------------------------------------------------------
def _published(name: str) -> JSON:
    found = _NAME.fullmatch(name)
    return {
        "name": name.partition("@")[0],
        "versionId": (found[3] if found and found[3] else "default"),
        "openSourceCategory": "PROPRIETARY"
        if name.startswith("publishers/google/models/gemini")
        else "GOOGLE_OWNED_OSS",
        "launchStage": "GA",
        "publisherModelTemplate": "projects/{project}/locations/{location}/" + name.partition("@")[0],
    }


def get_publisher_model(ctx: Context, call: Call) -> JSON | Answer:
    """One model, if its publisher is known."""
    del ctx
    found = _NAME.fullmatch(call.target)
    if found is None or found[1] not in PUBLISHED:
        raise not_found(f"Publisher Model `{call.target}` is not found.")
    return _published(call.target)


def list_publisher_models(ctx: Context, call: Call) -> JSON | Answer:
    """A few."""
    publisher = call.target.split("/")[1]
    names = [
        f"publishers/{p}/models/{m}" for p, found in PUBLISHED.items() if publisher in ("*", "-", p) for m in found
    ]
    return standard.paged(ctx, [_published(n) for n in names])


# ---- cache configuration --------------------------------------------------------------------------------------------
def get_cache_config(ctx: Context, call: Call) -> JSON | Answer:
    """Every project has one; caching is on unless it is switched off."""
    held = ctx.store.get(ctx.label, call.target) or {}
    return {**held, "name": ctx.shown_name(call.target)}


def update_cache_config(ctx: Context, call: Call) -> JSON | Answer:
    """Switches caching off or on."""
    body = {k: v for k, v in call.body.items() if k != "name"}
    ctx.put(call.target, body)
    answer = {**body, "name": ctx.shown_name(call.target)}
    return ctx.start(call.target, answer, verb="update", kind="CacheConfig", done=True)
