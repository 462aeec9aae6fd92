"""Cloud Logging v2: https://cloud.google.com/logging/docs/reference/v2/rest. Buckets, views, links, sinks, exclusions,
metrics, settings, and entries."""

from __future__ import annotations

from typing import Any

from emulator.context import Context, Started
from emulator.service import Service
from emulator.services.logging import buckets, entries, metrics, settings, sinks

JSON = dict[str, Any]


def _not_found(ctx: Context, kind: str, name: str) -> str:
    del ctx
    ident = name.rsplit("/", 1)[-1]
    if kind == "LogBucket":
        return f"Bucket `{ident}` in location `{name.split('/')[3]}` does not exist"
    text = {
        "LogSink": f"Sink {ident} does not exist",
        "LogMetric": f"Metric {ident} does not exist.",
        "LogExclusion": f"Exclusion {name} does not exist",
        "LogView": f"View {ident} does not exist",
    }
    return text.get(kind, f"{name} does not exist")


def _exists(ctx: Context, kind: str, name: str) -> str:
    del ctx
    return f"{kind.removeprefix('Log')} {name.rsplit('/', 1)[-1]} already exists"


def _operation_name(ctx: Context, started: Started) -> str:
    """`<parent>/locations/<location>/operations/<id>`, a project spelled by its number."""
    place = "/".join(ctx.projects.by_number(started.target).split("/")[:4])
    return f"{place}/operations/{started.id}"


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """LinkMetadata or BucketMetadata: the request, and how far it is."""
    noun = "Link" if started.kind == "Link" else "Bucket"
    body: JSON = {
        "@type": f"type.googleapis.com/google.logging.v2.{noun}Metadata",
        "startTime": started.created,
        "state": "OPERATION_STATE_SUCCEEDED" if done else "OPERATION_STATE_SCHEDULED",
        f"{started.verb}{noun}Request": _request(ctx, started, noun.lower()),
    }
    return body | {"endTime": ctx.now()} if done else body


def _request(ctx: Context, started: Started, noun: str) -> JSON:
    call = ctx.call
    if started.verb == "create":
        asked: JSON = {"parent": started.target.rsplit("/", 2)[0], f"{noun}Id": started.target.rsplit("/", 1)[-1]}
    else:
        asked = {"name": started.target}
    if call.arg("updateMask"):
        asked["updateMask"] = call.arg("updateMask")
    return asked | ({noun: call.body} if call.body else {})


SERVICE = Service(
    "logging",
    package="google.logging.{version}",
    not_found=_not_found,
    exists=_exists,
    operation_name=_operation_name,
    operation_metadata=_metadata,
    resources={**buckets.RESOURCES, **sinks.RESOURCES, **metrics.RESOURCES},
    methods={**buckets.METHODS, **sinks.METHODS, **metrics.METHODS, **settings.METHODS, **entries.METHODS},
)
