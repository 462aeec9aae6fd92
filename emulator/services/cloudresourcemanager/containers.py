"""Folders and organizations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudresourcemanager.projects import state_of, view_v3
from emulator.services.cloudresourcemanager.shared import DENIED, nameless, require_container
from emulator.state.projects import Container
from emulator.wire import filters, mask
from emulator.wire.errors import GoogleError, failed_precondition, invalid, permission_denied

JSON = dict[str, Any]


def _container(ctx: Context) -> Container:
    found = ctx.projects.containers.get(ctx.call.target)
    if found is None:
        raise permission_denied(DENIED)
    return found


def _container_view(ctx: Context, container: Container) -> JSON:
    out: JSON = {"name": container.name, **container.body}
    kind, _, ident = container.name.partition("/")
    old = ctx.call.api.version.startswith(("v1", "v2"))
    if kind == "folders":
        out["parent"] = container.parent
        out.setdefault("displayName", f"folder {ident}")
    else:
        out.setdefault("displayName", f"{ident}.example.org")
        out.setdefault("directoryCustomerId", "C0example")
        if old:
            out["owner"] = {"directoryCustomerId": out.pop("directoryCustomerId")}
    if old:
        out["lifecycleState"] = out.pop("state", "ACTIVE")
        if ctx.call.api.version.startswith("v1"):
            out = {k: v for k, v in out.items() if k not in ("updateTime", "etag")}
        return {"creationTime" if k == "createTime" and kind == "organizations" else k: v for k, v in out.items()}
    out.setdefault("state", "ACTIVE")
    return out


def get_container(ctx: Context, call: Call) -> JSON | Answer:
    """One folder or organization."""
    del call
    return _container_view(ctx, _container(ctx))


def _containers(ctx: Context, kind: str, parent: str, text: str, *, deleted: bool) -> JSON | Answer:
    keep = filters.compile_filter(text)
    views = [_container_view(ctx, c) for c in ctx.projects.containers.values() if c.name.startswith(kind + "/")]
    found = [v for v in views if (not parent or v.get("parent") == parent) and keep(v)]
    live = [v for v in found if deleted or "state" in text or v.get("state", v.get("lifecycleState")) == "ACTIVE"]
    return standard.paged(ctx, live)


def list_folders(ctx: Context, call: Call) -> JSON | Answer:
    """The folders below a parent."""
    return _containers(ctx, "folders", call.arg("parent"), "", deleted=call.flag("showDeleted"))


def search(ctx: Context, call: Call) -> JSON | Answer:
    """Folders or organizations that a query fits."""
    kind = call.collection.rsplit(".", 1)[-1]
    text = call.arg("query") or str(call.body.get("query") or call.body.get("filter") or "")
    return _containers(ctx, kind, "", re.sub(r"domain:\S+", "", text), deleted=False)


def create_folder(ctx: Context, call: Call) -> JSON | Answer:
    """A folder with a number; its name is unique among its siblings."""
    parent = str(call.body.get("parent") or call.arg("parent"))
    if not re.fullmatch(r"(folders|organizations)/\d+", parent):
        raise invalid("Folder parent must be a folder or an organization.", field_path="folder.parent")
    require_container(ctx, parent)
    name = str(call.body.get("displayName", ""))
    if not name:
        raise invalid("The folder display name is required.", field_path="folder.display_name")
    now = ctx.now()
    made: JSON = {"displayName": name, "state": "ACTIVE", "createTime": now, "updateTime": now, "etag": ctx.ids.etag()}
    folder = Container(f"folders/{ctx.ids.digits(12)}", parent, made)
    clash = _clash(ctx, folder)
    if clash is None:
        ctx.projects.containers[folder.name] = folder
    return ctx.start(folder.name, _container_view(ctx, folder), verb="create", kind="Folder", error=clash)


def _clash(ctx: Context, folder: Container) -> GoogleError | None:
    """Why a folder may not have the name that it has."""
    for other in ctx.projects.containers.values():
        same = other.parent == folder.parent and other.body.get("displayName") == folder.body.get("displayName")
        if (
            same
            and other.name.startswith("folders/")
            and other.name != folder.name
            and other.body.get("state", "ACTIVE") == "ACTIVE"
        ):
            return failed_precondition(
                "Folder reservation failed for parent: the folder display name is not unique among its siblings."
            )
    return None


def patch_folder(ctx: Context, call: Call) -> JSON | Answer:
    """Only its name can change."""
    folder = _container(ctx)
    paths = mask.parse(call.arg("updateMask")) or ("displayName",)
    if paths != ("displayName",):
        raise invalid("Only display_name of a folder can be updated.", field_path="update_mask")
    folder.body |= {"displayName": call.body.get("displayName", ""), "updateTime": ctx.now(), "etag": ctx.ids.etag()}
    view = _container_view(ctx, folder)
    return (
        view
        if call.api.version.startswith("v2")
        else ctx.start(folder.name, view, verb="update", kind="Folder", done=True)
    )


def move_folder(ctx: Context, call: Call) -> JSON | Answer:
    """Hangs a folder elsewhere, but never below itself."""
    folder = _container(ctx)
    parent = str(call.body.get("destinationParent", ""))
    require_container(ctx, parent)
    at = parent
    while at:
        if at == folder.name:
            raise failed_precondition("The folder cannot be moved below itself.")
        at = ctx.projects.containers[at].parent if at in ctx.projects.containers else ""
    folder.parent = parent
    return ctx.start(folder.name, _container_view(ctx, folder), verb="move", kind="Folder")


def delete_folder(ctx: Context, call: Call) -> JSON | Answer:
    """Marks a folder; it must be empty."""
    folder = _container(ctx)
    children: Iterable[tuple[str, str]] = [
        (c.parent, str(c.body.get("state"))) for c in ctx.projects.containers.values()
    ]
    projects = [(p.parent, state_of(p)) for p in ctx.projects.projects.values()]
    if any(parent == folder.name and state != "DELETE_REQUESTED" for parent, state in [*children, *projects]):
        raise failed_precondition("Folder must be empty to be deleted.")
    folder.body |= {"state": "DELETE_REQUESTED", "deleteTime": ctx.now()}
    view = _container_view(ctx, folder)
    view.pop("deleteTime", None)
    return view if call.api.version.startswith("v2") else nameless(ctx, "Folder", view)


def undelete_folder(ctx: Context, call: Call) -> JSON | Answer:
    """Takes the mark away."""
    folder = _container(ctx)
    if folder.body.get("state") != "DELETE_REQUESTED":
        raise failed_precondition("The folder is not being deleted.")
    folder.body = {k: v for k, v in folder.body.items() if k != "deleteTime"} | {"state": "ACTIVE"}
    view = _container_view(ctx, folder)
    return view if call.api.version.startswith("v2") else ctx.start(folder.name, view, verb="undelete", kind="Folder")


def scope_found(ctx: Context, name: str) -> JSON | None:
    """So that the policies of what lives in `ctx.projects` can be asked for."""
    if name.startswith("projects/"):
        project = ctx.projects.find(name.split("/")[1])
        return None if project is None else view_v3(project)
    return {"name": name} if name in ctx.projects.containers else None
