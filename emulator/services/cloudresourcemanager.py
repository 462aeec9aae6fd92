"""Resource Manager, v1 to v3: https://cloud.google.com/resource-manager/reference/rest. Projects, folders and
organizations live in `ctx.projects`, where every service looks them up; this module shows and changes them. Tags, liens
and holds are ordinary resources.

What a caller may not see and what does not exist are told apart nowhere: both are 403.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from emulator import policies_v1, standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import DIRECT, Resource
from emulator.service import Service
from emulator.state.projects import Container, Project
from emulator.wire import filters, mask
from emulator.wire.errors import GoogleError, already_exists, failed_precondition, invalid, permission_denied

JSON = dict[str, Any]

_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_DENIED = "The caller does not have permission"
FRESH = frozenset(
    f"{name}.googleapis.com"
    for name in ("bigquery", "bigquerystorage", "cloudtrace", "datastore", "logging", "monitoring", "servicemanagement",
                 "serviceusage", "sql-component", "storage", "storage-api", "storage-component")
)  # fmt: skip
"""APIs that a new project has enabled: https://cloud.google.com/service-usage/docs/enabled-service#default."""


# ---- projects -------------------------------------------------------------------------------------------------------
def _project(ctx: Context, *, gone: bool = True) -> Project:
    """The project that the path names; 403 if there is none (or, unless `gone`, if it is to be deleted)."""
    found = ctx.projects.find(ctx.call.target.split("/")[1].split(":")[0] if "projects/" in ctx.call.target else "")
    if found is None or (not gone and _state(found) != "ACTIVE"):
        raise permission_denied(_DENIED)
    return found


def _state(project: Project) -> str:
    return str(project.body.get("state", "ACTIVE"))


