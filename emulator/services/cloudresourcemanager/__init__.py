"""Resource Manager, v1 to v3: https://cloud.google.com/resource-manager/reference/rest. Projects, folders and
organizations live in `ctx.projects`, where every service looks them up; this module shows and changes them. Tags, liens
and holds are ordinary resources.

What a caller may not see and what does not exist are told apart nowhere: both are 403."""

from __future__ import annotations

from typing import Any

from emulator import policies_v1
from emulator.context import Context, Started
from emulator.resource import DIRECT, Resource
from emulator.service import Service
from emulator.services.cloudresourcemanager.containers import (
    create_folder,
    delete_folder,
    get_container,
    list_folders,
    move_folder,
    patch_folder,
    scope_found,
    search,
    undelete_folder,
)
from emulator.services.cloudresourcemanager.liens import create_lien, list_liens
from emulator.services.cloudresourcemanager.projects import (
    create_project,
    delete_project,
    get_ancestry,
    get_project,
    list_projects,
    move_project,
    undelete_project,
    update_project,
)
from emulator.services.cloudresourcemanager.tags import (
    create_binding,
    create_tag,
    delete_binding,
    deleted_tag,
    effective_tags,
    get_namespaced,
    hidden,
    list_bindings,
    list_tags,
    patch_tag,
)

JSON = dict[str, Any]

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


_TAG = Resource(update=DIRECT, immutable=("shortName", "parent"), optional=("parent",))

_SCOPE = Resource(find=scope_found, parents_must_exist=False)

SERVICE = Service(
    "cloudresourcemanager",
    project_in_names="number",
    package="google.cloud.resourcemanager.{version}",
    packages={"v1": "google.cloudresourcemanager.v1", "v1beta1": "google.cloudresourcemanager.v1beta1"},
    not_found=hidden,
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
        "tagKeys.delete": deleted_tag,
        "tagKeys.getNamespaced": get_namespaced,
        "tagValues.create": create_tag,
        "tagValues.list": list_tags,
        "tagValues.patch": patch_tag,
        "tagValues.delete": deleted_tag,
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
