"""Access control lists of buckets, of their objects by default, and of objects, which are gone where access is uniform:
https://cloud.google.com/storage/docs/access-control/lists."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.storage import buckets
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def _held(ctx: Context) -> tuple[str, JSON, str]:
    """(name of what carries the list, its body, the field with the list)."""
    name, bucket = buckets.bucket_of(ctx)
    if buckets.uniform(bucket):
        raise buckets.invalid(
            "Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled. "
            "Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access"
        )
    kind = ctx.call.collection.rsplit(".", 1)[-1]
    if kind == "objectAccessControls":
        from emulator.services.storage.objects import need

        found, body = need(ctx, ctx.call.variables["bucket"], ctx.call.variables["object"])
        body.setdefault("acl", [])
        return found, body, "acl"
    return name, bucket, "acl" if kind == "bucketAccessControls" else "defaultObjectAcl"


def _entry(ctx: Context, body: JSON, entity: str, role: str) -> JSON:
    kind = ctx.call.collection.rsplit(".", 1)[-1]
    if kind == "bucketAccessControls":
        return buckets.bucket_entry(ctx, body, entity, role)
    entry = buckets.object_entry(entity, role)
    if kind == "objectAccessControls":
        path = f"{body['bucket']}/{body['name']}/{body['generation']}"
        entry |= {"bucket": body["bucket"], "object": body["name"], "generation": body["generation"]}
        entry |= {"id": f"{path}/{entity}", "selfLink": ctx.link(f"b/{body['bucket']}/o/{body['name']}/acl/{entity}")}
    return entry


def _missing() -> GoogleError:
    return GoogleError("NOT_FOUND", "The specified key does not exist.", reason="notFound")


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One entry."""
    _, body, field = _held(ctx)
    for entry in body.get(field, []):
        if entry["entity"] == call.variables["entity"]:
            return dict(entry)
    raise _missing()


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """All entries."""
    _, body, field = _held(ctx)
    kind = "bucketAccessControls" if call.collection == "bucketAccessControls" else "objectAccessControls"
    return {"kind": f"storage#{kind}", "items": body.get(field, [])}


def put(ctx: Context, call: Call) -> JSON | Answer:
    """insert, patch, update: an entry for an entity replaces the one before."""
    name, body, field = _held(ctx)
    entity = call.variables.get("entity") or str(call.body.get("entity", ""))
    held = next((e for e in body.get(field, []) if e["entity"] == entity), None)
    if call.verb != "insert" and held is None:
        raise _missing()
    role = str(call.body.get("role") or (held or {}).get("role", ""))
    allowed = ("OWNER", "READER", "WRITER") if call.collection == "bucketAccessControls" else ("OWNER", "READER")
    if not entity or role not in allowed:
        raise buckets.invalid("Invalid value for entity or role.")
    entry = _entry(ctx, body, entity, role)
    body[field] = [e for e in body.get(field, []) if e["entity"] != entity] + [entry]
    _save(ctx, name, body)
    return entry


def _save(ctx: Context, name: str, body: JSON) -> None:
    body |= {"metageneration": str(int(body["metageneration"]) + 1), "updated": ctx.now()}
    ctx.put(name, body)


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Removes an entry."""
    name, body, field = _held(ctx)
    kept = [e for e in body.get(field, []) if e["entity"] != call.variables["entity"]]
    if len(kept) == len(body.get(field, [])):
        raise _missing()
    body[field] = kept
    _save(ctx, name, body)
    return Answer(None, 204)
