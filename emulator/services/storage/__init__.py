"""Cloud Storage: https://cloud.google.com/storage/docs/json_api/v1."""

from __future__ import annotations

from emulator.resource import Handler, Resource
from emulator.service import Service
from emulator.services.storage import acls, buckets, folders, objects, policies, uploads
from emulator.wire import errors

_ACLS = ("bucketAccessControls", "defaultObjectAccessControls", "objectAccessControls")
_ENTRIES: dict[str, Handler] = {
    "get": acls.get, "list": acls.list_, "insert": acls.put, "patch": acls.put, "update": acls.put,
    "delete": acls.delete,
}  # fmt: skip
_FOLDERS: dict[str, Handler] = {
    "insert": folders.insert, "get": folders.get, "list": folders.list_, "delete": folders.delete,
}  # fmt: skip

SERVICE = Service(
    "storage",
    package="google.storage.control.v2",
    operation_name=folders.operation_name,
    errors=errors.COMPUTE,
    presence=True,
    link_root="https://www.googleapis.com/",
    not_found=buckets.not_found,
    exists=buckets.exists,
    resources={
        "buckets": Resource(
            defaults=buckets.defaults,
            on_create=buckets.created,
            after_create=buckets.after_created,
            on_update=buckets.updated,
            on_delete=buckets.deleted,
            view=buckets.view,
            deleted="no_content",
        ),
        "anywhereCaches": Resource(id_field="zone", required=("zone",), on_create=folders.cache_made),
    },
    methods={
        "buckets.insert": buckets.insert,
        "buckets.list": buckets.list_,
        "buckets.patch": buckets.update,
        "buckets.update": buckets.update,
        "buckets.lockRetentionPolicy": buckets.lock_retention,
        "buckets.getStorageLayout": buckets.layout,
        "buckets.getIamPolicy": policies.get_policy,
        "buckets.setIamPolicy": policies.set_policy,
        "managedFolders.getIamPolicy": policies.get_policy,
        "managedFolders.setIamPolicy": policies.set_policy,
        "managedFolders.testIamPermissions": policies.test_policy,
        "objects.insert": uploads.insert,
        "objects.get": objects.get,
        "objects.list": objects.list_,
        "objects.patch": objects.update,
        "objects.update": objects.update,
        "objects.delete": objects.delete,
        "objects.copy": objects.copy,
        "objects.rewrite": objects.rewrite,
        "objects.move": objects.move,
        "objects.compose": objects.compose,
        "objects.restore": objects.restore,
        "operations.get": folders.get_operation,
        "folders.rename": folders.rename,
        "folders.deleteRecursive": folders.delete_all,
        **{f"anywhereCaches.{verb}": folders.change_cache for verb in ("pause", "resume", "disable")},
        "notifications.insert": folders.insert_notification,
        "notifications.list": folders.list_notifications,
        "serviceAccount.get": folders.service_account,
        "hmacKeys.create": folders.create_key,
        "hmacKeys.update": folders.update_key,
        "hmacKeys.delete": folders.delete_key,
        "hmacKeys.list": folders.list_keys,
        **{f"{kind}.{verb}": made for kind in ("folders", "managedFolders") for verb, made in _FOLDERS.items()},
        **{f"{kind}.{verb}": made for kind in _ACLS for verb, made in _ENTRIES.items()},
    },
)
