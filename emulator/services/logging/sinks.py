"""Sinks and exclusions. A sink writes as a service account that somebody must let write to the destination: making
the sink does not fail
without that grant, its exports do (`entries`). https://cloud.google.com/logging/docs/export/configure_export_v2"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.logging.buckets import feed
from emulator.services.logging.settings import writer
from emulator.wire import mask
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]

_DESTINATION = re.compile(
    r"storage\.googleapis\.com/[a-z0-9._-]+|bigquery\.googleapis\.com/projects/[^/]+/datasets/\w+|"
    r"pubsub\.googleapis\.com/projects/[^/]+/topics/[^/]+|logging\.googleapis\.com/projects/[^/]+|"
    r"logging\.googleapis\.com/(?:projects|folders|organizations|billingAccounts)/[^/]+/locations/[^/]+/buckets/[^/]+"
)
SHARED = "serviceAccount:cloud-logs@system.gserviceaccount.com"
"""Who writes for a project's sink made without `uniqueWriterIdentity`."""
_AUDIT = (
    'LOG_ID("cloudaudit.googleapis.com/activity") OR LOG_ID("externalaudit.googleapis.com/activity") OR '
    'LOG_ID("cloudaudit.googleapis.com/system_event") OR LOG_ID("externalaudit.googleapis.com/system_event") OR '
    'LOG_ID("cloudaudit.googleapis.com/access_transparency") OR '
    'LOG_ID("externalaudit.googleapis.com/access_transparency")'
)
_NOT_AUDIT = " AND ".join(f"NOT {part}" for part in _AUDIT.split(" OR "))


def _find(ctx: Context, name: str) -> JSON | None:
    del ctx
    container, _, ident = name.partition("/sinks/")
    if ident not in ("_Default", "_Required") or container.count("/") != 1:
        return None
    return {
        "name": ident,
        "destination": f"logging.googleapis.com/{container}/locations/global/buckets/{ident}",
        "filter": _AUDIT if ident == "_Required" else _NOT_AUDIT,
    }


def _builtin(ctx: Context, collection: str) -> Iterable[str]:
    del ctx
    return [f"{collection}/_Required", f"{collection}/_Default"]


def bucket_of(destination: str) -> str:
    """The log bucket that a sink writes to, or the empty string."""
    name = destination.removeprefix("logging.googleapis.com/")
    return name if "/buckets/" in name and name != destination else ""


def _identity(ctx: Context, name: str, sink: JSON) -> str:
    """Who writes for a sink; nobody in particular into a bucket of the same project."""
    container = "/".join(name.split("/")[:2])
    bucket = ctx.canonical(bucket_of(str(sink["destination"])))
    if bucket.startswith(container + "/") and container.startswith("projects/"):
        return ""
    custom = ctx.call.arg("customWriterIdentity")
    if custom:
        if not bucket:
            raise invalid(
                "A custom writer identity goes only with a log bucket in another project.",
                field_path="custom_writer_identity",
            )
        return custom
    if container.startswith("projects/") and not ctx.call.flag("uniqueWriterIdentity"):
        return SHARED
    return f"serviceAccount:{writer(ctx, container)}"


def _made(ctx: Context, name: str, sink: JSON) -> JSON:
    return _with_identity(ctx, name, sink)


def _check(ctx: Context, sink: JSON) -> None:
    destination = str(sink.get("destination", ""))
    if not _DESTINATION.fullmatch(destination):
        raise invalid(f"Unsupported destination: {destination[:200]}", field_path="sink.destination")
    bucket = ctx.canonical(bucket_of(destination))
    if bucket.startswith("projects/") and ctx.projects.find(bucket.split("/")[1]) is not None:
        ctx.need(bucket, "projects.locations.buckets")
        feed(ctx, bucket)
    if len(sink.get("exclusions") or []) > 50:
        raise invalid("A sink has at most 50 exclusions.", field_path="sink.exclusions")


def _with_identity(ctx: Context, name: str, sink: JSON) -> JSON:
    _check(ctx, sink)
    sink.pop("writerIdentity", None)
    who = _identity(ctx, name, sink)
    for exclusion in sink.get("exclusions") or []:
        exclusion.setdefault("createTime", ctx.now())
        exclusion.setdefault("updateTime", exclusion["createTime"])
    return {**sink, **({"writerIdentity": who} if who else {})}


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    if name.endswith("/_Required"):
        raise failed_precondition("The sink _Required cannot be modified.")
    unique = f"serviceAccount:{writer(ctx, '/'.join(name.split('/')[:2]))}"
    if before.get("writerIdentity") == unique and ctx.call.arg("uniqueWriterIdentity").lower() == "false":
        raise invalid(
            "unique_writer_identity cannot be changed from true to false.", field_path="unique_writer_identity"
        )
    moved = before.get("destination") != after.get("destination")
    if before.get("writerIdentity") and not moved and not ctx.call.flag("uniqueWriterIdentity"):
        _check(ctx, after)
        return {**after, "writerIdentity": before["writerIdentity"]}
    return _with_identity(ctx, name, after)


def _deleted(ctx: Context, name: str, sink: JSON) -> None:
    del ctx, sink
    if name.rsplit("/", 1)[-1] in ("_Default", "_Required"):
        raise failed_precondition(f"The sink {name.rsplit('/', 1)[-1]} cannot be deleted.")


def update(ctx: Context, call: Call) -> JSON | Answer:
    """Without a mask the destination, the filter and `includeChildren` are replaced, the rest if it is sent."""
    text = call.arg("updateMask")
    paths = mask.parse(text)
    if not paths:
        paths = tuple(dict.fromkeys(("destination", "filter", "includeChildren", *call.body)))
    return standard.update_named(ctx, call.target, dict(call.body), ",".join(p for p in paths if p != "name"))


def _view_exclusion(ctx: Context, name: str, body: JSON) -> JSON:
    del ctx
    return {**body, "name": name.rsplit("/", 1)[-1]}


RESOURCES = {
    "sinks": Resource(
        id_pattern=r"[A-Za-z0-9_.-]{1,100}",
        short_name=True,
        find=_find,
        builtin=_builtin,
        on_create=_made,
        on_update=_updated,
        on_delete=_deleted,
        output_only=("writerIdentity",),
        optional=("name",),
    ),
    "exclusions": Resource(
        id_pattern=r"[A-Za-z][A-Za-z0-9_.-]{0,99}",
        short_name=True,
        required=("filter",),
        view=_view_exclusion,
    ),
    "logScopes": Resource(),
    "savedQueries": Resource(),
}
METHODS: dict[str, Handler] = {"sinks.update": update, "sinks.patch": update}
