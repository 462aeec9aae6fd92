"""Log buckets, their views and their links to BigQuery.

`_Default` and `_Required` are always there. A delete marks a bucket for seven days; a locked one keeps its retention
for ever, and stays as
long as it may hold entries. https://cloud.google.com/logging/docs/buckets
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.logging.settings import check_key, key_user
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]

DEFAULT_DAYS = 30
REQUIRED_DAYS = 400
MAX_DAYS = 3650
_BUILTIN = ("_Default", "_Required")


# ---- buckets --------------------------------------------------------------------------------------------------------
def _find(ctx: Context, name: str) -> JSON | None:
    del ctx
    segments = name.split("/")
    if len(segments) != 6 or segments[2:5] != ["locations", "global", "buckets"]:
        return None
    if segments[5] == "_Default":
        return {
            "name": name,
            "description": "Default bucket",
            "retentionDays": DEFAULT_DAYS,
            "lifecycleState": "ACTIVE",
        }
    if segments[5] == "_Required":
        return {
            "name": name,
            "description": "Audit bucket",
            "retentionDays": REQUIRED_DAYS,
            "lifecycleState": "ACTIVE",
            "locked": True,
        }
    return None


def _builtin(ctx: Context, collection: str) -> Iterable[str]:
    del ctx
    segments = collection.split("/")
    if len(segments) == 5 and segments[3] in ("global", "-"):
        return [f"{segments[0]}/{segments[1]}/locations/global/buckets/{ident}" for ident in _BUILTIN]
    return ()


def _defaults(ctx: Context, body: JSON) -> JSON:
    del ctx, body
    return {"retentionDays": DEFAULT_DAYS, "lifecycleState": "ACTIVE"}


def _made(ctx: Context, name: str, bucket: JSON) -> JSON:
    _check_days(bucket)
    return _with_key(ctx, name, {}, bucket)


def _check_days(bucket: JSON) -> None:
    if not 1 <= int(bucket.get("retentionDays", DEFAULT_DAYS)) <= MAX_DAYS:
        raise invalid(
            f"Invalid retention_days: it must be between 1 and {MAX_DAYS}.", field_path="bucket.retention_days"
        )


def _with_key(ctx: Context, name: str, before: JSON, bucket: JSON) -> JSON:
    """A bucket with its key looked at: a key can be had from the start only, and be changed, not removed."""
    key = bucket.get("cmekSettings", {}).get("kmsKeyName")
    was = before.get("cmekSettings", {}).get("kmsKeyName")
    if before and bool(key) != bool(was):
        raise failed_precondition("CMEK can be set when a log bucket is created, and cannot be disabled afterwards.")
    if not key:
        return {k: v for k, v in bucket.items() if k != "cmekSettings"}
    if key != was:
        check_key(ctx, name, str(key))
    held = ctx.store.get("cloudkms", ctx.canonical(str(key))) or {}
    version = held.get("primary", {}).get("name")
    shown = {
        **bucket["cmekSettings"],
        "name": f"{name}/cmekSettings",
        "serviceAccountId": key_user(ctx, "/".join(name.split("/")[:2])),
        **({"kmsKeyVersionName": version} if version else {}),
    }
    return {**bucket, "cmekSettings": shown}


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    if name.endswith("/_Required"):
        raise failed_precondition("The bucket _Required cannot be modified.")
    if before.get("lifecycleState") == "DELETE_REQUESTED":
        raise failed_precondition(f"Bucket {name} has been deleted: undelete it first.")
    if before.get("locked"):
        if not after.get("locked"):
            raise failed_precondition("A locked bucket cannot be unlocked.")
        if after.get("retentionDays") != before.get("retentionDays"):
            raise failed_precondition("The retention period on a locked bucket cannot be changed.")
    if before.get("analyticsEnabled") and not after.get("analyticsEnabled"):
        raise failed_precondition("Log Analytics cannot be disabled once it has been enabled on a bucket.")
    _check_days(after)
    return _with_key(ctx, name, before, after)


def feed(ctx: Context, name: str) -> None:
    """Remembers that a sink routes entries into a bucket: from then on it counts as holding some."""
    body = ctx.store.get("logging", name)
    if body is not None:
        ctx.put(name, body, {**ctx.store.meta("logging", name), "fed": True})


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Marks a bucket."""
    name = call.target
    body = ctx.need(name)
    if name.rsplit("/", 1)[-1] in _BUILTIN:
        raise failed_precondition(f"The bucket {name.rsplit('/', 1)[-1]} cannot be deleted.")
    if body["lifecycleState"] == "DELETE_REQUESTED":
        raise failed_precondition(f"Bucket {name} has been deleted already.")
    if body.get("locked") and ctx.store.meta("logging", name).get("fed"):
        raise failed_precondition(f"Locked buckets may only be deleted if they are empty: {name}.")
    if ctx.store.names("logging", f"{name}/links"):
        raise failed_precondition(f"Bucket {name} has links: delete them first.")
    ctx.put(name, {**body, "lifecycleState": "DELETE_REQUESTED", "updateTime": ctx.now()})
    return {}


