"""Metric descriptors, whose ids hold slashes, and time series: written points are kept and listed, not aligned or
reduced.

https://cloud.google.com/monitoring/custom-metrics
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire import filters, page
from emulator.wire.errors import invalid, not_found

JSON = dict[str, Any]

MAX_SERIES = 5000
"""Series kept for a project."""
MAX_POINTS = 1000
"""Points kept for a series: the oldest are forgotten first."""
MAX_WRITTEN = 200
"""Series in one request: https://cloud.google.com/monitoring/quotas."""
RESOURCE_TYPES = (
    "aws_ec2_instance",
    "aws_lambda_function",
    "aws_sqs_queue",
    "cloud_composer_environment",
    "cloud_composer_workflow",
    "cloud_dataproc_batch",
    "dataflow_job",
    "gae_instance",
    "gce_instance",
    "generic_node",
    "generic_task",
    "gke_container",
    "global",
    "k8s_cluster",
    "k8s_container",
    "k8s_node",
    "k8s_pod",
    "k8s_service",
    "prometheus_target",
)
"""What custom metrics may be written for."""


# ---- descriptors ----------------------------------------------------------------------------------------------------
def _parts(target: str) -> tuple[str, str]:
    """(collection, type): the id is all that follows the collection."""
    collection, _, kind = target.partition("/metricDescriptors/")
    return f"{collection}/metricDescriptors", kind


def _shown(descriptor: JSON) -> JSON:
    return {k: v for k, v in descriptor.items() if k not in ("launchStage", "metadata")}


def _clean(descriptor: JSON) -> JSON:
    for label in descriptor.get("labels") or []:
        if label.get("valueType") == "STRING":  # the default, which is not shown
            del label["valueType"]
    return descriptor


