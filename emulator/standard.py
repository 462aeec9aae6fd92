"""The standard methods, generically: create, get, list, update, delete, the IAM three, undelete, and those of
operations.

One code for both families of REST APIs: names (`{+parent}/secrets`, https://google.aip.dev/131 to 135) and path
parameters (`projects/{project}/global/networks/{network}`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.discovery.model import Field, Method, Schema
from emulator.service import (
    DIRECT,
    DONE_OPERATION,
    OPERATION,
    Answer,
    Call,
    Context,
    Handler,
    Resource,
)
from emulator.state.policies import UNSET
from emulator.state.store import copied, parent_of
from emulator.wire import filters, mask, page
from emulator.wire.check import snake
from emulator.wire.errors import GoogleError, failed_precondition, invalid, not_found

JSON = dict[str, Any]

_LIVE = ("ACTIVE", "READY", "ENABLED", "RUNNABLE", "LIVE")
"""What a fresh resource's state is called, in the order of preference."""
_CREATED = ("createTime", "creationTimestamp", "timeCreated")
_CHANGED = ("updateTime", "updated")
_SERVERS = frozenset({"name", "kind", "selfLink", "id", "etag", "uid", "fingerprint", *_CREATED, *_CHANGED})
_SCOPES = frozenset({"projects", "folders", "organizations", "billingAccounts", "locations", "regions", "zones"})


# ---- which method is which ------------------------------------------------------------------------------------------
def handler_of(method: Method, has_policy_schema: bool = True) -> Handler | None:
    """The generic handler of a method, or None if only its service could say what it does."""
    verb = method.verb
    if method.collection.rsplit(".", 1)[-1].lower().endswith("operations") and verb in _OPERATIONS:
        return _OPERATIONS[verb]
    if verb in ("getIamPolicy", "setIamPolicy", "testIamPermissions"):
        return _IAM[verb] if has_policy_schema else None
    if method.collection.rsplit(".", 1)[-1] == "locations" and verb in _LOCATIONS:
        return _LOCATIONS[verb]
    return _STANDARD.get(verb)


def uses_names(call: Call) -> bool:
    """Whether the resource's `name` is its full name: the path takes `{+name}` or `{+parent}`."""
    return (
        re.search(r"v\d+[a-z0-9]*/(?:\{\+[a-z]\w*\}|[a-zA-Z]+/?)", call.method.path) is not None
        and not call.api.service_path
    )


# ---- create ---------------------------------------------------------------------------------------------------------
def create(ctx: Context, call: Call) -> JSON | Answer:
    """POST on a collection, or PUT on a name."""
    body, rest = unwrapped(call)
    if call.method.http == "PUT":
        return create_named(ctx, call.target, body)
    ident = _chosen_id(ctx, call, body, rest)
    return create_named(ctx, f"{call.target}/{ident}" if call.target else ident, body)


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
    failed = _planted_failure(ctx)
    if not call.flag("validateOnly") and failed is None:
        ctx.put(name, resource)
        if spec.after_create is not None:
            resource = spec.after_create(ctx, name, resource) or ctx.store.get(ctx.label, name) or resource
    return _answer(ctx, name, resource, spec.create, verb, failed=failed)


def _planted_failure(ctx: Context) -> GoogleError | None:
    fault = ctx.faults.take(ctx.label, ctx.call.method.id, ctx.call.path, frozenset({"failed_operation"}))
    return GoogleError(fault.status, fault.message or "The operation failed.") if fault else None


def _answer(
    ctx: Context, name: str, resource: JSON, how: str, verb: str, *, failed: GoogleError | None
) -> JSON | Answer:
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
    if len(segments) < 2 or segments[-2] in _SCOPES or segments[-1] in ("global", "-", "_"):
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
        key in (*_CREATED, *_CHANGED)
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


# ---- shown ----------------------------------------------------------------------------------------------------------
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
    return view  # type: ignore[no-any-return]


