"""Long-running operations: https://google.aip.dev/151."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.standard.read import paged
from emulator.wire.errors import GoogleError, not_found

JSON = dict[str, Any]


def get_operation(ctx: Context, call: Call) -> JSON | Answer:
    """Polls an operation."""
    found = ctx.operations.poll(ctx.label, call.target)
    if found is None:
        raise _no_operation(ctx)
    return found


def _no_operation(ctx: Context) -> GoogleError:
    name = ctx.call.target
    if ctx.service.presence:
        return GoogleError("NOT_FOUND", f"The resource '{name}' was not found")
    return not_found(f"Operation {name} not found")


def wait_operation(ctx: Context, call: Call) -> JSON | Answer:
    """Waits for an operation."""
    found = ctx.operations.finish(ctx.label, call.target.removesuffix("/wait"))
    if found is None:
        raise _no_operation(ctx)
    return found


def list_operations(ctx: Context, call: Call) -> JSON | Answer:
    """The operations of a location or project."""
    parent = call.target.removesuffix("/operations") if call.target != "operations" else ""
    if parent and parent == call.target:  # the older APIs list `GET /v1/operations?name=…`
        parent = call.target
    return paged(ctx, ctx.operations.below(ctx.label, parent))


def cancel_operation(ctx: Context, call: Call) -> JSON | Answer:
    """What is done cannot be undone: an answer without effect, as Google gives for a finished operation."""
    if ctx.operations.poll(ctx.label, call.target) is None:
        raise _no_operation(ctx)
    return {}


def delete_operation(ctx: Context, call: Call) -> JSON | Answer:
    """Forgets an operation."""
    if not ctx.operations.forget(ctx.label, call.target):
        raise _no_operation(ctx)
    return Answer(None, 204) if not call.method.response else {}
