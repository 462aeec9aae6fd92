"""PATCH or PUT on a name, with or without a mask: https://google.aip.dev/134."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.discovery.model import Schema
from emulator.resource import Resource
from emulator.standard.create import create_named
from emulator.standard.shared import CHANGED, SERVERS, answered, planted_failure, unwrapped
from emulator.wire import mask
from emulator.wire.check import snake
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]


def update(ctx: Context, call: Call) -> JSON | Answer:
    """PATCH or PUT on a name."""
    body, rest = unwrapped(call)
    return update_named(ctx, call.target, body, call.arg("updateMask") or str(rest.get("updateMask", "")))


def update_named(ctx: Context, name: str, body: JSON, mask_text: str = "") -> JSON | Answer:
    """Changes a resource by the rules of its collection, and answers as the method does."""
    call, spec, schema = ctx.call, ctx.spec(), ctx.schema()
    before = ctx.get(name, collection=ctx.call.collection)
    if before is None:
        if call.flag("allowMissing"):
            return create_named(ctx, name, body)
        raise ctx.not_found(name)
    read_only = _read_only(schema, spec)
    after = _changed(ctx, before, body, mask_text, read_only)
    if isinstance(body.get("etag"), str) and body["etag"] and "etag" in before and body["etag"] != before["etag"]:
        raise GoogleError(
            "ABORTED",
            f"The provided etag '{body['etag']}' does not match the current etag of the resource.",
            reason="conditionNotMet",
            code=412 if ctx.service.presence else 409,
        )
    _refuse_immutable(schema, spec, before, after)
    for field in read_only:
        if field in before:
            after[field] = before[field]
        else:
            after.pop(field, None)
    if spec.defaults is not None:
        after = {**(spec.defaults(ctx, after) or {}), **after}
    fields = schema.fields if schema else {}
    for field in (*CHANGED, "etag", "fingerprint"):
        if field in fields and field in before:
            after[field] = ctx.now() if field in CHANGED else ctx.ids.etag()
    if spec.on_update is not None:
        after = spec.on_update(ctx, name, before, after) or after
    failed = planted_failure(ctx)
    if not call.flag("validateOnly") and failed is None:
        ctx.put(name, after)
    return answered(ctx, name, after, spec.update, "update", failed=failed)


def _changed(ctx: Context, before: JSON, body: JSON, mask_text: str, read_only: frozenset[str]) -> JSON:
    call, schema = ctx.call, ctx.schema()
    paths = mask.parse(mask_text)
    if paths:
        if schema is not None:
            paths = mask.without_prefix(paths, schema)
            mask.check(paths, schema, call.api)
        return mask.apply(before, body, paths, read_only=read_only)
    if call.method.http == "PUT" or (call.verb == "update" and call.method.http != "PATCH"):
        return {**{k: v for k, v in before.items() if k in read_only}, **body}
    if ctx.service.presence:
        return mask.merge_patch(before, body)  # type: ignore[no-any-return]
    if ctx.spec().mask_required:
        raise invalid("The update_mask must be set.", field_path="update_mask")
    return {**before, **body}


def _read_only(schema: Schema | None, spec: Resource) -> frozenset[str]:
    marked = {n for n, f in schema.fields.items() if f.read_only} if schema else set()
    return frozenset({*marked, *spec.output_only, *(n for n in SERVERS if not schema or n in schema.fields)})


def _refuse_immutable(schema: Schema | None, spec: Resource, before: JSON, after: JSON) -> None:
    marked = [n for n, f in schema.fields.items() if "immutable" in f.traits] if schema else []
    for field in dict.fromkeys((*spec.immutable, *marked)):
        if field in spec.mutable or field in SERVERS or field not in after or after[field] == before.get(field):
            continue
        raise invalid(f"Field '{snake(field)}' is immutable and cannot be changed.", field_path=snake(field))