# ---- get, list ------------------------------------------------------------------------------------------------------
def get(ctx: Context, call: Call) -> JSON | Answer:
    """One resource by its name."""
    return shown(ctx, call.target, ctx.need(call.target, call.collection), call.collection)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """One page of a collection."""
    spec = ctx.spec()
    _require_listed_parent(ctx)
    if spec.builtin is None and not call.arg("filter") and spec.sort != "name" and not call.arg("orderBy"):
        size = _page_size(call, spec)
        after = page.decode(call.arg("pageToken"))
        rows = ((number, (name, body)) for number, name, body in ctx.store.rows(ctx.label, call.target))
        found, token = page.take(rows, after, size)
        return _listed(ctx, [shown(ctx, n, b, call.collection) for n, b in found], token)
    names = ctx.store.names(ctx.label, call.target)
    if spec.builtin is not None:
        names = list(dict.fromkeys([*spec.builtin(ctx, call.target), *names]))
    if spec.sort == "name":
        names.sort()
    views = (
        shown(ctx, n, b, call.collection) for n in names if (b := ctx.get(n, collection=call.collection)) is not None
    )
    keep = filters.compile_filter(call.arg("filter"))
    items = [v for v in views if keep(v)]
    if call.arg("orderBy"):
        items = filters.ordered(items, call.arg("orderBy"))
    return paged(ctx, items, spec)


def paged(ctx: Context, items: list[JSON], spec: Resource | None = None) -> JSON:
    """One page of items that are computed rather than stored, in the shape of the method's answer."""
    call = ctx.call
    found, token = page.take(
        enumerate(items, 1), page.decode(call.arg("pageToken")), _page_size(call, spec or ctx.spec())
    )
    return _listed(ctx, found, token)


def _page_size(call: Call, spec: Resource) -> int:
    raw = call.arg("pageSize") or call.arg("maxResults")
    return page.size_of(raw or None, spec.page_size or page.DEFAULT_SIZE)


def _require_listed_parent(ctx: Context) -> None:
    call, spec = ctx.call, ctx.spec()
    parent = parent_of(call.target)
    segments = parent.split("/")
    if (
        not spec.parents_must_exist
        or len(segments) < 2
        or segments[-2] in _SCOPES
        or segments[-1] in ("global", "-", "_")
    ):
        return
    above = call.collection.rsplit(".", 1)[0] if uses_names(call) and "." in call.collection else segments[-2]
    if call.collection == "objects":
        above = "buckets"
    has_create = f"{above}.create" in call.api.methods or f"{above}.insert" in call.api.methods
    if has_create and "/-/" not in f"/{parent}/" and ctx.get(parent, collection=above) is None:
        raise ctx.not_found(parent, above)


def items_key(call: Call) -> str:
    """The field of a list answer that holds the resources."""
    schema = call.api.schema(call.method.response)
    if schema is None:
        return "items"
    wanted = call.api.resource_schema(call.collection)
    arrays = [f for f in schema.fields.values() if f.type == "array"]
    for found in arrays:
        if found.element and found.element.ref == wanted:
            return found.name
    lists = [f for f in arrays if f.element and f.element.ref] or arrays
    return lists[0].name if lists else "items"


def _listed(ctx: Context, items: list[JSON], token: str) -> JSON:
    call = ctx.call
    out: JSON = {}
    schema = call.api.schema(call.method.response)
    fields = schema.fields if schema else {}
    if "kind" in fields and fields["kind"].default:
        out["kind"] = fields["kind"].default
    if call.label == "compute":
        out |= {"id": call.target, "selfLink": ctx.link(call.target)}
    if items:
        out[items_key(call)] = items
    if token:
        out["nextPageToken"] = token
    return out


def aggregated_list(ctx: Context, call: Call) -> JSON | Answer:
    """Compute's list over all regions and zones: a map from scope to resources."""
    kind = call.target.rsplit("/", 1)[-1]
    container = "/".join(call.target.split("/")[:2])
    scopes: dict[str, JSON] = {}
    names = ctx.store.find(ctx.label, lambda n: n.startswith(container + "/") and f"/{kind}/" in n)
    for name in names:
        body = ctx.store.get(ctx.label, name)
        scope = parent_of(parent_of(name)).removeprefix(container + "/")
        if body is not None:
            scopes.setdefault(scope, {}).setdefault(kind, []).append(shown(ctx, name, body, call.collection))
    out: JSON = {"id": call.target, "selfLink": ctx.link(call.target), "items": scopes}
    schema = call.api.schema(call.method.response)
    if schema and "kind" in schema.fields:
        out["kind"] = schema.fields["kind"].default
    return out


