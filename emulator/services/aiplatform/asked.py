"""Which model is asked, and what the script has for it."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.wire.errors import GRPC_CODES, GoogleError, failed_precondition

JSON = dict[str, Any]


def names(ctx: Context, target: str) -> list[str]:
    """What the script may call a model: the published model's id, else the endpoint and what is deployed there."""
    target = target.partition("/chat/completions")[0]
    if "/publishers/" in target or target.startswith("publishers/"):
        return [target[target.index("publishers/") :]]
    found = [target]
    endpoint = ctx.store.get(ctx.label, target) or {}
    for model in endpoint.get("deployedModels") or []:
        found += [str(model.get("displayName", "")), str(model.get("model", ""))]
    publisher = ctx.store.meta(ctx.label, target).get("publisher")
    return [n for n in (*found, publisher) if n]


def scripted(ctx: Context, target: str, request: object) -> JSON:
    """The script's answer, or an empty one; a scripted error is raised."""
    for name in names(ctx, target):
        found = ctx.script.next(name, request)
        if found is not None:
            if isinstance(found.get("error"), dict) and not found.get("error_after"):
                raise refusal(found["error"])
            return found
    return {}


def refusal(error: JSON) -> GoogleError:
    """The refusal that a script's `error` stands for."""
    status = str(error.get("status", "INTERNAL"))
    later = {"Retry-After": str(error["retry_after"])} if "retry_after" in error else {}
    known = status if status in GRPC_CODES else "INTERNAL"
    return GoogleError(known, str(error.get("message", "scripted")), headers=later)


def deployed(ctx: Context, target: str) -> JSON:
    """The model behind an endpoint that answers; 404 or 400 where none does. Empty for a publisher's model."""
    if "/endpoints/" not in target or target.endswith("/endpoints/openapi"):
        return {}
    endpoint = ctx.need(target, "projects.locations.endpoints")
    held = endpoint.get("deployedModels") or []
    split = endpoint.get("trafficSplit") or {}
    serving = [m for m in held if int(split.get(m["id"], 0)) > 0]
    if not serving:
        raise failed_precondition(
            f"Endpoint `{ctx.shown_name(target)}` doesn't have traffic_split: deploy a model to it first."
        )
    found: JSON = max(serving, key=lambda m: int(split[m["id"]]))
    return found
