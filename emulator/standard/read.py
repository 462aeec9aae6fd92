"""Get and list, one page at a time: https://google.aip.dev/131 and 132; compute's aggregated lists."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.standard.shared import SCOPES, shown, uses_names
from emulator.state.store import parent_of
from emulator.wire import filters, page

JSON = dict[str, Any]


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
        or segments[-2] in SCOPES
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