# ---- update ---------------------------------------------------------------------------------------------------------
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
    for field in (*_CHANGED, "etag", "fingerprint"):
        if field in fields and field in before:
            after[field] = ctx.now() if field in _CHANGED else ctx.ids.etag()
    if spec.on_update is not None:
        after = spec.on_update(ctx, name, before, after) or after
    failed = _planted_failure(ctx)
    if not call.flag("validateOnly") and failed is None:
        ctx.put(name, after)
    return _answer(ctx, name, after, spec.update, "update", failed=failed)


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
    return frozenset({*marked, *spec.output_only, *(n for n in _SERVERS if not schema or n in schema.fields)})


def _refuse_immutable(schema: Schema | None, spec: Resource, before: JSON, after: JSON) -> None:
    marked = [n for n, f in schema.fields.items() if "immutable" in f.traits] if schema else []
    for field in dict.fromkeys((*spec.immutable, *marked)):
        if field in spec.mutable or field in _SERVERS or field not in after or after[field] == before.get(field):
            continue
        raise invalid(f"Field '{snake(field)}' is immutable and cannot be changed.", field_path=snake(field))


# ---- delete ---------------------------------------------------------------------------------------------------------
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
    failed = _planted_failure(ctx)
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
    return _answer(ctx, call.target, body, spec.update, "undelete", failed=None)


# ---- IAM ------------------------------------------------------------------------------------------------------------
def _policy_target(ctx: Context) -> str:
    """The resource whose policy is meant; 404 if its kind is one that must be made and it has not been."""
    call = ctx.call
    name = call.target
    for ending in ("/getIamPolicy", "/setIamPolicy", "/testIamPermissions", "/iam/testPermissions", "/iam"):
        if not uses_names(call):
            name = name.removesuffix(ending)
    made = any(f"{call.collection}.{verb}" in call.api.methods for verb in ("create", "insert"))
    if made and ctx.get(name, collection=call.collection) is None:
        raise ctx.not_found(name, call.collection)
    return name


def get_iam_policy(ctx: Context, call: Call) -> JSON | Answer:
    """The policy of a resource."""
    del call
    return _policy_view(ctx, ctx.policies.get(ctx.label, _policy_target(ctx)))


def _policy_view(ctx: Context, policy: JSON) -> JSON:
    call = ctx.call
    schema = call.api.schema(call.method.response)
    if schema and "kind" in schema.fields and schema.fields["kind"].default:
        policy["kind"] = schema.fields["kind"].default
    return policy


def set_iam_policy(ctx: Context, call: Call) -> JSON | Answer:
    """Replaces the policy of a resource."""
    name = _policy_target(ctx)
    wrapped = (
        "policy" in call.body
        or call.method.request.endswith("SetIamPolicyRequest")
        or call.method.request.endswith("SetPolicyRequest")
    )
    policy = call.body.get("policy", {}) if wrapped else call.body
    if not isinstance(policy, dict):
        raise invalid("Policy must be set.", field_path="policy")
    if wrapped and "bindings" not in policy and "bindings" in call.body:  # compute takes both forms
        policy = {k: call.body[k] for k in ("bindings", "etag", "version") if k in call.body}
    fields = mask.parse(str(call.body.get("updateMask", ""))) if wrapped else ()
    _check_grants(ctx, policy, ctx.policies.get(ctx.label, name))
    return _policy_view(ctx, ctx.policies.set(ctx.label, name, policy, fields))


