"""The source of a function: an archive in Cloud Storage, uploaded by the client itself or to an address that is
asked for."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any
from urllib.parse import quote

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.exchange import Request
from emulator.resource import Handler
from emulator.services.storage import objects
from emulator.wire.errors import GoogleError, invalid, not_found

JSON = dict[str, Any]


def resolved(ctx: Context, source: JSON) -> JSON:
    """Where exactly the source is: the archive with its generation. A missing or unreadable archive fails the build,
    and is said at once here."""
    archive = source.get("storageSource")
    if not archive:
        return {}
    bucket, name = str(archive.get("bucket", "")), str(archive.get("object", ""))
    if not bucket or not name:
        raise invalid(
            "storage_source must name a bucket and an object.", field_path="function.build_config.source.storage_source"
        )
    path = objects.path_of(bucket, name)
    held = ctx.store.get("storage", path)
    wanted = archive.get("generation")
    if held is None or (wanted and str(held.get("generation")) != str(wanted)):
        raise GoogleError("NOT_FOUND", f"Failed to retrieve function source code: gs://{bucket}/{name} does not exist.")
    data = base64.b64decode(str(ctx.store.meta("storage", path).get("data", "")))
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise invalid(f"Build failed: gs://{bucket}/{name} is no zip archive.")
    return {"bucket": bucket, "object": name, **({"generation": held["generation"]} if "generation" in held else {})}


def upload_url(ctx: Context, call: Call) -> JSON | Answer:
    """An address that takes the archive by PUT, and the storage source that then names it: of the emulator itself,
    so that the upload works."""
    _, project, _, location = call.target.split("/")[:4]
    bucket = f"gcf-v2-uploads-{ctx.projects.number_of(project)}-{location}"
    host = {"host": call.headers.get("host", "localhost"), "content-type": "application/json"}
    if ctx.store.get("storage", f"b/{bucket}") is None:
        body = f'{{"name": "{bucket}", "location": "{location.upper()}"}}'.encode()
        made = ctx.cloud.handle(Request("POST", "/storage/v1/b", f"project={project}", host, body))
        if made.status != 200:
            raise GoogleError("FAILED_PRECONDITION", f"The bucket {bucket} for uploads could not be made.")
    name = f"{ctx.ids.uuid()}.zip"
    begun = ctx.cloud.handle(
        Request("POST", f"/upload/storage/v1/b/{bucket}/o", f"uploadType=resumable&name={quote(name)}", host, b"{}")
    )
    return {"uploadUrl": begun.headers.get("Location", ""), "storageSource": {"bucket": bucket, "object": name}}


def download_url(ctx: Context, call: Call) -> JSON | Answer:
    """Where the source of a function can be fetched."""
    function = ctx.need(call.target, "projects.locations.functions")
    found = function.get("buildConfig", {}).get("sourceProvenance", {}).get("resolvedStorageSource")
    if not found:
        raise not_found(f"{call.target} has no source in Cloud Storage.")
    host = call.headers.get("host", "storage.googleapis.com")
    scheme = "https" if host.endswith("googleapis.com") else "http"
    path = f"download/storage/v1/b/{found['bucket']}/o/{quote(found['object'], safe='')}"
    return {"downloadUrl": f"{scheme}://{host}/{path}?alt=media"}


METHODS: dict[str, Handler] = {"functions.generateUploadUrl": upload_url, "functions.generateDownloadUrl": download_url}
