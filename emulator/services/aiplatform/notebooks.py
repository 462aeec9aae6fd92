"""Colab Enterprise: runtime templates and the runtimes assigned from them."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.errors import not_found

JSON = dict[str, Any]

IDLE = {"idleTimeout": "10800s"}
"""Three hours: the default after which an idle runtime is shut down."""
LIFETIME = 18 * 3600
"""Seconds after which a runtime expires; https://cloud.google.com/colab/docs/runtimes."""


def template(ctx: Context, body: JSON) -> JSON:
    """What a template has unless it was said."""
    del ctx, body
    return {
        "notebookRuntimeType": "USER_DEFINED",
        "idleShutdownConfig": dict(IDLE),
        "dataPersistentDiskSpec": {"diskType": "pd-standard", "diskSizeGb": "100"},
        "eucConfig": {},
    }


def assign(ctx: Context, call: Call) -> JSON | Answer:
    """A runtime from a template, for one user."""
    held = ctx.canonical(str(call.body.get("notebookRuntimeTemplate", "")))
    if ctx.store.get(ctx.label, held) is None:
        raise not_found(f"NotebookRuntimeTemplate {held} is not found.")
    wanted = dict(call.body.get("notebookRuntime") or {})
    name = f"{call.target}/{call.body.get('notebookRuntimeId') or ctx.ids.digits(19)}"
    if ctx.store.has(ctx.label, name):
        raise ctx.exists(name)
    now, number = ctx.now(), ctx.projects.number_of(name.split("/")[1])
    labels = {
        "aiplatform.googleapis.com/colab_enterprise_pool": "false",
        "aiplatform.googleapis.com/notebook_runtime_gce_instance_id": ctx.ids.digits(19),
    }
    body: JSON = {
        **wanted,
        "name": name,
        "createTime": now,
        "updateTime": now,
        "expirationTime": ctx.ids.at(ctx.ids.clock() + LIFETIME),
        "healthState": "HEALTHY",
        "runtimeState": "RUNNING",
        "idleShutdownConfig": dict(IDLE),
        "notebookRuntimeType": "USER_DEFINED",
        "notebookRuntimeTemplateRef": {"notebookRuntimeTemplate": ctx.shown_name(held)},
        "proxyUri": f"{ctx.ids.hexa(16)}-dot-{name.split('/')[3]}.aiplatform-notebook.googleusercontent.com",
        "version": "emulated",
        "labels": {**labels, **wanted.get("labels", {})},
    }
    body.setdefault("runtimeUser", f"{number}-compute@developer.gserviceaccount.com")
    ctx.put(name, body)
    answer = {"name": ctx.shown_name(name)}
    return ctx.start(name, answer, verb="assignNotebookRuntime", kind="NotebookRuntime")


def switch(ctx: Context, call: Call) -> JSON | Answer:
    """Starts or stops a runtime."""
    body = ctx.need(call.target)
    body["runtimeState"] = "RUNNING" if call.verb == "start" else "STOPPED"
    ctx.put(call.target, body)
    kind = f"{call.verb.title()}NotebookRuntimeResponse"
    verb = f"{call.verb}NotebookRuntime"
    return ctx.start(call.target, {}, verb=verb, kind=kind, response_type=ctx.type_url(kind))
