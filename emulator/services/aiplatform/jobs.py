"""Jobs and schedules. A job is pending in the answer that makes it and has succeeded when it is next read: nothing is
computed."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.errors import invalid

JSON = dict[str, Any]

CANCELLED = {
    "pipelineJobs": "PIPELINE_STATE_CANCELLED",
    "trainingPipelines": "PIPELINE_STATE_CANCELLED",
    "customJobs": "JOB_STATE_CANCELLED",
    "hyperparameterTuningJobs": "JOB_STATE_CANCELLED",
    "batchPredictionJobs": "JOB_STATE_CANCELLED",
    "dataLabelingJobs": "JOB_STATE_CANCELLED",
    "nasJobs": "JOB_STATE_CANCELLED",
    "tuningJobs": "JOB_STATE_CANCELLED",
}
"""Kinds of jobs that can be cancelled, and the state they are in then."""


def _word(ctx: Context) -> tuple[str, str]:
    """(name of the state field, prefix of its values)."""
    schema = ctx.schema()
    fields = schema.fields if schema else {}
    field = "jobState" if "jobState" in fields and "state" not in fields else "state"
    known = fields.get(field)
    return field, "PIPELINE_STATE_" if known and "PIPELINE_STATE_PENDING" in known.enum else "JOB_STATE_"


def pending(ctx: Context, name: str, job: JSON) -> JSON:
    """A new job waits."""
    del name
    field, prefix = _word(ctx)
    return {**job, field: f"{prefix}PENDING"}


def pipeline(ctx: Context, name: str, job: JSON) -> JSON:
    """A pipeline's specification in the form that runs, and who runs it."""
    spec = job.get("pipelineSpec")
    if isinstance(spec, dict) and isinstance(spec.get("deploymentConfig"), dict):
        config = dict(spec["deploymentConfig"])
        executors = config.pop("executors", None)
        if executors is not None:
            job = {
                **job,
                "pipelineSpec": {**spec, "deploymentConfig": config, "deploymentSpec": {"executors": executors}},
            }
    number = ctx.projects.number_of(name.split("/")[1])
    job.setdefault("serviceAccount", f"{number}-compute@developer.gserviceaccount.com")
    job["labels"] = {**job.get("labels", {}), "vertex-ai-pipelines-run-billing-id": ctx.ids.digits(18)}
    return pending(ctx, name, job)


def view(ctx: Context, name: str, job: JSON) -> JSON:
    """Whoever reads a job again finds it done."""
    if ctx.call.verb != "get" or not ctx.store.has(ctx.label, name):
        return job
    field, prefix = _word(ctx)
    if job.get(field) != f"{prefix}PENDING":
        return job
    now = ctx.now()
    done: JSON = {**job, field: f"{prefix}SUCCEEDED", "endTime": now, "updateTime": now}
    schema = ctx.schema()
    if schema is not None:
        done |= {k: now for k in ("startTime",) if k in schema.fields}
        done |= {k: {} for k in ("jobDetail",) if k in schema.fields}
        done = {k: v for k, v in done.items() if k in schema.fields}
    ctx.put(name, {**done, "name": name})
    return done


def cancel(ctx: Context, call: Call) -> JSON | Answer:
    """What still waits is cancelled."""
    job = ctx.need(call.target)
    field, prefix = _word(ctx)
    if str(job.get(field, "")).endswith("PENDING"):
        ctx.put(call.target, {**job, field: f"{prefix}CANCELLED", "endTime": ctx.now(), "updateTime": ctx.now()})
    return {}


# ---- schedules ------------------------------------------------------------------------------------------------------
def scheduled(ctx: Context, name: str, schedule: JSON) -> JSON:
    """A schedule begins now unless it is said otherwise."""
    del name
    requests = [k for k in ("createPipelineJobRequest", "createNotebookExecutionJobRequest") if k in schedule]
    if len(requests) != 1 or not schedule.get("cron"):
        raise invalid("A schedule needs a cron expression and exactly one request.", field_path="schedule")
    now = ctx.now()
    return {"startTime": now, **schedule, "state": "ACTIVE", "nextRunTime": ctx.ids.at(ctx.ids.clock() + 3600)}


def switch(ctx: Context, call: Call) -> JSON | Answer:
    """Pauses or resumes; nothing is run in between."""
    body = ctx.need(call.target)
    paused = call.verb == "pause"
    if call.collection.endswith("schedules"):
        body["state"] = "PAUSED" if paused else "ACTIVE"
        body["lastPauseTime" if paused else "lastResumeTime"] = ctx.now()
        if not paused and call.body.get("catchUp"):
            body["catchUp"] = True
    else:
        body["state"] = "JOB_STATE_PAUSED" if paused else "JOB_STATE_RUNNING"
    ctx.put(call.target, body)
    return {}
