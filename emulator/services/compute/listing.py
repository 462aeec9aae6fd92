"""Compute's own filters beside the common ones, and its lists over all scopes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.compute import links, places
from emulator.wire import filters

JSON = dict[str, Any]

_EQ = re.compile(r"""\s*\(?\s*([\w.]+)\s+(eq|ne)\s+(?:"([^"]*)"|'([^']*)'|([^\s)]+))\s*\)?\s*""")
"""`network eq ".*default"`: a regular expression that must match in full."""


def compile_filter(text: str) -> Callable[[JSON], bool]:
    """A predicate for a `filter` in either of Compute's syntaxes; 400 if it is in neither."""
    found = _EQ.fullmatch(text)
    if found is None:
        return filters.compile_filter(text)
    field, negated = found[1], found[2] == "ne"
    wanted = found[3] or found[4] or found[5] or ""
    try:
        pattern = re.compile(wanted)
    except re.error:
        raise links.bad_value("filter", text, "Invalid list filter expression.") from None

    def keep(item: JSON) -> bool:
        value: Any = item
        for part in field.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return (pattern.fullmatch("" if value is None else str(value)) is not None) != negated

    return keep


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """list, of every kind whose filter may be in the older syntax."""
    if not _EQ.fullmatch(call.arg("filter")):
        return standard.list_(ctx, call)
    keep = compile_filter(call.arg("filter"))
    names = list(ctx.store.names(ctx.label, call.target))
    builtin = ctx.spec().builtin
    if builtin is not None:
        names = list(dict.fromkeys([*builtin(ctx, call.target), *names]))
    shown = [ctx.show(n, b) for n in names if (b := ctx.get(n, collection=call.collection)) is not None]
    return standard.paged(ctx, [s for s in shown if keep(s)])


def aggregated(ctx: Context, call: Call) -> JSON | Answer:
    """aggregatedList: one entry a scope, with a warning where there is nothing."""
    kind = call.target.rsplit("/", 1)[-1]
    project = links.project_of(ctx)
    keep = compile_filter(call.arg("filter"))
    found: dict[str, list[JSON]] = {scope: [] for scope in places.scopes()}
    for name in ctx.store.find(ctx.label, lambda n: n.startswith(project + "/") and f"/{kind}/" in n):
        body = ctx.store.get(ctx.label, name)
        if body is None or len(name.rsplit("/", 2)) < 3 or name.rsplit("/", 2)[1] != kind:
            continue
        view = ctx.show(name, body)
        if keep(view):
            found.setdefault(name.rsplit("/", 2)[0].removeprefix(project + "/"), []).append(view)
    schema = call.api.schema(call.method.response)
    out: JSON = {"id": call.target, "selfLink": ctx.link(call.target)}
    if schema and "kind" in schema.fields:
        out["kind"] = schema.fields["kind"].default
    out["items"] = {scope: {kind: items} if items else {"warning": _nothing(scope)} for scope, items in found.items()}
    return out


def _nothing(scope: str) -> JSON:
    return {
        "code": "NO_RESULTS_ON_PAGE",
        "message": f"There are no results for scope '{scope}' on this page.",
        "data": [{"key": "scope", "value": scope}],
    }
