"""The three ways to send bytes: https://cloud.google.com/storage/docs/uploads-downloads. A resumable upload is kept
under `uploads/<id>`."""

from __future__ import annotations

import base64
import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.storage import buckets, objects
from emulator.wire import multipart
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def insert(ctx: Context, call: Call) -> JSON | Answer:
    """objects.insert in each of its forms."""
    bucket = call.variables["bucket"]
    if call.arg("upload_id"):
        return _resume(ctx, call)
    kind = call.arg("uploadType") or call.headers.get("x-goog-upload-protocol", "")
    if kind == "resumable":
        return _begin(ctx, call)
    if kind == "multipart":
        raw, data, media = multipart.read(call.headers.get("content-type", ""), call.raw)
        wanted = ctx.checked("Object", raw)
        wanted.setdefault("contentType", media)
    else:
        wanted, data = dict(call.body), call.raw if call.upload else b""
        if call.upload:
            wanted["contentType"] = call.headers.get("content-type", "application/octet-stream")
    return objects.write(ctx, bucket, call.arg("name") or str(wanted.get("name", "")), data, wanted)


def _begin(ctx: Context, call: Call) -> Answer:
    """Opens a resumable upload; the answer's `Location` is where its bytes go."""
    bucket = call.variables["bucket"]
    ctx.need(buckets.path_of(bucket), "buckets")
    wanted = ctx.checked("Object", multipart.read_object(call.raw))
    name = call.arg("name") or str(wanted.get("name", ""))
    if not name:
        raise buckets.invalid("Required", "required")
    if "contentType" not in wanted and call.headers.get("x-upload-content-type"):
        wanted["contentType"] = call.headers["x-upload-content-type"]
    ident = ctx.ids.hexa(32)
    conditions = {k: v[0] for k, v in call.query.items() if k.startswith("if") or k in ("kmsKeyName", "projection")}
    meta = {"data": "", "conditions": conditions}
    ctx.put(f"uploads/{ident}", {"bucket": bucket, "name": name, "wanted": wanted}, meta)
    more = "".join(f"&{k}={v}" for k, v in conditions.items())
    where = f"{objects.root_of(ctx)}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={ident}{more}"
    return Answer(b"", 200, {"Location": where, "X-GUploader-UploadID": ident, "Content-Type": "text/plain"})


def _resume(ctx: Context, call: Call) -> JSON | Answer:
    """Takes a chunk, says how far an upload has come, or finishes it."""
    name = f"uploads/{call.arg('upload_id')}"
    held = ctx.store.get(ctx.label, name)
    if held is None:
        raise GoogleError("NOT_FOUND", "The upload does not exist or has ended.", code=410, reason="uploadGone")
    meta = ctx.store.meta(ctx.label, name)
    data = base64.b64decode(str(meta["data"]))
    found = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", call.headers.get("content-range", ""))
    total = len(data) + len(call.raw)
    if found is not None:
        if found[1] is not None:
            start = int(found[1])
            if start > len(data) or int(found[2]) - start + 1 != len(call.raw):
                raise buckets.invalid("Invalid range of an upload.", "badRequest")
            data = data[:start] + call.raw
        total = int(found[3]) if found[3] != "*" else -1
    else:
        data += call.raw
    if total != len(data):
        meta["data"] = base64.b64encode(data).decode()
        ctx.put(name, held, meta)
        return Answer(b"", 308, {"Range": f"bytes=0-{len(data) - 1}"} if data else {})
    wanted: JSON = dict(held["wanted"])
    wanted.setdefault("contentType", "application/octet-stream")
    made = objects.write(ctx, str(held["bucket"]), str(held["name"]), data, wanted)
    ctx.delete(name)
    return made
