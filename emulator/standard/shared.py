"""What the standard methods share: how an API names its resources, how they are shown, how a change answers."""

from __future__ import annotations

import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import DIRECT, DONE_OPERATION, OPERATION
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

CREATED = ("createTime", "creationTimestamp", "timeCreated")

CHANGED = ("updateTime", "updated")

SERVERS = frozenset({"name", "kind", "selfLink", "id", "etag", "uid", "fingerprint", *CREATED, *CHANGED})

SCOPES = frozenset({"projects", "folders", "organizations", "billingAccounts", "locations", "regions", "zones"})


def uses_names(call: Call) -> bool:
    """Whether the resource's `name` is its full name: the path takes `{+name}` or `{+parent}`."""
    return (
        re.search(r"v\d+[a-z0-9]*/(?:\{\+[a-z]\w*\}|[a-zA-Z]+/?)", call.method.path) is not None
        and not call.api.service_path
    )


def unwrapped(call: Call) -> tuple[JSON, JSON]:
    """(resource, what is beside it) where a method takes the resource inside a request: `{serviceAccount,
    accountId}`,
    `{topic, updateMask}`; else (body, nothing)."""
    schema = call.api.schema(call.method.request)
    shape = call.api.resource_schema(call.collection)
    if schema is None or call.method.request == shape or not call.method.request.endswith("Request"):
        return copied(call.body), {}
    for known in schema.fields.values():
        if known.ref == shape != "":
            inner = call.body.get(known.name)
            rest = {k: v for k, v in call.body.items() if k != known.name}
            return copied(inner) if isinstance(inner, dict) else {}, rest
    return copied(call.body), {}


def shown(ctx: Context, name: str, resource: JSON, collection: str) -> JSON:
    """A resource as get and list show it."""
    spec, schema = ctx.spec(collection), ctx.schema(collection)
    view = copied(resource)
    if schema is not None:
        for key, known in schema.fields.items():
            if "input only" in known.traits:
                view.pop(key, None)
    for key in spec.input_only:
        view.pop(key, None)
    if not spec.short_name and not spec.own_name and isinstance(view.get("name"), str) and view["name"] == name:
        view["name"] = ctx.shown_name(name, spec)
    if spec.view is not None:
        view = spec.view(ctx, name, view)
    return view


def answered(
    ctx: Context, name: str, resource: JSON, how: str, verb: str, *, failed: GoogleError | None
) -> JSON | Answer:
    """A change's answer: the resource, or an operation on it. `failed` is what was planted to go wrong."""
    call = ctx.call
    view = shown(ctx, name, resource, call.collection)
    how = how or (OPERATION if call.api.is_operation(call.method.response) else DIRECT)
    if how == DIRECT:
        if failed is not None:
            raise failed
        return view
    ended = ctx.spec().ended
    response = ended(ctx, verb, copied(view)) if ended is not None else view
    return ctx.start(name, response, verb=verb, done=how == DONE_OPERATION, error=failed, resource=view)


def planted_failure(ctx: Context) -> GoogleError | None:
    """What a fault on request makes of the operation, which then changes nothing."""
    fault = ctx.faults.take(ctx.label, ctx.call.method.id, ctx.call.path, frozenset({"failed_operation"}))
    return GoogleError(fault.status, fault.message or "The operation failed.") if fault else None


def refused(ctx: Context, call: Call) -> JSON | Answer:
    """The handler of a method that is not emulated although its verb is a standard one: 501."""
    del ctx
    raise unimplemented(call)


def unimplemented(call: Call) -> GoogleError:
    """501 for a method that nobody has taught the emulator."""
    return GoogleError(
        "UNIMPLEMENTED", f"Lockgate's emulator does not implement {call.method.id} ({call.api.version})."
    )
