"""Version 1 of the API: services in the form of Knative, which `gcloud run services list` and `describe` read.
Nothing is changed through it.

https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
"""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler

JSON = dict[str, Any]


def _service(ctx: Context, name: str, body: JSON) -> JSON:
    _, project, _, region, _, ident = name.split("/")
    template = body.get("template", {})
    spec: JSON = {
        "containerConcurrency": template.get("maxInstanceRequestConcurrency"),
        "timeoutSeconds": int(float(str(template.get("timeout", "300s")).removesuffix("s"))),
        "serviceAccountName": template.get("serviceAccount"),
        "containers": template.get("containers") or [],
    }
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": body.get("updateTime")}
        for kind in ("Ready", "ConfigurationsReady", "RoutesReady")
    ]
    latest = str(body.get("latestReadyRevision", "")).rsplit("/", 1)[-1]
    traffic = [{"latestRevision": True, "percent": 100}]
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": ident,
            "namespace": ctx.projects.number_of(project),
            "uid": body.get("uid"),
            "generation": int(body.get("generation", "1")),
            "resourceVersion": str(body.get("etag", "")).strip('"'),
            "creationTimestamp": body.get("createTime"),
            "selfLink": f"/apis/serving.knative.dev/v1/namespaces/{ctx.projects.number_of(project)}/services/{ident}",
            "labels": {**body.get("labels", {}), "cloud.googleapis.com/location": region},
            "annotations": {**body.get("annotations", {}), "serving.knative.dev/creator": body.get("creator")},
        },
        "spec": {"template": {"metadata": {"name": latest, "annotations": {}}, "spec": spec}, "traffic": traffic},
        "status": {
            "observedGeneration": int(body.get("generation", "1")),
            "conditions": conditions,
            "latestReadyRevisionName": latest,
            "latestCreatedRevisionName": latest,
            "url": body.get("uri"),
            "address": {"url": body.get("uri")},
            "traffic": [{**traffic[0], "revisionName": latest}],
        },
    }


def _names(ctx: Context, call: Call) -> list[str]:
    """The services that a path means: of a project's namespace in all regions, or of a location."""
    segments = call.target.split("/")
    project = ctx.projects.require(
        segments[segments.index("namespaces") + 1] if "namespaces" in segments else segments[1], "run"
    )
    region = segments[segments.index("locations") + 1] if "locations" in segments else "-"
    return ctx.store.names("run", f"projects/{project.id}/locations/{region}/services")


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """All services."""
    items = [_service(ctx, n, b) for n in _names(ctx, call) if (b := ctx.store.get("run", n)) is not None]
    return {"apiVersion": "serving.knative.dev/v1", "kind": "ServiceList", "metadata": {}, "items": items}


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One service."""
    ident = call.target.rsplit("/", 1)[-1]
    for name in _names(ctx, call):
        body = ctx.store.get("run", name)
        if name.endswith(f"/services/{ident}") and body is not None:
            return _service(ctx, name, body)
    raise ctx.not_found(call.target, "namespaces.services")


def by_version(first: Handler, second: Handler) -> Handler:
    """Both versions name their methods alike: v1 takes the first handler, v2 the second."""

    def run(ctx: Context, call: Call) -> JSON | Answer | None:
        return (first if call.api.version == "v1" else second)(ctx, call)

    return run


_KINDS = ("services", "jobs", "workerpools", "instances", "domainmappings", "executions", "revisions")

# Changes go through v2.
METHODS: dict[str, Handler] = {
    **{f"namespaces.{kind}.{verb}": standard.refused for kind in _KINDS for verb in ("create", "delete")},
    "projects.locations.services.create": by_version(standard.refused, standard.create),
    "projects.locations.services.delete": by_version(standard.refused, standard.delete),
    "namespaces.services.list": list_,
    "namespaces.services.get": get,
    "projects.locations.services.list": by_version(list_, standard.list_),
    "projects.locations.services.get": by_version(get, standard.get),
}
