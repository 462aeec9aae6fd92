"""Metrics scopes (v1): every project has one, which watches the project itself and those added to it."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import Handler, Resource
from emulator.wire.errors import already_exists, invalid, not_found

JSON = dict[str, Any]

_ROOT = "locations/global/metricsScopes/"
_TYPE = "type.googleapis.com/google.monitoring.metricsscope.v1."


def _name(ctx: Context, target: str) -> str:
    """A scope's or monitored project's name with numbers in the place of ids; 403 for a project that does not
    exist."""
    segments = target.split("/")
    for at in (3, 5):
        if at < len(segments) and segments[at]:
            segments[at] = ctx.projects.require(segments[at], "monitoring" if at == 3 else "serviceusage").number
    return "/".join(segments)


def _scope(ctx: Context, name: str) -> JSON:
    held = ctx.store.get("monitoring", name)
    if held is not None:
        return held
    project = ctx.projects.require(name.removeprefix(_ROOT), "monitoring")
    made = str(project.body.get("createTime") or ctx.now())
    own = {"name": f"{name}/projects/{project.number}", "createTime": made}
    scope = {"name": name, "createTime": made, "updateTime": made, "monitoredProjects": [own]}
    ctx.put(name, scope)
    return scope


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One scope."""
    return _scope(ctx, _name(ctx, call.target))


def add(ctx: Context, call: Call) -> JSON | Answer:
    """Watches one more project."""
    scope = _scope(ctx, _name(ctx, call.target.removesuffix("/projects")))
    asked = str(call.body.get("name", ""))
    if not asked.startswith(_ROOT) or asked.count("/") != 5:
        raise invalid(f"Invalid monitored project name: '{asked}'.", field_path="monitored_project.name")
    name = _name(ctx, asked)
    if any(p["name"] == name for p in scope["monitoredProjects"]):
        raise already_exists(f"{name} is monitored already.")
    now = ctx.now()
    made = {"name": name, "createTime": now}
    ctx.put(scope["name"], {**scope, "updateTime": now, "monitoredProjects": [*scope["monitoredProjects"], made]})
    return ctx.start(name, made, verb="create", done=True, response_type=_TYPE + "MonitoredProject")


def remove(ctx: Context, call: Call) -> JSON | Answer:
    """Watches one project less."""
    name = _name(ctx, call.target)
    scope = _scope(ctx, name.split("/projects/")[0])
    kept = [p for p in scope["monitoredProjects"] if p["name"] != name]
    if len(kept) == len(scope["monitoredProjects"]):
        raise not_found("monitored project not found")
    ctx.put(scope["name"], {**scope, "updateTime": ctx.now(), "monitoredProjects": kept})
    return ctx.start(name, None, verb="delete", done=True)


def of_project(ctx: Context, call: Call) -> JSON | Answer:
    """The scopes that watch a project: its own first."""
    asked = call.arg("monitoredResourceContainer").removeprefix("projects/")
    number = ctx.projects.require(asked, "monitoring").number
    own = _scope(ctx, _ROOT + number)
    others = [
        b
        for n in ctx.store.names("monitoring", _ROOT.rstrip("/"))
        if (b := ctx.store.get("monitoring", n)) and n != own["name"]
    ]
    watching = [s for s in others if any(p["name"].endswith(f"/projects/{number}") for p in s["monitoredProjects"])]
    return {"metricsScopes": [own, *watching]}


def metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """What an operation on a scope says of itself."""
    state = "DONE" if done else "RUNNING"
    return {
        "@type": _TYPE + "OperationMetadata",
        "state": state,
        "createTime": started.created,
        "updateTime": ctx.now(),
    }


RESOURCES: dict[str, Resource] = {}
METHODS: dict[str, Handler] = {
    "metricsScopes.get": get,
    "metricsScopes.listMetricsScopesByMonitoredProject": of_project,
    "metricsScopes.projects.create": add,
    "metricsScopes.projects.delete": remove,
}
