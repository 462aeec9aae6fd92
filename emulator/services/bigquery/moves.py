"""Rows that go from one place to another: loads, copies, extracts.

https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfiguration. Of files there are CSV and JSON, a value
a line; other forms are refused with 501.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
from typing import Any
from urllib.parse import quote

from emulator.context import Context
from emulator.exchange import Request
from emulator.services.bigquery import datasets, tables
from emulator.services.storage.objects import path_of
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def load(ctx: Context, project: str, wanted: JSON, media: bytes) -> JSON:
    """Rows from files in Cloud Storage, or sent along, into a table; the statistics of the job."""
    data = [media] if media else []
    for uri in wanted.get("sourceUris") or []:
        bucket, _, key = str(uri).removeprefix("gs://").partition("/")
        meta = ctx.store.meta("storage", path_of(bucket, key))
        if not meta:
            raise GoogleError("NOT_FOUND", f"Not found: URI {uri}", reason="notFound")
        data.append(base64.b64decode(str(meta["data"])))
    fields = (wanted.get("schema") or {}).get("fields") or []
    rows: list[JSON] = []
    for part in data:
        rows += _parsed(part, wanted, fields)
    if not fields and rows:
        fields = [{"name": k, "type": "STRING", "mode": "NULLABLE"} for k in rows[0]]
    _into(ctx, project, wanted, fields, rows)
    return {"inputFiles": str(len(data)), "outputRows": str(len(rows)), "badRecords": "0"}


def _parsed(data: bytes, wanted: JSON, fields: list[JSON]) -> list[JSON]:
    text = data.decode("utf-8", "replace")
    if wanted.get("sourceFormat") == "NEWLINE_DELIMITED_JSON":
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise datasets.invalid(f"Error while reading data: {str(error)[:200]}") from None
    if wanted.get("sourceFormat", "CSV") != "CSV":
        raise GoogleError("UNIMPLEMENTED", f"Lockgate's emulator does not load {wanted['sourceFormat']}.")
    lines = list(csv.reader(io.StringIO(text), delimiter=str(wanted.get("fieldDelimiter") or ",")))
    names = [str(f["name"]) for f in fields] or [f"string_field_{n}" for n in range(len(lines[0]) if lines else 0)]
    return [dict(zip(names, line, strict=False)) for line in lines[int(wanted.get("skipLeadingRows") or 0) :]]


def _into(ctx: Context, project: str, wanted: JSON, fields: list[JSON], rows: list[JSON]) -> None:
    """Puts rows into the destination of a job, by its dispositions."""
    target = wanted.get("destinationTable") or {}
    dataset = f"projects/{target.get('projectId') or project}/datasets/{target.get('datasetId')}"
    name = ctx.canonical(f"{dataset}/tables/{target.get('tableId')}")
    ctx.need(name.rpartition("/tables/")[0], "datasets")
    held = ctx.store.get(ctx.label, name)
    if held is None:
        if wanted.get("createDisposition") == "CREATE_NEVER":
            raise datasets.not_found(ctx, "", name)
        body: JSON = {"selfLink": ctx.link(name), "etag": ctx.ids.etag(), "schema": {"fields": fields}}
        body = {**tables.defaults(ctx, body), **body}
        tables.created(ctx, name, body)
        ctx.put(name, body, {"rows": []})
    before = tables.rows_of(ctx, name)
    how = wanted.get("writeDisposition", "WRITE_APPEND")
    if how == "WRITE_EMPTY" and before:
        raise datasets.exists(ctx, "", name)
    tables.store_rows(ctx, name, rows if how.startswith("WRITE_TRUNCATE") else before + rows)


def copy(ctx: Context, project: str, wanted: JSON) -> JSON:
    """Rows of some tables into another; the statistics of the job."""
    sources = wanted.get("sourceTables") or ([wanted["sourceTable"]] if wanted.get("sourceTable") else [])
    rows: list[JSON] = []
    fields: list[JSON] = []
    for source in sources:
        name = (
            f"projects/{source.get('projectId') or project}/datasets/{source['datasetId']}/tables/{source['tableId']}"
        )
        table = ctx.need(ctx.canonical(name), "tables")
        fields = (table.get("schema") or {}).get("fields") or fields
        rows += tables.rows_of(ctx, ctx.canonical(name))
    _into(ctx, project, {"writeDisposition": "WRITE_EMPTY", **wanted}, fields, rows)
    return {"copiedRows": str(len(rows))}


def extract(ctx: Context, project: str, wanted: JSON) -> JSON:
    """Rows of a table into a file in Cloud Storage; the statistics of the job."""
    source = wanted.get("sourceTable")
    if not source:
        raise GoogleError("UNIMPLEMENTED", "Lockgate's emulator extracts tables, not models.", reason="notImplemented")
    dataset = f"projects/{source.get('projectId') or project}/datasets/{source.get('datasetId')}"
    name = ctx.canonical(f"{dataset}/tables/{source.get('tableId')}")
    columns = (ctx.need(name, "tables").get("schema") or {}).get("fields") or []
    rows = tables.rows_of(ctx, name)
    data = _file(wanted, [str(column["name"]) for column in columns], rows)
    if wanted.get("compression") == "GZIP":
        data = gzip.compress(data, mtime=0)
    uris = wanted.get("destinationUris") or [u for u in (wanted.get("destinationUri"),) if u]
    if not uris:
        raise datasets.invalid("Required parameter is missing: destinationUris", "required")
    for uri in uris:
        _upload(ctx, str(uri), data)
    return {"destinationUriFileCounts": ["1"] * len(uris), "inputBytes": str(len(data))}


def _file(wanted: JSON, names: list[str], rows: list[JSON]) -> bytes:
    how = wanted.get("destinationFormat", "CSV")
    if how == "NEWLINE_DELIMITED_JSON":
        return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()
    if how != "CSV":
        raise GoogleError("UNIMPLEMENTED", f"Lockgate's emulator does not extract {how}.", reason="notImplemented")
    text = io.StringIO()
    lines = csv.writer(text, delimiter=str(wanted.get("fieldDelimiter") or ","), lineterminator="\n")
    if wanted.get("printHeader", True):
        lines.writerow(names)
    lines.writerows([["" if row.get(name) is None else row[name] for name in names] for row in rows])
    return text.getvalue().encode()


def _upload(ctx: Context, uri: str, data: bytes) -> None:
    """What a `*` stands for is the number of the file, of which there is one."""
    bucket, _, key = uri.removeprefix("gs://").replace("*", "0" * 12).partition("/")
    query = f"uploadType=media&name={quote(key)}"
    headers = {"content-type": "application/octet-stream", "host": ctx.call.headers.get("host", "localhost")}
    answer = ctx.cloud.handle(Request("POST", f"/upload/storage/v1/b/{quote(bucket)}/o", query, headers, data))
    if answer.status >= 400:
        raise GoogleError("NOT_FOUND", f"Not found: URI {uri}", reason="notFound")
