"""Cloud Functions v2 and v1: https://cloud.google.com/functions/docs/reference/rest. A function (v2) is a build of
its source, a Cloud Run service and,
if an event starts it, an Eventarc trigger with a Pub/Sub subscription: all of them can be seen in their own APIs."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.service import Service
from emulator.services.cloudfunctions import first, functions, source

JSON = dict[str, Any]

RUNTIMES = (
    ("python310", "Python 3.10"),
    ("python311", "Python 3.11"),
    ("python312", "Python 3.12"),
    ("python313", "Python 3.13"),
    ("nodejs20", "Node.js 20"),
    ("nodejs22", "Node.js 22"),
    ("go124", "Go 1.24"),
    ("java21", "Java 21"),
    ("dotnet8", ".NET 8"),
    ("ruby34", "Ruby 3.4"),
    ("php84", "PHP 8.4"),
)
"""Some of the runtimes: https://cloud.google.com/functions/docs/runtime-support. A create takes any name of the
kind."""


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    if started.version == "v1":
        return first.metadata(ctx, started)
    return functions.metadata(ctx, started, done)


def _operation_name(ctx: Context, started: Started) -> str:
    del ctx
    if started.version == "v1":
        return f"operations/{started.id.replace('-', '')}"
    return f"{'/'.join(started.target.split('/')[:4])}/operations/operation-{started.id}"


def _exists(ctx: Context, kind: str, name: str) -> str:
    del ctx, kind
    return (
        f"Could not create Cloud Run service {name.rsplit('/', 1)[-1]}. A Cloud Run service with this name already "
        "exists. Please redeploy the function with a different name."
    )


def runtimes(ctx: Context, call: Call) -> JSON | Answer:
    """What functions can be written in."""
    del ctx, call
    return {"runtimes": [{"name": n, "displayName": t, "stage": "GA", "environment": "GEN_2"} for n, t in RUNTIMES]}


SERVICE = Service(
    "cloudfunctions",
    package="google.cloud.functions.{version}",
    not_found=lambda ctx, _, name: f"Resource '{ctx.shown_name(name)}' was not found",
    exists=_exists,
    operation_metadata=_metadata,
    operation_name=_operation_name,
    resources=functions.RESOURCES,
    methods={**functions.METHODS, **first.METHODS, **source.METHODS, "runtimes.list": runtimes},
)
