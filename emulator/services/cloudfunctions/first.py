"""Functions of the first generation (API v1): kept, with what the server fills in; nothing of theirs runs anywhere."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import Handler
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]


def made(ctx: Context, name: str, function: JSON) -> JSON:
    """A new function with its defaults."""
    if sum(k in function for k in ("sourceArchiveUrl", "sourceRepository", "sourceUploadUrl")) != 1:
        raise invalid("The source of a function must be specified once.", field_path="function.source_code")
    if not function.get("runtime"):
        raise invalid("The runtime of a function must be specified.", field_path="function.runtime")
    if sum(k in function for k in ("httpsTrigger", "eventTrigger")) != 1:
        raise invalid("A function has exactly one of https_trigger and event_trigger.", field_path="function.trigger")
    _, project, _, location, _, ident = name.split("/")
    filled: JSON = {
        "entryPoint": ident,
        "timeout": "60s",
        "availableMemoryMb": 256,
        "ingressSettings": "ALLOW_ALL",
        "serviceAccountEmail": f"{project}@appspot.gserviceaccount.com",
        "dockerRegistry": "ARTIFACT_REGISTRY",
    }
    full = {**filled, **function}
    if "httpsTrigger" in full:
        url = f"https://{location}-{project}.cloudfunctions.net/{ident}"
        full["httpsTrigger"] = {"securityLevel": "SECURE_ALWAYS", **full["httpsTrigger"], "url": url}
    return {**full, **_deployed(ctx, "0")}


def _deployed(ctx: Context, version: str) -> JSON:
    build = ctx.ids.uuid()
    return {"status": "ACTIVE", "versionId": str(int(version) + 1), "updateTime": ctx.now(), "buildId": build}


def changed(ctx: Context, before: JSON, after: JSON) -> JSON:
    """One version further."""
    return {**after, **_deployed(ctx, str(before.get("versionId", "0")))}


def metadata(ctx: Context, started: Started) -> JSON:
    """google.cloud.functions.v1.OperationMetadataV1."""
    return {
        "@type": "type.googleapis.com/google.cloud.functions.v1.OperationMetadataV1",
        "target": started.target,
        "type": f"{started.verb.upper()}_FUNCTION",
        "versionId": str((started.resource or {}).get("versionId", "1")),
        "updateTime": started.created,
        **({"request": {"@type": ctx.type_url("CloudFunction"), **ctx.call.body}} if ctx.call.body else {}),
    }


def call_function(ctx: Context, call: Call) -> JSON | Answer:
    """No code runs here."""
    ctx.need(call.target)
    raise failed_precondition(
        "Lockgate's emulator runs no functions: deploy the code to a functions framework on loopback."
    )


METHODS: dict[str, Handler] = {"functions.call": call_function}
