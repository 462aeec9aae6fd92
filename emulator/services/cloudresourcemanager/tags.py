"""Tag keys, tag values, and what they are bound to."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudresourcemanager.projects import ancestry
from emulator.services.cloudresourcemanager.shared import DENIED, nameless, require_container
from emulator.wire.errors import GoogleError, already_exists, failed_precondition, invalid, permission_denied

JSON = dict[str, Any]


def hidden(ctx: Context, kind: str, name: str) -> GoogleError:
    """403 for what does not exist: whether it does is not for everybody to know."""
    del ctx
    if kind in ("Project", "Folder", "Organization"):
        return permission_denied(DENIED)
    return permission_denied(f"Permission denied on resource '{name}' (or it may not exist).")


def _namespace(ctx: Context, parent: str) -> str:
    if parent.startswith("tagKeys/"):
        return str(ctx.need(parent, "tagKeys")["namespacedName"])
    kind, _, ident = parent.partition("/")
    if kind == "projects":
        project = ctx.projects.find(ident)
        if project is None:
            raise permission_denied(f"Permission denied on resource '{parent}' (or it may not exist).")
        return project.id
    require_container(ctx, parent)
    return ident


def create_tag(ctx: Context, call: Call) -> JSON | Answer:
    """A tag key or value: its short name is unique below its parent. That it is not shows in the operation."""
    kind = ctx.kind()
    parent = ctx.projects.by_number(str(call.body.get("parent", "")))
    short = str(call.body.get("shortName", ""))
    if not re.fullmatch(r"[^\s'\"\\/<>][^'\"\\/<>]{0,255}", short):
        raise invalid(f"Invalid short name '{short[:60]}'.", field_path=f"{kind[0].lower()}{kind[1:]}.short_name")
    namespaced = f"{_namespace(ctx, parent)}/{short}"
    ctx.call.body.update(parent=parent)
    name = f"{call.target}/{ctx.ids.digits(15)}"
    for _, _, other in ctx.store.rows(ctx.label, call.target):
        if other["namespacedName"] == namespaced:
            text = (
                f"<eye3 title='ALREADY_EXISTS'/> generic::ALREADY_EXISTS: A {kind} with short name '{short}' "
                f"already exists under parent '{parent}'"
            )
            return ctx.start(name, None, verb="create", error=already_exists(text))
    return standard.create_named(ctx, name, {**call.body, "parent": parent, "namespacedName": namespaced})


def list_tags(ctx: Context, call: Call) -> JSON | Answer:
    """The keys below a parent, the values below a key."""
    parent = ctx.projects.by_number(call.arg("parent"))
    if not parent:
        raise invalid("The parent must be set.", field_path="parent")
    rows = ctx.store.rows(ctx.label, call.target)
    return standard.paged(ctx, [ctx.show(n, b) for _, n, b in rows if b.get("parent") == parent])


def get_namespaced(ctx: Context, call: Call) -> JSON | Answer:
    """By `<parent>/<key>` or `<parent>/<key>/<value>`."""
    wanted = call.arg("name")
    for _, name, body in ctx.store.rows(ctx.label, call.collection):
        if body["namespacedName"] == wanted:
            return ctx.show(name, body)
    raise permission_denied(f"Permission denied on resource '{wanted}' (or it may not exist).")


def patch_tag(ctx: Context, call: Call) -> JSON | Answer:
    """Done at once, without a name."""
    standard.update(ctx, call)
    return nameless(ctx, ctx.kind(), ctx.show(call.target, ctx.need(call.target)))


def _key_deleted(ctx: Context, name: str, key: JSON) -> None:
    del key
    if any(b.get("parent") == name for _, _, b in ctx.store.rows(ctx.label, "tagValues")):
        raise failed_precondition(f"Cannot delete tag key {name} that has tag values.")


def _value_deleted(ctx: Context, name: str, value: JSON) -> None:
    del value
    if ctx.store.names(ctx.label, f"{name}/tagHolds"):
        raise failed_precondition(f"Cannot delete tag value {name} that is held.")
    if any((ctx.store.get(ctx.label, n) or {}).get("tagValue") == name for n in _bindings(ctx)):
        raise failed_precondition(f"Cannot delete tag value {name} that is still bound to a resource.")


def _bindings(ctx: Context) -> list[str]:
    return ctx.store.find(ctx.label, lambda n: n.startswith("tagBindings/"))


def _full_name(ctx: Context, name: str) -> str:
    """A full resource name (`//run.googleapis.com/projects/…`) with the project by number."""
    found = re.fullmatch(r"(//[a-z0-9.-]+/)(projects/.+)", name)
    return found[1] + ctx.projects.by_number(ctx.canonical(found[2])) if found else name


def create_binding(ctx: Context, call: Call) -> JSON | Answer:
    """Binds a value to a resource: one value of a key at most."""
    parent = _full_name(ctx, str(call.body.get("parent", "")))
    value = _tag_value(ctx, call)
    name = f"tagBindings/{quote(parent, safe='')}/{value['name']}"
    if ctx.store.has(ctx.label, name):
        raise already_exists(
            f"A binding between the given TagValue and resource already exists. proposed binding: {value['name']}"
        )
    for other in _bindings(ctx):
        bound = ctx.store.get(ctx.label, other) or {}
        held = ctx.store.get(ctx.label, str(bound.get("tagValue"))) or {}
        if bound.get("parent") == parent and held.get("parent") == value["parent"]:
            raise failed_precondition(
                "A binding already exists between the given resource and a TagValue of the same TagKey."
            )
    body = {
        "name": name,
        "parent": parent,
        "tagValue": value["name"],
        "tagValueNamespacedName": value["namespacedName"],
    }
    if not call.flag("validateOnly"):
        ctx.put(name, body)
    return nameless(ctx, "TagBinding", body)


def _tag_value(ctx: Context, call: Call) -> JSON:
    name, namespaced = call.body.get("tagValue"), call.body.get("tagValueNamespacedName")
    for _, _, body in ctx.store.rows(ctx.label, "tagValues"):
        if (name and body["name"] == name) or (not name and namespaced and body["namespacedName"] == namespaced):
            return body
    raise permission_denied(f"Permission denied on resource '{name or namespaced}' (or it may not exist).")


def list_bindings(ctx: Context, call: Call) -> JSON | Answer:
    """What is bound to one resource."""
    parent = _full_name(ctx, call.arg("parent"))
    found = [b for n in _bindings(ctx) if (b := ctx.store.get(ctx.label, n)) and b["parent"] == parent]
    return standard.paged(ctx, found)


def delete_binding(ctx: Context, call: Call) -> JSON | Answer:
    """Done at once, without a name."""
    found = ctx.store.get(ctx.label, call.target)
    if found is None:
        raise hidden(ctx, "TagBinding", call.target)
    ctx.delete(call.target)
    return nameless(ctx, "TagBinding", None)


def effective_tags(ctx: Context, call: Call) -> JSON | Answer:
    """What is bound to a resource or to what it hangs from; the nearest value of a key counts."""
    parent = _full_name(ctx, call.arg("parent"))
    chain = [parent]
    found = re.search(r"projects/([^/]+)", parent)
    project = ctx.projects.find(found[1]) if found else None
    if project is not None:
        names = [ctx.projects.by_number(n) for n in ancestry(ctx, project)]
        chain += [f"//cloudresourcemanager.googleapis.com/{n}" for n in names if not parent.endswith("/" + n)]
    tags: dict[str, JSON] = {}
    for depth, resource in enumerate(chain):
        for name in _bindings(ctx):
            bound = ctx.store.get(ctx.label, name) or {}
            value = ctx.store.get(ctx.label, str(bound.get("tagValue"))) or {}
            key = ctx.store.get(ctx.label, str(value.get("parent"))) or {}
            if bound.get("parent") != resource or not key or key["name"] in tags:
                continue
            tags[key["name"]] = {
                "tagValue": value["name"],
                "namespacedTagValue": value["namespacedName"],
                "tagKey": key["name"],
                "namespacedTagKey": key["namespacedName"],
                "tagKeyParentName": key["parent"],
                **({"inherited": True} if depth else {}),
            }
    return standard.paged(ctx, list(tags.values()))


def deleted_tag(ctx: Context, call: Call) -> JSON | Answer:
    """The operation ends with the tag as it was."""
    body = ctx.need(call.target)
    if call.arg("etag") and call.arg("etag") != body["etag"]:
        raise GoogleError("ABORTED", "The etag does not match.")
    (_key_deleted if call.collection == "tagKeys" else _value_deleted)(ctx, call.target, body)
    if not call.flag("validateOnly"):
        ctx.delete(call.target)
    return ctx.start(call.target, ctx.show(call.target, body), verb="delete")
