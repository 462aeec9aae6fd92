"""The shapes of long-running operations, one function a family."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.state.operations import Operation
from emulator.wire.errors import operation_error

if TYPE_CHECKING:
    from emulator.context import Context, Started
    from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

EMPTY = "type.googleapis.com/google.protobuf.Empty"
_LOCATION = re.compile(r"(?:projects|folders|organizations)/[^/]+/locations/[^/]+")
_SCOPE = re.compile(r"projects/[^/]+/(?:global|regions/[^/]+|zones/[^/]+)")


def start(
    ctx: Context,
    target: str,
    response: JSON | None,
    *,
    verb: str,
    kind: str,
    done: bool,
    response_type: str,
    error: GoogleError | None,
    resource: JSON | None,
) -> JSON:
    """See `Context.start`."""
    from emulator.context import Started

    call = ctx.call
    kind = kind or call.api.resource_schema(call.collection)
    ended: JSON = {"@type": response_type or (ctx.type_url(kind) if response else EMPTY), **(response or {})}
    started = Started(
        id=ctx.ids.uuid(),
        verb=verb or {"insert": "create", "patch": "update"}.get(call.verb, call.verb),
        target=ctx.shown_name(target),
        resource=resource if resource is not None else response,
        response=ended,
        created=ctx.now(),
        version=call.api.version,
        kind=kind,
        method=call.method,
    )
    slow = ctx.faults.take(ctx.label, call.method.id, call.path, frozenset({"slow_operation"}))
    schema = call.api.schema(call.method.response)
    if schema is None or "operationType" not in schema.fields:  # a method that answers with more than an operation
        schema = call.api.schema("Operation")
    if schema is not None and "operationType" in schema.fields:
        operation = _sql(ctx, started, error) if "targetProject" in schema.fields else _compute(ctx, started, error)
    else:
        operation = _standard(ctx, started, error)
    operation.polls = slow.polls if slow else 0
    operation.done = done and not slow
    return ctx.operations.add(operation)


def _standard(ctx: Context, started: Started, error: GoogleError | None) -> Operation:
    name = ctx.service.operation_name(ctx, started) if ctx.service.operation_name else _name(started)
    running: JSON = {"name": name}
    finished: JSON = {"name": name, "done": True}
    metadata = ctx.service.operation_metadata or default_metadata
    for view, done in ((running, False), (finished, True)):
        found = metadata(ctx, started, done)
        if found is not None:
            view["metadata"] = found
    finished |= {"error": operation_error(error)} if error else {"response": started.response}
    return Operation(ctx.label, ctx.canonical(name), running, finished)


def _name(started: Started) -> str:
    location = _LOCATION.match(started.target)
    return f"{location[0]}/operations/operation-{started.id}" if location else f"operations/{started.id}"


def default_metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """google.cloud.common.OperationMetadata, as newer services send it."""
    body: JSON = {
        "@type": ctx.type_url("OperationMetadata"),
        "createTime": started.created,
        "target": started.target,
        "verb": started.verb,
        "apiVersion": started.version,
    }
    return body | {"endTime": ctx.now()} if done else body


def _compute(ctx: Context, started: Started, error: GoogleError | None) -> Operation:
    call = ctx.call
    found = _SCOPE.match(started.target)
    scope = found[0] if found else f"projects/{call.variables.get('project', '')}/global"
    ident = f"operation-{ctx.ids.digits(13)}-{ctx.ids.hexa(13)}-{ctx.ids.hexa(8)}-{ctx.ids.hexa(8)}"
    name = f"{scope}/operations/{ident}"
    resource = started.resource or {}
    common: JSON = {
        "kind": f"{ctx.label}#operation",
        "id": ctx.ids.digits(19),
        "name": ident,
        "operationType": {"create": "insert", "update": call.verb}.get(started.verb, started.verb),
        "targetLink": ctx.link(started.target),
        "targetId": str(resource.get("id") or ctx.ids.digits(19)),
        "user": "user@example.com",
        "insertTime": started.created,
        "startTime": started.created,
        "selfLink": ctx.link(name),
    }
    place = scope.split("/")
    if len(place) == 4:
        common[place[2].rstrip("s")] = ctx.link(scope)
    running = {**common, "status": "RUNNING", "progress": 0}
    finished = {**common, "status": "DONE", "progress": 100, "endTime": ctx.now()}
    if error:
        finished |= {
            "error": {"errors": [{"code": error.status, "message": error.message}]},
            "httpErrorStatusCode": error.code,
            "httpErrorMessage": error.reason or error.status,
        }
    return Operation(ctx.label, name, running, finished)


def _sql(ctx: Context, started: Started, error: GoogleError | None) -> Operation:
    call = ctx.call
    project = call.variables.get("project") or started.target.split("/")[1]
    name = f"projects/{project}/operations/{started.id}"
    schema, word = call.api.schema("Operation"), started.verb.upper()
    known = schema.fields["operationType"].enum if schema else ()
    instance = call.variables.get("instance") or started.target.rsplit("/", 1)[-1]
    common: JSON = {
        "kind": "sql#operation",
        "name": started.id,
        "operationType": word if word in known else "UPDATE",  # server CAs, client certificates: no word of their own
        "targetId": instance,
        "targetLink": ctx.link(f"projects/{project}/instances/{instance}"),
        "targetProject": project,
        "user": "user@example.com",
        "insertTime": started.created,
        "selfLink": ctx.link(name),
    }
    finished = {**common, "status": "DONE", "startTime": started.created, "endTime": ctx.now()}
    if error:
        finished["error"] = {
            "kind": "sql#operationErrors",
            "errors": [{"kind": "sql#operationError", "code": error.status, "message": error.message}],
        }
    return Operation(ctx.label, ctx.canonical(name), {**common, "status": "PENDING"}, finished)