def create(ctx: Context, call: Call) -> JSON | Answer:
    """Makes or replaces a descriptor."""
    kind = str(call.body.get("type", ""))
    if "/" not in kind or (
        kind.split("/", maxsplit=1)[0].endswith("googleapis.com")
        and not kind.startswith(("custom.", "external.", "workload."))
    ):
        raise invalid(
            f'Field "metricDescriptor.type" had an invalid value of "{kind}": '
            "must be a URL-formatted name of a custom, external or workload metric.",
            field_path="metric_descriptor.type",
        )
    for field in ("metricKind", "valueType"):
        if field not in call.body:
            raise invalid(
                f'Field "metricDescriptor.{field}" is missing or empty.', field_path=f"metric_descriptor.{field}"
            )
    name = f"{call.target}/{kind}"
    made = _clean({**call.body, "name": name})
    labels = sorted(made.get("labels") or [], key=lambda label: str(label.get("key", "")))
    ctx.put(name, {**made, "monitoredResourceTypes": list(RESOURCE_TYPES), **({"labels": labels} if labels else {})})
    return made


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One descriptor."""
    found = ctx.store.get("monitoring", call.target)
    if found is None:
        raise not_found(f"Could not find descriptor for metric '{_parts(call.target)[1]}'.")
    return _shown(found)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """The project's own metrics, those made from logs included."""
    keep = filters.compile_filter(call.arg("filter").replace("metric.type", "type"))
    names = ctx.store.find("monitoring", lambda n: n.startswith(call.target + "/"))
    found = [_shown(b) for n in names if (b := ctx.store.get("monitoring", n)) is not None]
    return standard.paged(ctx, [b for b in found if keep(b)])


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Only one that somebody made."""
    if ctx.store.get("monitoring", call.target) is None:
        raise not_found(f"Could not find descriptor for metric '{_parts(call.target)[1]}'.")
    ctx.delete(call.target)
    return {}


# ---- time series ----------------------------------------------------------------------------------------------------
def write(ctx: Context, call: Call) -> JSON | Answer:
    """Adds one point to each series; a metric without a descriptor gets one."""
    series = call.body.get("timeSeries") or []
    if not 1 <= len(series) <= MAX_WRITTEN:
        raise invalid(f"Field timeSeries must have 1 to {MAX_WRITTEN} elements.", field_path="time_series")
    project = "/".join(call.target.split("/")[:2])
    for number, one in enumerate(series):
        if not one.get("metric", {}).get("type") or len(one.get("points") or []) != 1:
            raise invalid(
                f"Field timeSeries[{number}] must have a metric type and exactly one point.",
                field_path=f"time_series[{number}]",
            )
    for one in series:
        _describe(ctx, project, one)
        _append(ctx, project, one)
    return {}


def _describe(ctx: Context, project: str, series: JSON) -> None:
    kind = str(series["metric"]["type"])
    name = f"{project}/metricDescriptors/{kind}"
    if ctx.store.get("monitoring", name) is None:
        value = next(iter(series["points"][0].get("value", {"doubleValue": 0})))
        types = {
            "int64Value": "INT64",
            "boolValue": "BOOL",
            "stringValue": "STRING",
            "distributionValue": "DISTRIBUTION",
        }
        labels = [{"key": key} for key in sorted(series["metric"].get("labels", {}))]
        ctx.put(
            name,
            {
                "name": name,
                "type": kind,
                "metricKind": series.get("metricKind", "GAUGE"),
                "valueType": types.get(value, "DOUBLE"),
                **({"labels": labels} if labels else {}),
                "monitoredResourceTypes": list(RESOURCE_TYPES),
            },
        )


def _append(ctx: Context, project: str, series: JSON) -> None:
    resource = series.get("resource") or {"type": "global", "labels": {"project_id": project.split("/")[1]}}
    identity = json.dumps([series["metric"], resource], sort_keys=True)
    name = f"{project}/timeSeries/{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    held = ctx.store.get("monitoring", name)
    if held is None:
        descriptor = ctx.store.get("monitoring", f"{project}/metricDescriptors/{series['metric']['type']}") or {}
        kinds: JSON = {k: descriptor[k] for k in ("metricKind", "valueType") if k in descriptor}
        held = {"metric": series["metric"], "resource": resource, **kinds, "points": []}
    point = dict(series["points"][0])
    point.setdefault("interval", {}).setdefault("endTime", ctx.now())
    held["points"] = [point, *held["points"]][:MAX_POINTS]
    ctx.put(name, held)
    names = ctx.store.names("monitoring", f"{project}/timeSeries")
    for old in names[: max(0, len(names) - MAX_SERIES)]:
        ctx.delete(old)


def read(ctx: Context, call: Call) -> JSON | Answer:
    """The series that the filter takes, newest point first, within the interval."""
    if not call.arg("filter"):
        raise invalid("Field filter is missing or empty.", field_path="filter")
    if not call.arg("interval.endTime"):
        raise invalid("Field interval.end_time is missing or empty.", field_path="interval.end_time")
    keep = filters.compile_filter(call.arg("filter").replace(".label.", ".labels."))
    start, end = call.arg("interval.startTime"), call.arg("interval.endTime")
    found: list[JSON] = []
    for name in ctx.store.names("monitoring", call.target):
        series = ctx.store.get("monitoring", name) or {}
        if not keep(series):
            continue
        series["points"] = [p for p in series["points"] if start <= p["interval"]["endTime"] <= end]
        if series["points"]:
            found.append(
                {k: v for k, v in series.items() if k != "points"} if call.arg("view") == "HEADERS" else series
            )
    size = page.size_of(call.arg("pageSize"), maximum=100_000)
    items, token = page.take(enumerate(found, 1), page.decode(call.arg("pageToken")), size)
    return {**({"timeSeries": items} if items else {}), **({"nextPageToken": token} if token else {})}


RESOURCES: dict[str, Resource] = {}
METHODS: dict[str, Handler] = {
    "metricDescriptors.create": create,
    "metricDescriptors.get": get,
    "metricDescriptors.list": list_,
    "metricDescriptors.delete": delete,
    "timeSeries.create": write,
    "timeSeries.createService": write,
    "timeSeries.list": read,
    "monitoredResourceDescriptors.list": lambda ctx, _: standard.paged(ctx, []),
}