def _check_grants(ctx: Context, policy: JSON, before: JSON) -> None:
    """400 for a new grant of a project's role, or to a project's service account, that nobody has made.

    Other projects' are taken on trust: only those that exist here can be looked up.
    """
    held = {(b.get("role"), m) for b in before.get("bindings", []) for m in b.get("members", [])}
    for binding in policy.get("bindings") or []:
        role = str(binding.get("role", ""))
        for member in binding.get("members") or []:
            if (role, member) in held or not isinstance(member, str):
                continue
            if _unmade(ctx, r"projects/([^/]+)/roles/[^/]+", role, role):
                text = f"Role ({role}) does not exist in the resource's hierarchy."
                raise invalid(text, field_path="policy.bindings.role")
            email = member.removeprefix("serviceAccount:")
            account = "projects/{}/serviceAccounts/" + email
            if email != member and _unmade(ctx, r"[^@]+@([^.@]+)\.iam\.gserviceaccount\.com", email, account):
                raise invalid(f"Service account {email} does not exist.", field_path="policy.bindings.member")


def _unmade(ctx: Context, pattern: str, text: str, name: str) -> bool:
    """Whether a name is of a project that is here, and nothing of that name is."""
    found = re.fullmatch(pattern, text)
    project = ctx.projects.find(found[1]) if found else None
    if project is None:
        return False
    body = ctx.store.get("iam", name.replace("{}", project.id))
    return body is None or bool(body.get("deleted"))


def test_iam_permissions(ctx: Context, call: Call) -> JSON | Answer:
    """The caller is never checked, so it holds all that it asks about."""
    _policy_target(ctx)
    asked = call.body.get("permissions") or list(call.query.get("permissions", ()))
    return {"permissions": asked} if asked else {}


# ---- operations and locations ---------------------------------------------------------------------------------------
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


REGIONS = (
    "africa-south1", "asia-east1", "asia-northeast1", "asia-south1", "asia-southeast1", "australia-southeast1",
    "europe-central2",
    "europe-north1", "europe-southwest1", "europe-west1", "europe-west2", "europe-west3", "europe-west4",
    "europe-west6",
    "europe-west8", "europe-west9", "europe-west10", "europe-west12", "me-central1", "me-west1",
    "northamerica-northeast1",
    "southamerica-east1", "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2",
    "us-west3", "us-west4",
)  # fmt: skip
"""Regions that a list of locations names; https://cloud.google.com/about/locations. Calls in other locations are
taken
as well."""


def get_location(ctx: Context, call: Call) -> JSON | Answer:
    """One location."""
    return {"name": ctx.shown_name(call.target), "locationId": call.target.rsplit("/", 1)[-1]}


def list_locations(ctx: Context, call: Call) -> JSON | Answer:
    """All locations."""
    parent = call.target.removesuffix("/locations")
    found = [{"name": f"{ctx.shown_name(parent)}/locations/{r}", "locationId": r} for r in REGIONS]
    size = page.size_of(call.arg("pageSize") or None)
    items, token = page.take(enumerate(found, 1), page.decode(call.arg("pageToken")), size)
    return {"locations": items, **({"nextPageToken": token} if token else {})}


def refused(ctx: Context, call: Call) -> JSON | Answer:
    """The handler of a method that is not emulated although its verb is a standard one: 501."""
    del ctx
    raise unimplemented(call)


def unimplemented(call: Call) -> GoogleError:
    """501 for a method that nobody has taught the emulator."""
    return GoogleError(
        "UNIMPLEMENTED", f"Lockgate's emulator does not implement {call.method.id} ({call.api.version})."
    )


_STANDARD: dict[str, Callable[[Context, Call], JSON | Answer]] = {
    "create": create, "insert": create, "get": get, "list": list_, "aggregatedList": aggregated_list,
    "patch": update, "update": update,
    "delete": delete, "undelete": undelete,
}  # fmt: skip
_IAM: dict[str, Callable[[Context, Call], JSON | Answer]] = {
    "getIamPolicy": get_iam_policy, "setIamPolicy": set_iam_policy, "testIamPermissions": test_iam_permissions,
}  # fmt: skip
_OPERATIONS: dict[str, Callable[[Context, Call], JSON | Answer]] = {
    "get": get_operation, "wait": wait_operation, "list": list_operations, "cancel": cancel_operation,
    "delete": delete_operation,
}  # fmt: skip
_LOCATIONS: dict[str, Callable[[Context, Call], JSON | Answer]] = {"get": get_location, "list": list_locations}

__all__ = ["UNSET", "create_named", "handler_of", "items_key", "paged", "shown", "unimplemented", "update_named"]
