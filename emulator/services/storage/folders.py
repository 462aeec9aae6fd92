"""Folders, managed folders, notification configurations, HMAC keys and the service agent."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.services.storage import buckets
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def _path(bucket: str, kind: str, folder: str) -> str:
    return f"b/{bucket}/{kind}/{quote(folder.rstrip('/'), safe='')}"


def _target(call: Call) -> str:
    kind = call.collection
    return _path(call.variables["bucket"], kind, call.variables["folder" if kind == "folders" else "managedFolder"])


def insert(ctx: Context, call: Call) -> JSON | Answer:
    """folders.insert, managedFolders.insert: the name ends in a slash, and the folders above are there."""
    _, bucket = buckets.bucket_of(ctx)
    kind, folder = call.collection, str(call.body.get("name", "")).rstrip("/")
    if not folder:
        raise buckets.invalid("Required", "required")
    name = _path(bucket["name"], kind, folder)
    if ctx.store.has(ctx.label, name):
        raise buckets.conflict("The folder you tried to create already exists.")
    above = folder.rpartition("/")[0]
    if kind == "folders" and above and not ctx.store.has(ctx.label, _path(bucket["name"], kind, above)):
        if not call.flag("recursive"):
            raise buckets.conflict("The parent folder does not exist.")
        _make(ctx, bucket["name"], kind, above)
    return _make(ctx, bucket["name"], kind, folder)


def _make(ctx: Context, bucket: str, kind: str, folder: str) -> JSON:
    now = ctx.now()
    body = {
        "kind": "storage#folder" if kind == "folders" else "storage#managedFolder",
        "id": f"{bucket}/{folder}/",
        "selfLink": ctx.link(f"b/{bucket}/{kind}/{quote(folder, safe='')}"),
        "bucket": bucket,
        "name": folder + "/",
        "metageneration": "1",
        "createTime": now,
        "updateTime": now,
    }
    ctx.put(_path(bucket, kind, folder), body)
    return body


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One folder."""
    buckets.bucket_of(ctx)
    found = ctx.store.get(ctx.label, _target(call))
    if found is None:
        raise GoogleError("NOT_FOUND", "The folder you requested does not exist.", reason="notFound")
    return found


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Only an empty folder goes, unless a managed one may leave what is in it."""
    get(ctx, call)
    name = _target(call)
    inside = [n for n in ctx.store.names(ctx.label, name.rpartition("/")[0]) if n.startswith(name + "%2F")]
    inside += [n for n in ctx.store.names(ctx.label, f"b/{call.variables['bucket']}/o") if _under(n, name)]
    if inside and not call.flag("allowNonEmpty"):
        raise buckets.conflict("The folder you tried to delete is not empty.")
    ctx.delete(name)
    return Answer(None, 204)


def _under(object_name: str, folder: str) -> bool:
    return object_name.rsplit("/", 1)[-1].startswith(folder.rsplit("/", 1)[-1] + "%2F")


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """The folders of a bucket."""
    name, _ = buckets.bucket_of(ctx)
    found = [b for _, _, b in ctx.store.rows(ctx.label, f"{name}/{call.collection}")]
    shown = sorted((copied(b) for b in found if b["name"].startswith(call.arg("prefix"))), key=lambda b: str(b["name"]))
    return standard.paged(ctx, shown)


def rename(ctx: Context, call: Call) -> JSON | Answer:
    """folders.rename: the folder and what is in it move at once."""
    _, bucket = buckets.bucket_of(ctx)
    old, new = call.variables["sourceFolder"].rstrip("/"), call.variables["destinationFolder"].rstrip("/")
    source, target = _path(bucket["name"], "folders", old), _path(bucket["name"], "folders", new)
    if ctx.store.get(ctx.label, source) is None:
        raise GoogleError("NOT_FOUND", "The folder you requested does not exist.", reason="notFound")
    if ctx.store.has(ctx.label, target):
        raise buckets.conflict("The folder you tried to create already exists.")
    for name in (source, *_below(ctx, source)):
        _make(ctx, bucket["name"], "folders", new + unquote(name.rsplit("/", 1)[-1])[len(old) :])
        ctx.delete(name)
    place = f"b/{bucket['name']}/o"
    for name in ctx.store.names(ctx.label, place):
        if _under(name, source):
            ident = new + unquote(name.rsplit("/", 1)[-1])[len(old) :]
            held = ctx.store.get(ctx.label, name) or {}
            ctx.put(f"{place}/{quote(ident, safe='')}", {**held, "name": ident}, ctx.store.meta(ctx.label, name))
            ctx.delete(name)
    return ctx.start(target, ctx.store.get(ctx.label, target), verb="rename", kind="Folder")


def delete_all(ctx: Context, call: Call) -> JSON | Answer:
    """folders.deleteRecursive: the folder with all that is in it."""
    get(ctx, call)
    name = _target(call)
    inside = [n for n in ctx.store.names(ctx.label, f"b/{call.variables['bucket']}/o") if _under(n, name)]
    for gone in (name, *_below(ctx, name), *inside):
        ctx.delete(gone)
    return ctx.start(name, None, verb="delete")


def _below(ctx: Context, folder: str) -> list[str]:
    return [n for n in ctx.store.names(ctx.label, folder.rpartition("/")[0]) if n.startswith(folder + "%2F")]


def operation_name(ctx: Context, started: Started) -> str:
    """Operations are a bucket's: https://cloud.google.com/storage/docs/json_api/v1/operations."""
    return f"projects/_/buckets/{ctx.call.variables['bucket']}/operations/{started.id}"


