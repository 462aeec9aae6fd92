"""Changes of log buckets, sinks and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.changes.shared import REGION
from tests.audit.conftest import Google


def log_bucket(bucket: str, mask: str, body: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        name = f"projects/{google.project}/locations/{REGION}/buckets/{bucket}"
        buckets = google.discovered("logging", "v2").projects().locations().buckets()
        buckets.patch(name=name, updateMask=mask, body=body).execute()

    return make


def sink(mask: str, body: dict[str, Any], name: str = "claims-triage-audit") -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        sinks = google.discovered("logging", "v2").projects().sinks()
        sink = f"projects/{google.project}/sinks/{name}"
        sinks.patch(sinkName=sink, updateMask=mask, uniqueWriterIdentity=True, body=body).execute()

    return make


def new_sink(google: Google) -> None:
    client = google.own("storage")
    client.create_bucket("mallorys-copy")
    body = {"name": "copy", "destination": "storage.googleapis.com/mallorys-copy"}
    sinks = google.discovered("logging", "v2").projects().sinks()
    sinks.create(parent=f"projects/{google.project}", body=body).execute()


def new_exclusion(google: Google) -> None:
    body = {"name": "quiet", "filter": "severity<ERROR"}
    exclusions = google.discovered("logging", "v2").projects().exclusions()
    exclusions.create(parent=f"projects/{google.project}", body=body).execute()


def view(google: Google) -> None:
    name = f"projects/{google.project}/locations/{REGION}/buckets/claims-triage-audit/views/claims-triage-auditors"
    views = google.discovered("logging", "v2").projects().locations().buckets().views()
    views.patch(name=name, updateMask="filter", body={"filter": 'log_id("stdout")'}).execute()


def metric(google: Google) -> None:
    metrics = google.discovered("logging", "v2").projects().metrics()
    name = f"projects/{google.project}/metrics/claims-triage-cases"
    metric = metrics.get(metricName=name).execute()
    metrics.update(metricName=name, body={**metric, "filter": "severity>=ERROR"}).execute()
