"""Cloud Run v2 (services, jobs, worker pools, their revisions and executions), and of v1 the reading of services,
which gcloud does.

https://cloud.google.com/run/docs/reference/rest
"""

from __future__ import annotations

from typing import Any

from emulator.context import Context, Started
from emulator.service import Service
from emulator.services.run import jobs, knative, pools, revisions, services

JSON = dict[str, Any]

_NOUNS = {
    "Service": "service",
    "Job": "job",
    "WorkerPool": "workerPool",
    "Execution": "execution",
    "Revision": "revision",
}


def _noun(kind: str) -> str:
    return kind.removeprefix("GoogleCloudRunV2")


def _not_found(ctx: Context, kind: str, name: str) -> str:
    del ctx
    return f'{_NOUNS.get(_noun(kind), "resource")} "{name}" not found'


def _exists(ctx: Context, kind: str, name: str) -> str:
    del ctx
    ident, region = name.rsplit("/", 1)[-1], name.split("/")[3]
    return f"Resource '{ident}' of kind '{_noun(kind).upper()}' in region '{region}' already exists."


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """The resource itself, but for its uid and, of a service, what its rollout brings."""
    del done
    hidden = {"uid", *(services.OBSERVED if _noun(started.kind) == "Service" else ())}
    asked = ctx.call.body.get("traffic") is not None
    body = {k: v for k, v in (started.resource or {}).items() if k not in hidden or (k == "traffic" and asked)}
    return {"@type": ctx.type_url(started.kind), **body}


SERVICE = Service(
    "run",
    package="google.cloud.run.{version}",
    not_found=_not_found,
    exists=_exists,
    operation_metadata=_metadata,
    resources={**services.RESOURCES, **jobs.RESOURCES, **pools.RESOURCES, **revisions.RESOURCES},
    methods={**services.METHODS, **jobs.METHODS, **knative.METHODS},
)