def view_v1(project: Project) -> JSON:
    """A project as v1 shows it."""
    body = project.body
    kind, _, ident = project.parent.partition("/")
    out: JSON = {
        "projectNumber": project.number,
        "projectId": project.id,
        "lifecycleState": _state(project),
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
    out |= {"name": f"projects/{project.number}", "projectId": project.id, "state": _state(project)}
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
    _require_container(ctx, parent)
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


def _require_container(ctx: Context, name: str) -> None:
    if name and name not in ctx.projects.containers:
        raise permission_denied(f"Permission denied on resource '{name}' (or it may not exist).")
    if name and ctx.projects.containers[name].body.get("state") == "DELETE_REQUESTED":
        raise failed_precondition(f"The parent {name} is being deleted.")


def get_project(ctx: Context, call: Call) -> JSON | Answer:
    """One project, by id or number, also one that waits for deletion."""
    del call
    return _shown(ctx, _project(ctx))


def list_projects(ctx: Context, call: Call) -> JSON | Answer:
    """All of them, by `filter` (v1), `query` (search) or `parent` (list of v3)."""
    found = list(ctx.projects.projects.values())
    if call.arg("parent"):
        found = [
            p for p in found if p.parent == call.arg("parent") and (call.flag("showDeleted") or _state(p) == "ACTIVE")
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
    if _state(project) != "ACTIVE":
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
    if _state(project) != "DELETE_REQUESTED":
        raise failed_precondition("The project is not being deleted.")
    project.body = {k: v for k, v in project.body.items() if k != "deleteTime"} | {"state": "ACTIVE"}
    if call.api.version.startswith("v1"):
        return {}
    return ctx.start(f"projects/{project.id}", view_v3(project), verb="undelete", kind="Project")


def move_project(ctx: Context, call: Call) -> JSON | Answer:
    """Hangs a project elsewhere."""
    project = _project(ctx, gone=False)
    parent = str(call.body.get("destinationParent", ""))
    _require_container(ctx, parent)
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


# ---- folders and organizations --------------------------------------------------------------------------------------
def _container(ctx: Context) -> Container:
    found = ctx.projects.containers.get(ctx.call.target)
    if found is None:
        raise permission_denied(_DENIED)
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
    _require_container(ctx, parent)
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
    _require_container(ctx, parent)
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
    projects = [(p.parent, _state(p)) for p in ctx.projects.projects.values()]
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


def nameless(ctx: Context, kind: str, view: JSON | None) -> JSON:
    """An operation that is done before it has a name: some methods of v3 answer so."""
    if view is None:
        return {"done": True, "response": {"@type": "type.googleapis.com/google.protobuf.Empty"}}
    return {"done": True, "response": {"@type": ctx.type_url(kind), **view}}


def _scope_found(ctx: Context, name: str) -> JSON | None:
    """So that the policies of what lives in `ctx.projects` can be asked for."""
    if name.startswith("projects/"):
        project = ctx.projects.find(name.split("/")[1])
        return None if project is None else view_v3(project)
    return {"name": name} if name in ctx.projects.containers else None


# ---- tags -----------------------------------------------------------------------------------------------------------
def _hidden(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx
    if kind in ("Project", "Folder", "Organization"):
        return permission_denied(_DENIED)
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
    _require_container(ctx, parent)
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
        raise _hidden(ctx, "TagBinding", call.target)
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


# ---- liens ----------------------------------------------------------------------------------------------------------
def create_lien(ctx: Context, call: Call) -> JSON | Answer:
    """Keeps a project from being deleted."""
    parent = ctx.canonical(str(call.body.get("parent", "")))
    if _scope_found(ctx, parent) is None:
        raise permission_denied(_DENIED)
    for field in ("restrictions", "origin", "reason"):
        if not call.body.get(field):
            raise invalid(f"The {field} of a lien must be set.", field_path=f"lien.{field}")
    return standard.create_named(
        ctx, f"liens/p{ctx.ids.digits(12)}-l{ctx.ids.hexa(16)}", {**call.body, "parent": ctx.projects.by_number(parent)}
    )


def list_liens(ctx: Context, call: Call) -> JSON | Answer:
    """The liens on a project."""
    parent = ctx.canonical(call.arg("parent"))
    found = [
        ctx.show(n, b) for _, n, b in ctx.store.rows(ctx.label, "liens") if ctx.canonical(str(b["parent"])) == parent
    ]
    return standard.paged(ctx, found)


# ---- operations -----------------------------------------------------------------------------------------------------
_METADATA = {
    ("TagKey", "create"): "CreateTagKeyMetadata", ("TagKey", "delete"): "DeleteTagKeyMetadata",
    ("TagKey", "update"): "UpdateTagKeyMetadata",
    ("TagValue", "create"): "CreateTagValueMetadata", ("TagValue", "delete"): "DeleteTagValueMetadata",
    ("TagValue", "update"): "UpdateTagValueMetadata", ("Folder", "create"): "CreateFolderMetadata",
    ("Folder", "update"): "UpdateFolderMetadata",
    ("Folder", "move"): "MoveFolderMetadata", ("Folder", "undelete"): "UndeleteFolderMetadata",
    ("Project", "create"): "CreateProjectMetadata",
    ("Project", "update"): "UpdateProjectMetadata", ("Project", "delete"): "DeleteProjectMetadata",
    ("Project", "move"): "MoveProjectMetadata",
    ("Project", "undelete"): "UndeleteProjectMetadata",
}  # fmt: skip


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    if started.version.startswith("v1") and started.kind == "Project":
        body: JSON = {"@type": ctx.type_url("ProjectCreationStatus"), "gettable": True, "ready": True}
        return body if done else None
    if started.kind == "Folder":
        return None
    if started.kind == "Project" and not done:
        return None
    word = _METADATA.get((started.kind, started.verb))
    return {"@type": ctx.type_url(word)} if word else None


def _operation_name(ctx: Context, started: Started) -> str:
    letters = {"Project": "cp", "Folder": "cf", "TagKey": "rctk", "TagValue": "rctv"}
    del ctx
    return f"operations/{letters.get(started.kind, 'rm')}.{int(started.id.replace('-', '')[:15], 16)}"


def _deleted_tag(ctx: Context, call: Call) -> JSON | Answer:
    """The operation ends with the tag as it was."""
    body = ctx.need(call.target)
    if call.arg("etag") and call.arg("etag") != body["etag"]:
        raise GoogleError("ABORTED", "The etag does not match.")
    (_key_deleted if call.collection == "tagKeys" else _value_deleted)(ctx, call.target, body)
    if not call.flag("validateOnly"):
        ctx.delete(call.target)
    return ctx.start(call.target, ctx.show(call.target, body), verb="delete")


_TAG = Resource(update=DIRECT, immutable=("shortName", "parent"), optional=("parent",))
_SCOPE = Resource(find=_scope_found, parents_must_exist=False)

SERVICE = Service(
    "cloudresourcemanager",
    project_in_names="number",
    package="google.cloud.resourcemanager.{version}",
    packages={"v1": "google.cloudresourcemanager.v1", "v1beta1": "google.cloudresourcemanager.v1beta1"},
    not_found=_hidden,
    operation_metadata=_metadata,
    operation_name=_operation_name,
    resources={
        "projects": _SCOPE,
        "folders": _SCOPE,
        "organizations": _SCOPE,
        "tagKeys": _TAG,
        "tagValues": _TAG,
        "liens": Resource(parents_must_exist=False),
        "tagValues.tagHolds": Resource(server_id=lambda ctx: ctx.ids.uuid()),
    },
    methods={
        "projects.create": create_project,
        "projects.get": get_project,
        "projects.list": list_projects,
        "projects.search": list_projects,
        "projects.update": update_project,
        "projects.patch": update_project,
        "projects.delete": delete_project,
        "projects.undelete": undelete_project,
        "projects.move": move_project,
        "projects.getAncestry": get_ancestry,
        "folders.create": create_folder,
        "folders.get": get_container,
        "folders.list": list_folders,
        "folders.search": search,
        "folders.patch": patch_folder,
        "folders.move": move_folder,
        "folders.delete": delete_folder,
        "folders.undelete": undelete_folder,
        "organizations.get": get_container,
        "organizations.search": search,
        "tagKeys.create": create_tag,
        "tagKeys.list": list_tags,
        "tagKeys.patch": patch_tag,
        "tagKeys.delete": _deleted_tag,
        "tagKeys.getNamespaced": get_namespaced,
        "tagValues.create": create_tag,
        "tagValues.list": list_tags,
        "tagValues.patch": patch_tag,
        "tagValues.delete": _deleted_tag,
        "tagValues.getNamespaced": get_namespaced,
        "tagBindings.create": create_binding,
        "tagBindings.list": list_bindings,
        "tagBindings.delete": delete_binding,
        "effectiveTags.list": effective_tags,
        "liens.create": create_lien,
        "liens.list": list_liens,
        **policies_v1.METHODS,
    },
)