def undelete(ctx: Context, call: Call) -> JSON | Answer:
    """Takes the mark away."""
    body = ctx.need(call.target)
    if body["lifecycleState"] != "DELETE_REQUESTED":
        raise failed_precondition(f"Bucket {call.target} has not been deleted.")
    ctx.put(call.target, {**body, "lifecycleState": "ACTIVE", "updateTime": ctx.now()})
    return {}


def update(ctx: Context, call: Call) -> JSON | Answer:
    """PATCH: a mask is needed."""
    if not call.arg("updateMask"):
        raise invalid("The update_mask must be set.", field_path="update_mask")
    return standard.update_named(ctx, call.target, dict(call.body), call.arg("updateMask"))


# ---- views ----------------------------------------------------------------------------------------------------------
def _find_view(ctx: Context, name: str) -> JSON | None:
    segments = name.split("/")
    if len(segments) != 8 or ctx.get("/".join(segments[:6]), collection="buckets") is None:
        return None
    if segments[7] == "_AllLogs":
        return {"name": name, "description": "All logs"}
    if segments[7] == "_Default" and segments[5] == "_Default":
        return {
            "name": name,
            "description": "Default view",
            "filter": 'NOT LOG_ID("cloudaudit.googleapis.com/data_access") '
            'AND NOT LOG_ID("externalaudit.googleapis.com/data_access")',
        }
    return None


def _builtin_views(ctx: Context, collection: str) -> Iterable[str]:
    if ctx.get(collection.removesuffix("/views"), collection="buckets") is None:
        return ()
    return [f"{collection}/{ident}" for ident in ("_AllLogs", "_Default")]


def _view_changed(ctx: Context, name: str, *bodies: JSON) -> None:
    del ctx
    if name.rsplit("/", 1)[-1].startswith("_"):
        raise failed_precondition(f"The view {name.rsplit('/', 1)[-1]} cannot be changed.")
    for word in ("OR ", "resource.labels"):
        if word in str(bodies[-1].get("filter", "")):
            raise invalid(
                "A view's filter restricts source, log id and resource type, joined by AND.", field_path="view.filter"
            )


# ---- links ----------------------------------------------------------------------------------------------------------
def _linked(ctx: Context, name: str, link: JSON) -> JSON:
    bucket, _, ident = name.partition("/links/")
    if not ctx.need(bucket, "projects.locations.buckets").get("analyticsEnabled"):
        raise failed_precondition(f"The bucket {bucket} must be upgraded to use Log Analytics before it is linked.")
    project = name.split("/")[1]
    dataset = f"bigquery.googleapis.com/projects/{project}/datasets/{ident}"
    return {**link, "lifecycleState": "ACTIVE", "bigqueryDataset": {"datasetId": dataset}}


RESOURCES = {
    "buckets": Resource(
        id_pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}",
        find=_find,
        builtin=_builtin,
        defaults=_defaults,
        on_create=_made,
        on_update=_updated,
        output_only=("lifecycleState",),
    ),
    "buckets.views": Resource(
        id_pattern=r"[A-Za-z0-9_-]{1,100}",
        find=_find_view,
        builtin=_builtin_views,
        on_create=_view_changed,
        on_update=_view_changed,
        on_delete=_view_changed,
    ),
    "buckets.links": Resource(id_pattern=r"[A-Za-z0-9_]{1,100}", on_create=_linked),
}
METHODS: dict[str, Handler] = {
    "buckets.delete": delete,
    "buckets.undelete": undelete,
    "buckets.createAsync": standard.create,
    "buckets.patch": update,
    "buckets.updateAsync": update,
}
