"""Projects, in the forms of versions 1 and 3."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudresourcemanager.shared import DENIED, FRESH, require_container
from emulator.state.projects import Project
from emulator.wire import filters, mask
from emulator.wire.errors import already_exists, failed_precondition, invalid, permission_denied

JSON = dict[str, Any]

_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def _project(ctx: Context, *, gone: bool = True) -> Project:
    """The project that the path names; 403 if there is none (or, unless `gone`, if it is to be deleted)."""
    found = ctx.projects.find(ctx.call.target.split("/")[1].split(":")[0] if "projects/" in ctx.call.target else "")
    if found is None or (not gone and state_of(found) != "ACTIVE"):
        raise permission_denied(DENIED)
    return found


def state_of(project: Project) -> str:
    """ACTIVE, or what deletion has made of it."""
    return str(project.body.get("state", "ACTIVE"))


def view_v1(project: Project) -> JSON:
    """A project as v1 shows it."""
    body = project.body
    kind, _, ident = project.parent.partition("/")
    out: JSON = {
        "projectNumber": project.number,
        "projectId": project.id,
        "lifecycleState": state_of(project),
        "name": body.get("displayName", project.id),
        "createTime": body.get("createTime"),
        "labels": body.get("labels") or None,
    }
    if ident:
        out["parent"] = {"type": kind.removesuffix("s"), "id": ident}
    return out


def view_v3(project: Project) -> JSON:
    """A project as v3 shows it."""
    body = project.body
    keys = ("createTime", "updateTime", "deleteTime", "etag", "labels")
    out: JSON = {k: body[k] for k in keys if body.get(k)}
    out |= {"name": f"projects/{project.number}", "projectId": project.id, "state": state_of(project)}
    out["displayName"] = body.get("displayName", project.id)
    if project.parent:
        out["parent"] = project.parent
    return out


def _shown(ctx: Context, project: Project) -> JSON:
    return view_v1(project) if ctx.call.api.version.startswith("v1") else view_v3(project)


def create_project(ctx: Context, call: Call) -> JSON | Answer:
    """A project with a fresh number. An id is never used twice, also while the project waits for deletion."""
    body = call.body
    ident = str(body.get("projectId", ""))
    if not _PROJECT_ID.fullmatch(ident):
        raise invalid(
            "field [project_id] has issue [project_id must be 6 to 30 lowercase letters, digits, or "
            "hyphens; it must start with a letter and not end with a hyphen]",
            field_path="project_id",
        )
    if ctx.projects.find(ident) is not None:
        raise already_exists()
    parent = body.get("parent", "")
    if isinstance(parent, dict):
        parent = f"{parent.get('type', '')}s/{parent.get('id', '')}" if parent else ""
    require_container(ctx, parent)
    name = body.get("name") if call.api.version.startswith("v1") else body.get("displayName")
    now = ctx.now()
    made: JSON = {"createTime": now, "updateTime": now, "etag": ctx.ids.etag(), "state": "ACTIVE"}
    if name:
        made["displayName"] = name
    if body.get("labels"):
        made["labels"] = body["labels"]
    project = Project(ident, ctx.ids.digits(12), parent=parent, services=set(FRESH), body=made)
    ctx.projects.add(project)
    return ctx.start(f"projects/{ident}", _shown(ctx, project), verb="create", kind="Project")


def get_project(ctx: Context, call: Call) -> JSON | Answer:
    """One project, by id or number, also one that waits for deletion."""
    del call
    return _shown(ctx, _project(ctx))


def list_projects(ctx: Context, call: Call) -> JSON | Answer:
    """All of them, by `filter` (v1), `query` (search) or `parent` (list of v3)."""
    found = list(ctx.projects.projects.values())
    if call.arg("parent"):
        found = [
            p for p in found if p.parent == call.arg("parent") and (call.flag("showDeleted") or state_of(p) == "ACTIVE")
        ]
    keep = filters.compile_filter(_query(call.arg("filter") or call.arg("query")))
    views = []
    for project in found:
        view = _shown(ctx, project)
        extra = {"id": project.id, "parent": view.get("parent"), "name": view.get("name")}
        if keep({**view, **{k: v for k, v in extra.items() if v}}):
            views.append(view)
    return standard.paged(ctx, views)


def _query(text: str) -> str:
    """A search query in the spelling that filters understand."""
    return (
        text.replace("lifecycleState", "lifecycleState")
        .replace("parent.type:", "parent.type=")
        .replace("parent.id:", "parent.id=")
    )


def update_project(ctx: Context, call: Call) -> JSON | Answer:
    """v1 PUT replaces name, labels and parent; v3 PATCH changes what its mask names."""
    project = _project(ctx, gone=False)
    body = dict(project.body)
    if call.method.http == "PUT":
        body |= {"displayName": call.body.get("name", project.id), "labels": call.body.get("labels", {})}
        parent = call.body.get("parent")
        if isinstance(parent, dict) and parent:
            project.parent = f"{parent.get('type')}s/{parent.get('id')}"
    else:
        paths = mask.parse(call.arg("updateMask")) or tuple(k for k in ("displayName", "labels") if k in call.body)
        wrong = [p for p in paths if p.split(".")[0] not in ("displayName", "labels", "*")]
        if wrong:
            raise invalid(f"Field mask path '{wrong[0]}' cannot be updated.", field_path="update_mask")
        body = mask.apply(
            body,
            {k: call.body[k] for k in ("displayName", "labels") if k in call.body},
            tuple(p for p in paths if p != "*"),
        )
    project.body = {**body, "updateTime": ctx.now(), "etag": ctx.ids.etag()}
    view = _shown(ctx, project)
    return (
        view if call.method.http == "PUT" else ctx.start(f"projects/{project.id}", view, verb="update", kind="Project")
    )


def delete_project(ctx: Context, call: Call) -> JSON | Answer:
    """Marks a project; thirty days later it would be gone. A lien prevents it."""
    project = _project(ctx)
    if state_of(project) != "ACTIVE":
        raise failed_precondition("The project is not active: it is already being deleted.")
    for _, _, lien in ctx.store.rows("cloudresourcemanager", "liens"):
        if ctx.canonical(str(lien.get("parent"))) == f"projects/{project.id}":
            raise failed_precondition(
                f"A lien to prevent deletion was placed on the project by [{lien.get('origin', '')}]. "
                "Remove the lien to allow deletion."
            )
    project.body = {**project.body, "state": "DELETE_REQUESTED", "deleteTime": ctx.now()}
    if call.api.version.startswith("v1"):
        return {}
    return ctx.start(f"projects/{project.id}", view_v3(project), verb="delete", kind="Project")


def undelete_project(ctx: Context, call: Call) -> JSON | Answer:
    """Takes the mark away."""
    project = _project(ctx)
    if state_of(project) != "DELETE_REQUESTED":
        raise failed_precondition("The project is not being deleted.")
    project.body = {k: v for k, v in project.body.items() if k != "deleteTime"} | {"state": "ACTIVE"}
    if call.api.version.startswith("v1"):
        return {}
    return ctx.start(f"projects/{project.id}", view_v3(project), verb="undelete", kind="Project")


def move_project(ctx: Context, call: Call) -> JSON | Answer:
    """Hangs a project elsewhere."""
    project = _project(ctx, gone=False)
    parent = str(call.body.get("destinationParent", ""))
    require_container(ctx, parent)
    project.parent = parent
    return ctx.start(f"projects/{project.id}", view_v3(project), verb="move", kind="Project")


def ancestry(ctx: Context, project: Project) -> list[str]:
    """`projects/<id>`, then what it hangs from, up to the organization."""
    names, at = [f"projects/{project.id}"], project.parent
    while at and at not in names:
        names.append(at)
        above = ctx.projects.containers.get(at)
        at = above.parent if above else ""
    return names


def get_ancestry(ctx: Context, call: Call) -> JSON | Answer:
    """v1's list of ancestors."""
    del call
    pairs = [name.split("/", 1) for name in ancestry(ctx, _project(ctx))]
    return {"ancestor": [{"resourceId": {"type": kind.removesuffix("s"), "id": ident}} for kind, ident in pairs]}