def get_operation(ctx: Context, call: Call) -> JSON | Answer:
    """operations.get."""
    bucket, ident = call.variables["bucket"], call.variables["operationId"]
    found = ctx.operations.poll(ctx.label, f"projects/_/buckets/{bucket}/operations/{ident}")
    if found is None:
        raise GoogleError("NOT_FOUND", "The operation you requested does not exist.", reason="notFound")
    return found


# ---- caches ---------------------------------------------------------------------------------------------------------
def cache_made(ctx: Context, name: str, cache: JSON) -> JSON:
    """An Anywhere Cache is called by its zone; https://cloud.google.com/storage/docs/anywhere-cache."""
    del ctx
    _, bucket, _, zone = name.split("/")
    return {
        "ttl": "86400s",
        "admissionPolicy": "admit-on-first-miss",
        **cache,
        "id": f"{bucket}/{zone}",
        "anywhereCacheId": zone,
        "bucket": bucket,
        "state": "running",
        "pendingUpdate": False,
    }


def change_cache(ctx: Context, call: Call) -> JSON | Answer:
    """anywhereCaches.pause, resume and disable; what is disabled stays so."""
    name = call.target.removesuffix(f"/{call.verb}")
    cache = ctx.need(name, call.collection)
    if cache["state"] == "disabled" and call.verb != "disable":
        raise buckets.conflict("The cache is disabled.")
    state = {"pause": "paused", "resume": "running", "disable": "disabled"}[call.verb]
    cache |= {"state": state, "updateTime": ctx.now()}
    ctx.put(name, cache)
    return cache


# ---- notifications --------------------------------------------------------------------------------------------------
_EVENTS = frozenset({"OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE", "OBJECT_DELETE", "OBJECT_ARCHIVE"})
_PUBLISHERS = frozenset(
    {"roles/pubsub.publisher", "roles/pubsub.editor", "roles/pubsub.admin", "roles/editor", "roles/owner"}
)


