"""Version 1 of the API: services in the form of Knative, which `gcloud run services list` and `describe` read, and
which may be made, replaced and deleted in that form too. What is done is done by version 2.

https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.exchange import Request
from emulator.resource import Handler
from emulator.services.run import manifest
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]


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
    items = [_shown(ctx, n) for n in _names(ctx, call)]
    return {"apiVersion": "serving.knative.dev/v1", "kind": "ServiceList", "metadata": {}, "items": items}


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One service."""
    return _shown(ctx, _found(ctx, call))


def _shown(ctx: Context, name: str) -> JSON:
    number = ctx.projects.number_of(name.split("/")[1])
    return manifest.first(name, ctx.need(name, "projects.locations.services"), number)


def _found(ctx: Context, call: Call) -> str:
    """The one service that the path means; 404 without."""
    ident, region = call.target.rsplit("/", 1)[-1], _region(call)
    for name in _names(ctx, call):
        if name.endswith(f"/services/{ident}") and region in ("", name.split("/")[3]):
            return name
    raise ctx.not_found(call.target, "namespaces.services")


def _region(call: Call) -> str:
    """The region that a call names: in its path, its regional host, or the manifest's label; empty if it does not."""
    segments = call.target.split("/")
    if "locations" in segments:
        return segments[segments.index("locations") + 1]
    host = _REGIONAL.match(call.headers.get("host", ""))
    labels = (call.body.get("metadata") or {}).get("labels") or {}
    return host[1] if host else str(labels.get(manifest.PLACE, ""))


def create(ctx: Context, call: Call) -> JSON | Answer:
    """A service from its manifest."""
    meta = call.body.get("metadata") or {}
    region = _region(call)
    if not region:
        raise invalid(
            "No region: call https://REGION-run.googleapis.com, or say it in metadata.labels["
            f"{manifest.PLACE}] or in the path (projects/PROJECT/locations/REGION/services).",
            field_path="metadata.labels",
        )
    segments = call.target.split("/")
    project = ctx.projects.require(segments[1], "run")
    place = f"projects/{project.id}/locations/{region}"
    _second(ctx, "POST", f"{place}/services", f"serviceId={quote(str(meta.get('name', '')))}")
    return _shown(ctx, f"{place}/services/{meta.get('name')}")


def replace(ctx: Context, call: Call) -> JSON | Answer:
    """Another manifest for a service that is there; 409 where it was made for another version of it."""
    name = _found(ctx, call)
    held = str((ctx.store.get("run", name) or {}).get("etag", "")).strip('"')
    based = str((call.body.get("metadata") or {}).get("resourceVersion") or held)
    if based != held:
        raise GoogleError("ABORTED", f"Conflict for resource '{name.rsplit('/', 1)[-1]}': version '{based}' is old.")
    _second(ctx, "PATCH", name, "updateMask=" + ",".join(_CHANGED))
    return _shown(ctx, name)


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """A service goes, with its revisions."""
    name = _found(ctx, call)
    _second(ctx, "DELETE", name, "")
    return {"status": "Success", "details": {"name": name.rsplit("/", 1)[-1], "kind": "services"}}


def _second(ctx: Context, http: str, path: str, query: str) -> None:
    """The same by version 2, whose refusal is ours."""
    body = json.dumps(manifest.second(ctx.call.body)).encode() if http != "DELETE" else b""
    answer = ctx.cloud.handle(Request(http, f"/run/v2/{path}", query, {"content-type": "application/json"}, body))
    if answer.status >= 400:
        error = json.loads(answer.body)["error"]
        raise GoogleError(error["status"], error["message"], code=error["code"])


_CHANGED = ("labels", "annotations", "description", "ingress", "template", "traffic")
_REGIONAL = re.compile(r"([a-z]+-[a-z]+\d+)-run\.")


def by_version(first: Handler, second: Handler) -> Handler:
    """Both versions name their methods alike: v1 takes the first handler, v2 the second."""

    def run(ctx: Context, call: Call) -> JSON | Answer | None:
        return (first if call.api.version == "v1" else second)(ctx, call)

    return run


_KINDS = ("jobs", "workerpools", "instances", "domainmappings", "executions", "revisions")

# Jobs and the rest are changed through v2.
METHODS: dict[str, Handler] = {
    **{f"namespaces.{kind}.{verb}": standard.refused for kind in _KINDS for verb in ("create", "delete")},
    "namespaces.services.create": create,
    "namespaces.services.replaceService": replace,
    "namespaces.services.delete": delete,
    "projects.locations.services.create": by_version(create, standard.create),
    "projects.locations.services.replaceService": replace,
    "projects.locations.services.delete": by_version(delete, standard.delete),
    "namespaces.services.list": list_,
    "namespaces.services.get": get,
    "projects.locations.services.list": by_version(list_, standard.list_),
    "projects.locations.services.get": by_version(get, standard.get),
}
