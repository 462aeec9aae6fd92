"""Services of Cloud Run: each change makes a revision, which takes the traffic; the address is there from the
start."""

from __future__ import annotations

import hashlib
from typing import Any

from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.run import common, revisions
from emulator.wire.errors import failed_precondition

JSON = dict[str, Any]

CODES = {
    "us-central1": "uc",
    "us-east1": "ue",
    "us-east4": "uk",
    "us-west1": "uw",
    "europe-west1": "ew",
    "europe-west2": "nw",
    "europe-west3": "ey",
    "europe-west4": "ez",
    "europe-north1": "lz",
    "asia-east1": "de",
    "asia-northeast1": "an",
    "asia-southeast1": "as",
}
"""Region to its code in addresses, as seen in the wild; Google lists them nowhere."""


def uri(project_number: str, region: str, ident: str) -> str:
    """The address: always the same for the same project, region and name."""
    digest = hashlib.sha256(f"{project_number}/{region}".encode()).digest()
    mark = "".join("abcdefghijklmnopqrstuvwxyz234567"[b % 32] for b in digest[:10])
    return f"https://{ident}-{mark}-{CODES.get(region, region[:2])}.a.run.app"


def _defaults(ctx: Context, body: JSON) -> JSON:
    template = body.setdefault("template", {})
    common.fill_containers(template)
    body["template"] = {
        "timeout": "300s",
        "serviceAccount": common.account(ctx),
        "executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2",
        "maxInstanceRequestConcurrency": 80,
        **template,
    }
    return {"launchStage": "GA", "ingress": "INGRESS_TRAFFIC_ALL"}


def _made(ctx: Context, name: str, service: JSON) -> JSON:
    common.check_template(ctx, name, service["template"])
    return running(ctx, name, common.born(ctx, service))


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    common.check_template(ctx, name, after["template"])
    if ctx.store.meta("run", name).get("function") and ctx.label == "run" and before["template"] != after["template"]:
        raise failed_precondition(f"{name} belongs to a function: change the function.")
    return running(ctx, name, common.changed(ctx, before, after))


def running(ctx: Context, name: str, service: JSON) -> JSON:
    """A service with its address, its newest revision and where its traffic goes."""
    _, project, _, region, _, ident = name.split("/")
    number = ctx.projects.number_of(project)
    address = uri(number, region, ident)
    revision = revisions.name_of(ctx, name, service)
    latest: JSON = {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}
    traffic = service.get("traffic") or [latest]
    return {
        **service,
        "traffic": traffic,
        "trafficStatuses": [dict(t) for t in traffic],
        "latestReadyRevision": revision,
        "latestCreatedRevision": revision,
        "observedGeneration": service["generation"],
        "conditions": [common.ready(ctx, "RoutesReady"), common.ready(ctx, "ConfigurationsReady")],
        "uri": address,
        "urls": [f"https://{ident}-{number}.{region}.run.app", address],
    }


OBSERVED = (
    "traffic",
    "trafficStatuses",
    "latestReadyRevision",
    "latestCreatedRevision",
    "observedGeneration",
    "conditions",
    "uri",
    "urls",
)
"""What the metadata of an operation leaves out of a service: it is the service as the change was accepted, before it
has been rolled out."""


def _kept(ctx: Context, name: str, service: JSON) -> None:
    revisions.make(ctx, name, service)


def _update_kept(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    made = _updated(ctx, name, before, after)
    if not ctx.call.flag("validateOnly"):
        revisions.make(ctx, name, made)
    return made


RESOURCES = {
    "services": Resource(
        id_pattern=common.ID,
        defaults=_defaults,
        on_create=_made,
        after_create=_kept,
        on_update=_update_kept,
        deleted="resource",
        keep=("useDefault", "minInstanceCount", "percent"),
        unfilled=("deleteTime", "expireTime"),
    ),
}
METHODS: dict[str, Handler] = {}


def make(ctx: Context, name: str, service: JSON) -> JSON:
    """A service that another service (Cloud Functions) needs, or its change; as stored."""
    held = ctx.store.get("run", name)
    now = ctx.now()
    service["template"] = {"executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2", **service["template"]}
    common.fill_containers(service["template"])
    body = {"name": name, "launchStage": "GA", **service, "updateTime": now, "etag": ctx.ids.etag()}
    if held is None:
        made = running(ctx, name, common.born(ctx, {**body, "uid": ctx.ids.uuid(), "createTime": now}))
    else:
        made = running(ctx, name, common.changed(ctx, held, {**held, **body}))
    ctx.store.put("run", name, made, {"function": True})
    revisions.make(ctx, name, made)
    return made
