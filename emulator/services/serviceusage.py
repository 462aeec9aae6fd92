"""Service Usage: https://cloud.google.com/service-usage/docs/reference/rest. What is enabled here is what every other
service asks before it answers.
"""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.discovery.document import LABELS
from emulator.resource import Resource
from emulator.service import Service
from emulator.state.projects import Project
from emulator.wire.errors import failed_precondition, invalid, permission_denied

JSON = dict[str, Any]

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(googleapis\.com|goog|app)")
AGENTS = {
    "aiplatform": "gcp-sa-aiplatform", "pubsub": "gcp-sa-pubsub", "secretmanager": "gcp-sa-secretmanager",
    "sqladmin": "gcp-sa-cloud-sql",
    "cloudkms": "gcp-sa-cloudkms", "artifactregistry": "gcp-sa-artifactregistry", "run": "serverless-robot-prod",
    "cloudfunctions": "gcf-admin-robot", "eventarc": "gcp-sa-eventarc", "cloudscheduler": "gcp-sa-cloudscheduler",
    "bigquery": "gcp-sa-bigquery", "logging": "gcp-sa-logging", "monitoring": "gcp-sa-monitoring-notification",
    "dlp": "dlp-api",
    "modelarmor": "gcp-sa-modelarmor", "servicenetworking": "service-networking", "compute": "compute-system",
}  # fmt: skip
"""Projects that hold the agents' accounts: https://cloud.google.com/iam/docs/service-agents. Others follow the usual
`gcp-sa-<label>`."""


def agent_email(number: str, label: str) -> str:
    """The address of a service's own account in a project."""
    return f"service-{number}@{AGENTS.get(label, 'gcp-sa-' + label)}.iam.gserviceaccount.com"


def _project(ctx: Context) -> Project:
    ident = ctx.call.target.split("/")[1]
    found = ctx.projects.find(ident)
    if found is None:
        raise permission_denied(f"Permission denied on resource project {ident}.")
    return found


def _host(name: str) -> str:
    host = name.rsplit("/", 1)[-1]
    if not _HOST.fullmatch(host):
        raise permission_denied(
            f"Not found or permission denied for service(s): {host}.", "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED"
        )
    return host


def _is_on(project: Project, host: str) -> bool:
    return host in project.services or ("*" in project.services and "-" + host not in project.services)


def _view(project: Project, host: str, *, config: bool = False) -> JSON:
    parent = f"projects/{project.number}"
    body: JSON = {"name": f"{parent}/services/{host}", "state": "DISABLED"}
    if _is_on(project, host):
        body |= {"parent": parent, "state": "ENABLED"}
    if config:
        label = host.split(".", maxsplit=1)[0]
        body["config"] = {
            "name": host,
            "title": f"{label[:1].upper()}{label[1:]} API",
            "documentation": {},
            "usage": {},
        }
        body["parent"] = parent
    return body


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One API of a project."""
    return _view(_project(ctx), _host(call.target))


def _all(project: Project) -> list[str]:
    known = {f"{label}.googleapis.com" for label in LABELS}
    return sorted(known | {s for s in project.services if not s.startswith(("*", "-"))})


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """The APIs of a project, `filter=state:ENABLED` or `state:DISABLED`."""
    project = _project(ctx)
    wanted = re.fullmatch(r"\s*state\s*[:=]\s*(ENABLED|DISABLED)\s*", call.arg("filter"))
    if call.arg("filter") and not wanted:
        raise invalid(
            f"Invalid filter: {call.arg('filter')[:100]}. Only state:ENABLED and state:DISABLED are allowed.",
            field_path="filter",
        )
    views = [_view(project, host, config=True) for host in _all(project)]
    return standard.paged(ctx, [v for v in views if not wanted or v["state"] == wanted[1]], Resource(page_size=50))


def batch_get(ctx: Context, call: Call) -> JSON | Answer:
    """Several by name."""
    project = _project(ctx)
    return {"services": [_view(project, _host(name)) for name in call.query.get("names", ())]}


def _turn(project: Project, host: str, *, on: bool) -> None:
    project.services.discard(host)
    project.services.discard("-" + host)
    if on and "*" not in project.services:
        project.services.add(host)
    if not on and "*" in project.services:
        project.services.add("-" + host)


def _respond(ctx: Context, response: str, body: JSON) -> JSON:
    kind = f"type.googleapis.com/google.api.serviceusage.v1.{response}"
    return ctx.start(ctx.call.target, body, verb=ctx.call.verb, response_type=kind)


def enable(ctx: Context, call: Call) -> JSON | Answer:
    """Enables one API. One that is on already answers with an operation that is done."""
    project, host = _project(ctx), _host(call.target)
    was_on = _is_on(project, host)
    _turn(project, host, on=True)
    if was_on:
        kind = "type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse"
        return {
            "name": "operations/noop.DONE_OPERATION",
            "done": True,
            "response": {"@type": kind, "service": _view(project, host)},
        }
    return _respond(ctx, "EnableServiceResponse", {"service": _view(project, host)})


def batch_enable(ctx: Context, call: Call) -> JSON | Answer:
    """Enables up to twenty at once."""
    project = _project(ctx)
    hosts = [_host(str(s)) for s in call.body.get("serviceIds") or []]
    if not 1 <= len(hosts) <= 20:
        raise invalid("Between 1 and 20 services must be given.", field_path="service_ids")
    for host in hosts:
        _turn(project, host, on=True)
    return _respond(ctx, "BatchEnableServicesResponse", {"services": [_view(project, h) for h in hosts]})


def disable(ctx: Context, call: Call) -> JSON | Answer:
    """Disables one API; 400 if it is not enabled."""
    project, host = _project(ctx), _host(call.target)
    if not _is_on(project, host):
        raise failed_precondition(f"Service {host} is not enabled for consumer projects/{project.number}.")
    _turn(project, host, on=False)
    return _respond(
        ctx, "DisableServiceResponse", {"service": {**_view(project, host), "parent": f"projects/{project.number}"}}
    )


def generate_identity(ctx: Context, call: Call) -> JSON | Answer:
    """The service's own account in a project: made at once."""
    project, host = _project(ctx), _host(call.target)
    label = host.split(".")[0]
    return {
        "name": "operations/finished.DONE_OPERATION",
        "done": True,
        "response": {
            "@type": "type.googleapis.com/google.api.serviceusage.v1beta1.ServiceIdentity",
            "email": agent_email(project.number, label),
            "uniqueId": str(10**20 + int(project.number) * 1000 + sum(map(ord, label)) % 1000),
        },
    }


def get_operation(ctx: Context, call: Call) -> JSON | Answer:
    """The operations that are done before they have a record of their own stay so."""
    if call.target.endswith(".DONE_OPERATION"):
        return {"name": call.target, "done": True}
    return standard.get_operation(ctx, call)


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    del ctx
    shown = done or started.verb == "disable"
    return {"@type": "type.googleapis.com/google.protobuf.Empty", "value": {}} if shown else None


def _operation_name(ctx: Context, started: Started) -> str:
    number = ctx.projects.number_of(ctx.call.target.split("/")[1])
    return f"operations/acat.p2-{number}-{started.id}"


SERVICE = Service(
    "serviceusage",
    project_in_names="number",
    package="google.api.serviceusage.{version}",
    operation_metadata=_metadata,
    operation_name=_operation_name,
    methods={
        "services.get": get,
        "services.list": list_,
        "services.batchGet": batch_get,
        "services.enable": enable,
        "services.batchEnable": batch_enable,
        "services.disable": disable,
        "services.generateServiceIdentity": generate_identity,
        "operations.get": get_operation,
    },
)
