"""Metrics that count log entries: each makes a metric descriptor `logging.googleapis.com/user/<id>` in Monitoring,
which an alert may then name."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire.errors import invalid

JSON = dict[str, Any]

PREFIX = "logging.googleapis.com/user/"


def _id(name: str) -> str:
    """An id may hold slashes, which its name keeps as `%2F`."""
    return unquote(name.rsplit("/", 1)[-1])


def create(ctx: Context, call: Call) -> JSON | Answer:
    """POST on the collection; the id is the body's `name`."""
    ident = str(call.body.get("name", ""))
    if not ident or len(ident) > 100:
        raise invalid("The metric must have a name of at most 100 characters.", field_path="metric.name")
    return standard.create_named(ctx, f"{call.target}/{quote(ident, safe='')}", dict(call.body))


def update(ctx: Context, call: Call) -> JSON | Answer:
    """PUT replaces, or makes what does not exist."""
    body = dict(call.body)
    before = ctx.store.get("logging", call.target)
    if before is None:
        return standard.create_named(ctx, call.target, body)
    body.setdefault("metricDescriptor", dict(before["metricDescriptor"]))
    body.setdefault("name", before["name"])
    return standard.update_named(ctx, call.target, body)


def _described(ctx: Context, name: str, *bodies: JSON) -> JSON:
    """A metric with its descriptor complete, and Monitoring told of it."""
    metric = bodies[-1]
    kind = PREFIX + _id(name)
    path = f"{'/'.join(name.split('/')[:2])}/metricDescriptors/{kind}"
    descriptor = {
        "metricKind": "DELTA",
        "valueType": "INT64",
        "unit": "1",
        **metric.get("metricDescriptor", {}),
        "name": path,
        "type": kind,
    }
    if descriptor["metricKind"] != "DELTA" or descriptor["valueType"] not in ("INT64", "DISTRIBUTION"):
        raise invalid(
            "A log-based metric is of kind DELTA and of type INT64 or DISTRIBUTION.",
            field_path="metric.metric_descriptor",
        )
    if (descriptor["valueType"] == "DISTRIBUTION") != ("valueExtractor" in metric):
        raise invalid(
            "A value_extractor goes with, and only with, metrics of type DISTRIBUTION.",
            field_path="metric.value_extractor",
        )
    for unshown in ("launchStage", "metadata", "description"):
        descriptor.pop(unshown, None)
    if metric.get("description"):
        descriptor["description"] = metric["description"]
    for label in descriptor.get("labels") or []:
        if label.get("valueType") == "STRING":  # the default, which is not shown
            del label["valueType"]
    ctx.store.put("monitoring", path, descriptor)
    return {**metric, "metricDescriptor": descriptor}


def _deleted(ctx: Context, name: str, metric: JSON) -> None:
    ctx.store.delete("monitoring", str(metric["metricDescriptor"]["name"]))
    del name


def _view(ctx: Context, name: str, body: JSON) -> JSON:
    del ctx
    return {**body, "name": _id(name)}


RESOURCES = {
    "metrics": Resource(
        own_name=True, on_create=_described, on_update=_described, on_delete=_deleted, view=_view, required=("filter",)
    )
}
METHODS: dict[str, Handler] = {"metrics.create": create, "metrics.update": update}
