"""POST on a collection, or PUT on a name: https://google.aip.dev/133."""

from __future__ import annotations

import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.discovery.model import Field, Method, Schema
from emulator.resource import Resource
from emulator.standard.shared import CHANGED, CREATED, SCOPES, answered, planted_failure, unwrapped, uses_names
from emulator.state.store import parent_of
from emulator.wire.check import snake
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

_LIVE = ("ACTIVE", "READY", "ENABLED", "RUNNABLE", "LIVE")
"""What a fresh resource's state is called, in the order of preference."""


def create(ctx: Context, call: Call) -> JSON | Answer:
    """POST on a collection, or PUT on a name."""
    body, rest = unwrapped(call)
    if call.method.http == "PUT":
        return create_named(ctx, call.target, body)
    ident = _chosen_id(ctx, call, body, rest)
    return create_named(ctx, f"{call.target}/{ident}" if call.target else ident, body)


def create_named(ctx: Context, name: str, body: JSON, *, verb: str = "create") -> JSON | Answer:
    """Makes a resource under a canonical name, by the rules of its collection, and answers as the method does."""
    call, spec, schema = ctx.call, ctx.spec(), ctx.schema()
    _require_parent(ctx, name)
    _require_fields(schema, spec, body)
    for field in spec.output_only:
        body.pop(field, None)
    if ctx.get(name, collection=ctx.call.collection) is not None:
        raise ctx.exists(name)
    resource = _made(ctx, name, body, spec, schema)
    if spec.on_create is not None:
        resource = spec.on_create(ctx, name, resource) or resource
    failed = planted_failure(ctx)
    if not call.flag("validateOnly") and failed is None:
        ctx.put(name, resource)
        if spec.after_create is not None:
            resource = spec.after_create(ctx, name, resource) or ctx.store.get(ctx.label, name) or resource
    return answered(ctx, name, resource, spec.create, verb, failed=failed)


def _chosen_id(ctx: Context, call: Call, body: JSON, rest: JSON) -> str:
    spec = ctx.spec()
    ident = ""
    beside = [k for k in rest if k.endswith("Id") and k not in ("requestId", "locationId") and isinstance(rest[k], str)]
    parameter = spec.id_parameter or _id_parameter(call)
    if beside:
        ident = str(rest[beside[0]])
    elif parameter:
        ident = call.arg(parameter)
    elif spec.server_id is None:
        given = _at(body, spec.id_field)
        ident = given.rsplit("/", 1)[-1]
        if "/" in given and "." not in spec.id_field:
            body.pop(spec.id_field)
    if not ident:
        if spec.server_id is not None:
            return spec.server_id(ctx)
        if parameter and call.method.parameters.get(parameter) and _must_be_given(call.method, parameter):
            raise invalid(
                f"The request is missing the required parameter '{snake(parameter)}'.", field_path=snake(parameter)
            )
        if not parameter and call.api.service_path:
            raise GoogleError("INVALID_ARGUMENT", f"Required field '{spec.id_field}' not specified", reason="required")
        return ctx.ids.digits(19)
    if spec.id_pattern and not re.fullmatch(spec.id_pattern, ident):
        raise invalid(
            f"Invalid resource id '{ident}': it must match {spec.id_pattern}",
            field_path=snake(parameter or spec.id_field),
        )
    if not ident.isprintable() or "/" in ident or len(ident) > 1024:
        raise invalid(f"Invalid resource id '{ident[:100]}'", field_path=snake(parameter or spec.id_field))
    return ident


def _at(body: JSON, path: str) -> str:
    """The string at a dotted path, or the empty string."""
    value: Any = body
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _must_be_given(method: Method, parameter: str) -> bool:
    return "required" in method.parameters[parameter].field.traits


_NO_IDS = frozenset({"requestId", "projectId", "resourceId", "clientOperationId"})
"""Parameters that end like an id and are none of the resource."""


def _id_parameter(call: Call) -> str:
    """The query parameter that carries the client's id: the one named after the collection (`secretId`), else the
    only
    `…Id`."""
    found = [
        n for n, p in call.method.parameters.items() if p.location == "query" and n.endswith("Id") and n not in _NO_IDS
    ]
    last = call.collection.rsplit(".", 1)[-1]
    named = [n for n in found if n[:-2].lower() in (last[:-1].lower(), last[:-3].lower() + "y", last[:-2].lower())]
    if named or len(found) == 1:
        return (named or found)[0]
    return ""


def _require_parent(ctx: Context, name: str) -> None:
    spec, call = ctx.spec(), ctx.call
    if not spec.parents_must_exist:
        return
    parent = parent_of(parent_of(name))
    segments = parent.split("/")
    if len(segments) < 2 or segments[-2] in SCOPES or segments[-1] in ("global", "-", "_"):
        return
    above = call.collection.rsplit(".", 1)[0] if "." in call.collection else ""
    if not uses_names(call):
        above = {"objects": "buckets"}.get(call.collection, segments[-2])
    if f"{above}.create" not in call.api.methods and f"{above}.insert" not in call.api.methods:
        return
    if ctx.get(parent, collection=above) is None:
        raise ctx.not_found(parent, above)


def _require_fields(schema: Schema | None, spec: Resource, body: JSON) -> None:
    if schema is None:
        return
    wanted = [
        n
        for n, f in schema.fields.items()
        if "required" in f.traits and not f.read_only and n not in ("name", "parent") and n not in spec.optional
    ]
    for field in dict.fromkeys((*spec.required, *wanted)):
        known = schema.fields.get(field)
        if field not in body and not (known and _may_be_default(known)):
            raise invalid(f"Required field {snake(field)} is not set.", field_path=snake(field), reason="required")


def _may_be_default(known: Field) -> bool:
    """Whether a missing value cannot be told from a false or zero one, which canonical form drops."""
    return known.type in ("boolean", "integer", "number") or known.format in ("int64", "uint64")


def _made(ctx: Context, name: str, body: JSON, spec: Resource, schema: Schema | None) -> JSON:
    """A new resource: the body, and what the server fills in."""
    now = ctx.now()
    filled: JSON = {}
    fields = schema.fields if schema else {}
    if uses_names(ctx.call) and "name" in fields and not spec.own_name:
        body["name"] = name.rsplit("/", 1)[-1] if spec.short_name else name
    for key, known in fields.items():
        made = None if key in spec.unfilled else _server_value(ctx, known, name, now, spec)
        if made is not None:
            filled[key] = made
    resource = {**filled, **body} if ctx.service.presence is False else {**body, **filled}
    if spec.etag and "etag" in filled:
        resource["etag"] = filled["etag"]
    if spec.defaults is not None:
        resource = {**(spec.defaults(ctx, resource) or {}), **resource}
    return resource


def _server_value(ctx: Context, known: Field, name: str, now: str, spec: Resource) -> Any:
    key = known.name
    if known.default and key == "kind":
        return known.default
    if (
        key in (*CREATED, *CHANGED)
        and known.type == "string"
        and (known.format in ("google-datetime", "date-time", "") or known.read_only)
    ):
        return now
    if key == "etag" and spec.etag and known.type == "string":
        return ctx.ids.etag()
    if key == "selfLink":
        return ctx.link(name)
    if key in ("fingerprint", "labelFingerprint") and known.format == "byte":
        return ctx.ids.etag()
    if key == "id" and known.format == "uint64":
        return ctx.ids.digits(19)
    if key == "uid" and known.read_only:
        return ctx.ids.uuid()
    if key in ("state", "lifecycleState") and known.read_only and known.enum:
        return next((word for word in _LIVE if word in known.enum), None)
    return None
