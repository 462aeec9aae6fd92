"""DELETE on a name, and what brings back: https://google.aip.dev/135 and 164."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import DIRECT, DONE_OPERATION, OPERATION
from emulator.standard.shared import answered, planted_failure, shown, unimplemented
from emulator.wire.errors import GoogleError, failed_precondition

JSON = dict[str, Any]


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """DELETE on a name."""
    name, spec = call.target, ctx.spec()
    before = ctx.get(name, collection=ctx.call.collection)
    if before is None:
        if call.flag("allowMissing"):
            return _deleted(ctx, name, {}, None)
        raise ctx.not_found(name)
    etag = call.arg("etag")
    if etag and "etag" in before and etag != before["etag"]:
        raise GoogleError("ABORTED", f"The provided etag '{etag}' does not match the current etag of the resource.")
    if "force" in call.method.parameters and not call.flag("force") and ctx.store.below(ctx.label, name):
        raise failed_precondition(
            f"Resource '{ctx.shown_name(name)}' has nested resources. If the API supports cascading "
            "delete, set 'force' to true to delete it and its nested resources."
        )
    if spec.on_delete is not None:
        spec.on_delete(ctx, name, before)
    failed = planted_failure(ctx)
    view = shown(ctx, name, ctx.store.get(ctx.label, name) or before, call.collection)
    if not call.flag("validateOnly") and failed is None and not spec.soft_delete:
        ctx.delete(name)
    return _deleted(ctx, name, view, failed)


def _deleted(ctx: Context, name: str, view: JSON, failed: GoogleError | None) -> JSON | Answer:
    call, spec = ctx.call, ctx.spec()
    how = spec.delete or (OPERATION if call.api.is_operation(call.method.response) else DIRECT)
    if how != DIRECT:
        kept = view if spec.deleted == "resource" else None
        return ctx.start(name, kept, verb="delete", done=how == DONE_OPERATION, error=failed, resource=view)
    if failed is not None:
        raise failed
    if spec.deleted == "resource" or (
        not spec.deleted and call.method.response == call.api.resource_schema(call.collection) != ""
    ):
        return view
    if spec.deleted == "no_content" or (not spec.deleted and not call.method.response):
        return Answer(None, 204)
    return {}


def undelete(ctx: Context, call: Call) -> JSON | Answer:
    """A soft-deleted resource comes back; only for kinds whose module marks deletion."""
    spec = ctx.spec()
    if not spec.soft_delete:
        raise unimplemented(call)
    body = ctx.need(call.target)
    body.pop("deleteTime", None)
    body.pop("expireTime", None)
    if "state" in body:
        body["state"] = "ACTIVE"
    ctx.put(call.target, body)
    return answered(ctx, call.target, body, spec.update, "undelete", failed=None)
