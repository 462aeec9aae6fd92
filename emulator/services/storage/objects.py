"""Objects: https://cloud.google.com/storage/docs/json_api/v1/objects. The live object is `b/<bucket>/o/<quoted
name>`, one that was replaced in a bucket with versioning `b/<bucket>/versions/<quoted name>@<generation>`; the bytes
are kept beside the body."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import re
from typing import Any
from urllib.parse import quote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.storage import buckets
from emulator.state.store import copied
from emulator.wire import mask
from emulator.wire.crc32c import crc32c_base64
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_OWN = frozenset(
    {"kind", "id", "selfLink", "mediaLink", "bucket", "name", "generation", "metageneration", "size", "md5Hash",
     "crc32c", "etag",
     "timeCreated", "updated", "timeStorageClassUpdated", "timeFinalized", "timeDeleted", "componentCount",
     "kmsKeyName", "owner"}
)  # fmt: skip
"""What the server alone sets."""


def path_of(bucket: str, name: str) -> str:
    """The canonical name of a live object."""
    return f"b/{bucket}/o/{quote(name, safe='')}"


def _old_path(bucket: str, name: str, generation: str) -> str:
    return f"b/{bucket}/versions/{quote(name, safe='')}@{generation}"


def _missing(bucket: str, name: str) -> GoogleError:
    return GoogleError("NOT_FOUND", f"No such object: {bucket}/{name}", reason="notFound")


def need(ctx: Context, bucket: str, name: str, generation: str = "") -> tuple[str, JSON]:
    """An object (of a certain generation) or 404; the bucket must be there too."""
    ctx.need(buckets.path_of(bucket), "buckets")
    live = path_of(bucket, name)
    found = ctx.store.get(ctx.label, live)
    if found is not None and generation in ("", found["generation"]):
        return live, found
    old = _old_path(bucket, name, generation)
    found = ctx.store.get(ctx.label, old) if generation else None
    if found is None:
        raise _missing(bucket, name)
    return old, found


def content(ctx: Context, name: str) -> bytes:
    """The bytes of an object, by canonical name."""
    return base64.b64decode(str(ctx.store.meta(ctx.label, name).get("data", "")))


def _show(ctx: Context, body: JSON, projection: str = "") -> JSON:
    view = copied(body)
    bucket = ctx.store.get(ctx.label, buckets.path_of(str(body["bucket"]))) or {}
    if (projection or ctx.call.arg("projection") or "noAcl") != "full" or buckets.uniform(bucket):
        view.pop("acl", None)
        view.pop("owner", None)
    return view


# ---- write ----------------------------------------------------------------------------------------------------------
def write(ctx: Context, bucket_name: str, name: str, data: bytes, wanted: JSON) -> JSON:
    """Stores bytes as the live object of a name; what was there before becomes a version or is gone."""
    bucket = ctx.need(buckets.path_of(bucket_name), "buckets")
    if not name or len(name.encode("utf-8", "surrogatepass")) > 1024 or any(c in name for c in "\r\n"):
        raise buckets.invalid("Invalid object name.")
    live = path_of(bucket_name, name)
    held = ctx.store.get(ctx.label, live)
    buckets.check_preconditions(ctx, held)
    if held is not None:
        _retire(ctx, bucket, live, held)
    body = _made(ctx, bucket, name, data, wanted)
    ctx.put(live, body, {"data": base64.b64encode(data).decode()})
    return _show(ctx, body, "full" if body.get("acl") and ctx.call.arg("projection") == "full" else "")


def root_of(ctx: Context) -> str:
    """Scheme and host under which the caller reached the emulator."""
    host = ctx.call.headers.get("host", "storage.googleapis.com")
    return f"https://{host}" if host.endswith("googleapis.com") else f"http://{host}"


def _made(ctx: Context, bucket: JSON, name: str, data: bytes, wanted: JSON) -> JSON:
    now, bucket_name = ctx.now(), str(bucket["name"])
    generation = str(int(ctx.ids.clock() * 1_000_000))
    last = str((ctx.store.get(ctx.label, path_of(bucket_name, name)) or {}).get("generation", "0"))
    generation = str(max(int(generation), int(last) + 1))
    sums = {"md5Hash": base64.b64encode(hashlib.md5(data).digest()).decode(), "crc32c": crc32c_base64(data)}  # noqa: S324
    for field, value in sums.items():
        if wanted.get(field) not in (None, "", value):
            raise buckets.invalid(
                f"Provided {field} '{wanted[field]}' doesn't match calculated {field} '{value}'.", "invalid"
            )
    quoted = quote(name, safe="")
    body: JSON = {
        **{k: v for k, v in wanted.items() if k not in _OWN and v is not None},
        "kind": "storage#object",
        "id": f"{bucket_name}/{name}/{generation}",
        "selfLink": ctx.link(f"b/{bucket_name}/o/{quoted}"),
        # clients fetch what this names: it must be where they reached the emulator
        "mediaLink": f"{root_of(ctx)}/download/storage/v1/b/{bucket_name}/o/{quoted}?generation={generation}&alt=media",
        "bucket": bucket_name,
        "name": name,
        "generation": generation,
        "metageneration": "1",
        "size": str(len(data)),
        **sums,
        "etag": base64.b64encode(int(generation).to_bytes(9, "big")).decode(),
        "timeCreated": now,
        "updated": now,
        "timeStorageClassUpdated": now,
        "timeFinalized": now,
    }
    body["storageClass"] = wanted.get("storageClass") or bucket.get("storageClass", "STANDARD")
    key = ctx.call.arg("kmsKeyName") or (bucket.get("encryption") or {}).get("defaultKmsKeyName")
    if key:
        body["kmsKeyName"] = f"{key}/cryptoKeyVersions/1"
    retention = (bucket.get("retentionPolicy") or {}).get("retentionPeriod")
    if retention:
        body["retentionExpirationTime"] = ctx.ids.at(ctx.ids.clock() + int(retention))
    return body


def _retire(ctx: Context, bucket: JSON, live: str, held: JSON) -> None:
    """A live object stops being live: kept as a version, or gone unless it is held."""
    if (bucket.get("versioning") or {}).get("enabled"):
        meta = ctx.store.meta(ctx.label, live)
        old = _old_path(str(held["bucket"]), str(held["name"]), str(held["generation"]))
        ctx.put(old, {**held, "timeDeleted": ctx.now()}, meta)
    else:
        _check_held(ctx, bucket, held)
    ctx.delete(live)


def _check_held(ctx: Context, bucket: JSON, held: JSON) -> None:
    """403 while a hold or a retention period keeps an object: https://cloud.google.com/storage/docs/bucket-lock."""
    name = f"{held['bucket']}/{held['name']}"
    for field, text in (("eventBasedHold", "Event-Based"), ("temporaryHold", "Temporary")):
        if held.get(field):
            raise GoogleError(
                "PERMISSION_DENIED",
                f"Object '{name}' is under active {text} hold and cannot be deleted, overwritten or "
                "archived until hold is removed.",
                reason="forbidden",
            )
    period = (bucket.get("retentionPolicy") or {}).get("retentionPeriod")
    until = buckets.parse_time(str(held["timeCreated"])) + int(period or 0)
    own = (held.get("retention") or {}).get("retainUntilTime")
    until = max(until, buckets.parse_time(str(own)) if own else 0.0)
    if until > ctx.ids.clock() and (period or own):
        raise GoogleError(
            "PERMISSION_DENIED",
            f"Object '{name}' is subject to bucket's retention policy or object retention and "
            "cannot be deleted or overwritten until "
            f"{ctx.ids.at(until)}",
            reason="retentionPolicyNotMet",
        )


