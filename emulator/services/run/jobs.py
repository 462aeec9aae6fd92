"""Jobs and their executions: an execution is done, with all its tasks, as soon as it is started."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.run import common

JSON = dict[str, Any]


def _defaults(ctx: Context, body: JSON) -> JSON:
    template = dict(body.get("template") or {})
    task = dict(template.get("template") or {})
    common.fill_containers(task)
    task = {
        "timeout": "600s",
        "serviceAccount": common.account(ctx),
        "executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2",
        "maxRetries": 3,
        **task,
    }
    body["template"] = {"taskCount": 1, **template, "template": task}
    return {"launchStage": "GA", "latestCreatedExecution": {}}


def _made(ctx: Context, name: str, job: JSON) -> JSON:
    common.check_template(ctx, name, job["template"]["template"])
    return common.born(ctx, job)


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    common.check_template(ctx, name, after["template"]["template"])
    return common.changed(ctx, before, after)


def run(ctx: Context, call: Call) -> JSON | Answer:
    """Starts an execution, with overrides; the operation ends with it."""
    job = ctx.need(call.target)
    overrides = call.body.get("overrides", {})
    count = int(overrides.get("taskCount") or job["template"].get("taskCount", 1))
    task = dict(job["template"]["template"])
    if overrides.get("timeout"):
        task["timeout"] = overrides["timeout"]
    ident = call.target.rsplit("/", 1)[-1]
    name = f"{call.target}/executions/{ident}-{ctx.ids.word(5)}"
    now = ctx.now()
    execution = {
        "name": name,
        "uid": ctx.ids.uuid(),
        "creator": common.PERSON,
        "generation": "1",
        "observedGeneration": "1",
        "createTime": now,
        "startTime": now,
        "completionTime": now,
        "updateTime": now,
        "launchStage": job.get("launchStage", "GA"),
        "job": ident,
        "parallelism": job["template"].get("parallelism", count),
        "taskCount": count,
        "succeededCount": count,
        "template": task,
        "conditions": [common.ready(ctx, "Completed")],
        "etag": ctx.ids.etag(),
    }
    if call.body.get("validateOnly"):
        return ctx.start(name, execution, verb="run", kind="GoogleCloudRunV2Execution")
    ctx.put(name, execution)
    for number in range(min(count, 100)):
        _task(ctx, name, number, task)
    job["latestCreatedExecution"] = {
        "name": name.rsplit("/", 1)[-1],
        "createTime": now,
        "completionTime": now,
        "completionStatus": "EXECUTION_SUCCEEDED",
    }
    job["executionCount"] = int(job.get("executionCount", 0)) + 1
    ctx.put(call.target, job)
    return ctx.start(name, execution, verb="run", kind="GoogleCloudRunV2Execution")


def _task(ctx: Context, execution: str, number: int, template: JSON) -> None:
    now = ctx.now()
    name = f"{execution}/tasks/{execution.rsplit('/', 1)[-1]}-task{number}"
    kept: JSON = {
        k: template[k]
        for k in ("containers", "volumes", "maxRetries", "timeout", "serviceAccount", "executionEnvironment")
        if k in template
    }
    ctx.put(
        name,
        {
            "name": name,
            "uid": ctx.ids.uuid(),
            "generation": "1",
            "createTime": now,
            "startTime": now,
            "completionTime": now,
            "updateTime": now,
            "job": execution.split("/")[5],
            "execution": execution.rsplit("/", 1)[-1],
            **kept,
            "index": number,
            "conditions": [common.ready(ctx, "Completed")],
            "observedGeneration": "1",
            "etag": ctx.ids.etag(),
        },
    )


def cancel(ctx: Context, call: Call) -> JSON | Answer:
    """An execution that is done stays as it is."""
    return ctx.start(call.target, ctx.show(call.target, ctx.need(call.target)), verb="cancel")


RESOURCES = {
    "jobs": Resource(
        id_pattern=r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?",
        defaults=_defaults,
        on_create=_made,
        on_update=_updated,
        deleted="resource",
        keep=("useDefault", "maxRetries"),
        unfilled=("deleteTime", "expireTime"),
    ),
    "jobs.executions": Resource(deleted="resource"),
}
METHODS: dict[str, Handler] = {
    "jobs.run": run,
    "jobs.executions.cancel": cancel,
    "jobs.executions.tasks.list": standard.list_,
}