def insert_notification(ctx: Context, call: Call) -> JSON | Answer:
    """notifications.insert: Cloud Storage's own account must be able to publish to the topic."""
    name, bucket = buckets.bucket_of(ctx)
    body = copied(call.body)
    topic = str(body.get("topic", "")).removeprefix("//pubsub.googleapis.com/")
    if not topic.startswith("projects/"):
        raise buckets.invalid(f"Invalid Google Cloud Pub/Sub topic '{body.get('topic', '')}'")
    if not set(body.get("event_types") or []) <= _EVENTS:
        raise buckets.invalid("Invalid event type")
    agent = f"service-{bucket['projectNumber']}@gs-project-accounts.iam.gserviceaccount.com"
    held = ctx.policies.holds(
        f"serviceAccount:{agent}",
        _PUBLISHERS,
        ("pubsub", ctx.canonical(topic)),
        ("cloudresourcemanager", "/".join(ctx.canonical(topic).split("/")[:2])),
    )
    if not held or ctx.store.get("pubsub", ctx.canonical(topic)) is None:
        raise GoogleError(
            "PERMISSION_DENIED",
            f"The service account '{agent}' does not have permission to publish messages to the Cloud Pub/Sub topic "
            f"'//pubsub.googleapis.com/{topic}', or that topic does not exist.",
            reason="forbidden",
        )
    meta = ctx.store.meta(ctx.label, name)
    ident = str(int(meta.get("notifications", 0)) + 1)
    ctx.put(name, bucket, {**meta, "notifications": int(ident)})
    body.setdefault("payload_format", "JSON_API_V1")
    body |= {
        "kind": "storage#notification",
        "id": ident,
        "selfLink": ctx.link(f"{name}/notificationConfigs/{ident}"),
        "topic": f"//pubsub.googleapis.com/{topic}",
        "etag": ident,
    }
    ctx.put(f"{name}/notificationConfigs/{ident}", body)
    return body


# ---- projects -------------------------------------------------------------------------------------------------------
def service_account(ctx: Context, call: Call) -> JSON | Answer:
    """projects.serviceAccount.get: the agent that keys and topics are opened to."""
    number = ctx.projects.number_of(call.variables["projectId"])
    return {
        "kind": "storage#serviceAccount",
        "email_address": f"service-{number}@gs-project-accounts.iam.gserviceaccount.com",
    }


def create_key(ctx: Context, call: Call) -> JSON | Answer:
    """projects.hmacKeys.create: the secret is shown this once. It is made up and opens nothing."""
    project = ctx.projects.id_of(call.variables["projectId"])
    ident, now = "GOOG1E" + ctx.ids.word(55).upper(), ctx.now()
    body: JSON = {
        "kind": "storage#hmacKeyMetadata",
        "id": f"{project}/{ident}",
        "accessId": ident,
        "projectId": project,
        "serviceAccountEmail": call.arg("serviceAccountEmail"),
        "state": "ACTIVE",
        "timeCreated": now,
        "updated": now,
        "etag": ctx.ids.etag(),
        "selfLink": ctx.link(f"projects/{project}/hmacKeys/{ident}"),
    }
    ctx.put(f"projects/{project}/hmacKeys/{ident}", body)
    return {"kind": "storage#hmacKey", "metadata": body, "secret": ctx.ids.word(40)}


def update_key(ctx: Context, call: Call) -> JSON | Answer:
    """projects.hmacKeys.update: only its state changes."""
    body = ctx.need(call.target)
    body |= {"state": call.body.get("state", body["state"]), "updated": ctx.now(), "etag": ctx.ids.etag()}
    ctx.put(call.target, body)
    return body


def delete_key(ctx: Context, call: Call) -> JSON | Answer:
    """projects.hmacKeys.delete: a key in use stays; one that goes is shown as DELETED for some days more."""
    body = ctx.need(call.target)
    if body["state"] == "ACTIVE":
        raise buckets.invalid("Cannot delete keys in state ACTIVE")
    if body["state"] == "DELETED":
        raise ctx.not_found(call.target)
    ctx.put(call.target, {**body, "state": "DELETED", "updated": ctx.now(), "etag": ctx.ids.etag()})
    return Answer(None, 204)


def list_keys(ctx: Context, call: Call) -> JSON | Answer:
    """projects.hmacKeys.list: of one account if wanted; deleted ones only if wanted."""
    account = call.arg("serviceAccountEmail")
    rows = [b for _, _, b in ctx.store.rows(ctx.label, call.target)]
    kept = [b for b in rows if not account or b["serviceAccountEmail"] == account]
    return standard.paged(ctx, [copied(b) for b in kept if b["state"] != "DELETED" or call.flag("showDeletedKeys")])


def list_notifications(ctx: Context, call: Call) -> JSON | Answer:
    """notifications.list: 404 for a bucket that is not there."""
    buckets.bucket_of(ctx)
    return standard.list_(ctx, call)