# ---- read -----------------------------------------------------------------------------------------------------------
def get(ctx: Context, call: Call) -> JSON | Answer:
    """objects.get: the description, or with `alt=media` the bytes."""
    name, body = need(ctx, call.variables["bucket"], call.variables["object"], call.arg("generation"))
    buckets.check_preconditions(ctx, body)
    if not call.download and call.arg("alt") != "media":
        return _show(ctx, body)
    data = content(ctx, name)
    headers = {
        "Content-Type": str(body.get("contentType", "application/octet-stream")),
        "ETag": str(body["etag"]),
        "X-Goog-Generation": str(body["generation"]),
        "X-Goog-Metageneration": str(body["metageneration"]),
        "X-Goog-Storage-Class": str(body["storageClass"]),
        "X-Goog-Stored-Content-Length": str(len(data)),
        "X-Goog-Hash": f"crc32c={body['crc32c']},md5={body['md5Hash']}",
        "Accept-Ranges": "bytes",
    }
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", call.headers.get("range", ""))
    if wanted is None or wanted[0] == "bytes=-":
        return Answer(data, 200, headers)
    start = int(wanted[1]) if wanted[1] else max(len(data) - int(wanted[2]), 0)
    end = min(int(wanted[2]), len(data) - 1) if wanted[1] and wanted[2] else len(data) - 1
    if start >= len(data):
        raise GoogleError(
            "OUT_OF_RANGE",
            "The requested range cannot be satisfied.",
            code=416,
            reason="requestedRangeNotSatisfiable",
            headers={"Content-Range": f"bytes */{len(data)}"},
        )
    return Answer(data[start : end + 1], 206, {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"})


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """objects.list: in the order of names; with a delimiter, what lies deeper is summed up as prefixes."""
    name, bucket = buckets.bucket_of(ctx)
    found = [b for _, _, b in ctx.store.rows(ctx.label, f"{name}/o")]
    if call.flag("versions"):
        found += [b for _, _, b in ctx.store.rows(ctx.label, f"{name}/versions")]
    if call.flag("softDeleted"):
        found = []
    prefix, start, end, glob = (call.arg(k) for k in ("prefix", "startOffset", "endOffset", "matchGlob"))
    kept = [
        b
        for b in found
        if b["name"].startswith(prefix)
        and (not start or b["name"] >= start)
        and (not end or b["name"] < end)
        and (not glob or fnmatch.fnmatchcase(b["name"], glob.replace("**", "*")))
    ]
    kept.sort(key=lambda b: (b["name"], int(b["generation"])))
    items, prefixes = _folded(kept, prefix, call.arg("delimiter"), call.flag("includeTrailingDelimiter"))
    if call.flag("includeFoldersAsPrefixes") and call.arg("delimiter") == "/":
        folders = [str(b["name"]) for _, _, b in ctx.store.rows(ctx.label, f"{name}/folders")]
        deeper = {
            prefix + f[len(prefix) :].split("/")[0] + "/" for f in folders if f.startswith(prefix) and f != prefix
        }
        prefixes = sorted({*prefixes, *deeper})
    page = standard.paged(ctx, [_show(ctx, b) for b in items])
    if prefixes and not call.arg("pageToken"):
        page["prefixes"] = prefixes
    del bucket
    return page


def _folded(items: list[JSON], prefix: str, delimiter: str, trailing: bool) -> tuple[list[JSON], list[str]]:
    if not delimiter:
        return items, []
    shown, prefixes = [], set()
    for body in items:
        rest = str(body["name"])[len(prefix) :]
        head, found, tail = rest.partition(delimiter)
        if found:
            prefixes.add(prefix + head + found)
            if not trailing or tail:
                continue
        shown.append(body)
    return shown, sorted(prefixes)


# ---- change ---------------------------------------------------------------------------------------------------------
def update(ctx: Context, call: Call) -> JSON | Answer:
    """objects.patch and objects.update: metadata only."""
    name, before = need(ctx, call.variables["bucket"], call.variables["object"], call.arg("generation"))
    buckets.check_preconditions(ctx, before)
    wanted = {k: v for k, v in call.body.items() if k not in _OWN}
    kept = (
        before if call.method.http == "PATCH" else {k: v for k, v in before.items() if k in _OWN or k == "storageClass"}
    )
    after: JSON = mask.merge_patch(kept, wanted) if call.method.http == "PATCH" else {**kept, **wanted}
    if not after.get("metadata"):
        after.pop("metadata", None)
    after |= {"metageneration": str(int(before["metageneration"]) + 1), "updated": ctx.now()}
    ctx.put(name, after)
    return _show(ctx, after, call.arg("projection") or "full")


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """objects.delete: the live object becomes a version where there is versioning; a generation goes for good."""
    generation = call.arg("generation")
    name, body = need(ctx, call.variables["bucket"], call.variables["object"], generation)
    buckets.check_preconditions(ctx, body)
    _, bucket = buckets.bucket_of(ctx)
    if generation:
        _check_held(ctx, bucket, body)
        ctx.delete(name)
    else:
        _retire(ctx, bucket, name, body)
    return Answer(None, 204)


def _source(ctx: Context, call: Call) -> tuple[JSON, bytes]:
    bucket = call.variables.get("sourceBucket") or call.variables["bucket"]
    name, body = need(ctx, bucket, call.variables["sourceObject"], call.arg("sourceGeneration"))
    return body, content(ctx, name)


def _copied(ctx: Context, call: Call, source: JSON, data: bytes, bucket: str) -> JSON:
    kept = {k: v for k, v in source.items() if k not in _OWN and k not in ("acl", "retentionExpirationTime")}
    wanted = {k: v for k, v in call.body.items() if k not in _OWN} or kept
    if "contentType" in kept:
        wanted.setdefault("contentType", kept["contentType"])
    return write(ctx, bucket, call.variables["destinationObject"], data, wanted)


def copy(ctx: Context, call: Call) -> JSON | Answer:
    """objects.copy."""
    source, data = _source(ctx, call)
    return _copied(ctx, call, source, data, call.variables["destinationBucket"])


def rewrite(ctx: Context, call: Call) -> JSON | Answer:
    """objects.rewrite: always done at the first call."""
    source, data = _source(ctx, call)
    made = _copied(ctx, call, source, data, call.variables["destinationBucket"])
    size = str(len(data))
    return {
        "kind": "storage#rewriteResponse",
        "totalBytesRewritten": size,
        "objectSize": size,
        "done": True,
        "resource": made,
    }


def move(ctx: Context, call: Call) -> JSON | Answer:
    """objects.move: within one bucket."""
    source, data = _source(ctx, call)
    made = _copied(ctx, call, source, data, call.variables["bucket"])
    ctx.delete(path_of(call.variables["bucket"], str(source["name"])))
    return made


def compose(ctx: Context, call: Call) -> JSON | Answer:
    """objects.compose: up to 32 objects become one."""
    sources = call.body.get("sourceObjects") or []
    if not 1 <= len(sources) <= 32:
        raise buckets.invalid("The number of source components provided must be between 1 and 32.")
    bucket, parts = call.variables["destinationBucket"], []
    for part in sources:
        name, _ = need(ctx, bucket, str(part.get("name", "")), str(part.get("generation") or ""))
        parts.append(content(ctx, name))
    made = write(
        ctx, bucket, call.variables["destinationObject"], b"".join(parts), dict(call.body.get("destination") or {})
    )
    return {**made, "componentCount": len(parts)}


def restore(ctx: Context, call: Call) -> JSON | Answer:
    """objects.restore: a version becomes live again. What was deleted for good is not kept, whatever the bucket's
    soft-delete policy."""
    bucket, name = call.variables["bucket"], call.variables["object"]
    path, body = need(ctx, bucket, name, call.arg("generation"))
    return write(ctx, bucket, name, content(ctx, path), {k: v for k, v in body.items() if k not in _OWN})
