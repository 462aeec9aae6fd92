"""Jobs: moves of rows, and a little SQL. https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs. A job is done
when it is answered.

Of SQL there is what makes and drops tables, views and schemas, and `SELECT` of a whole table or of a number; anything
else is refused with 501 rather than answered wrongly."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.bigquery import datasets, moves, tables
from emulator.state.store import copied
from emulator.wire import multipart, page
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_NAME = r"`?([\w:.\-`]+)`?"
_CREATE = re.compile(
    rf"(?is)\s*create\s+(or\s+replace\s+)?(table|view|schema)\s+(if\s+not\s+exists\s+)?{_NAME}\s*(?:\((.*?)\)\s*)?"
    r"(?:options\s*\(.*\)\s*)?(?:as\s+(.*?))?;?\s*"
)
_DROP = re.compile(rf"(?is)\s*drop\s+(table|view|schema)\s+(if\s+exists\s+)?{_NAME}\s*(?:cascade|restrict)?\s*;?\s*")
_SELECT = re.compile(
    rf"(?is)\s*select\s+(\*|count\(\*\)(?:\s+as\s+\w+)?)\s+from\s+{_NAME}\s*(?:limit\s+(\d+))?\s*;?\s*"
)
_NUMBER = re.compile(r"(?is)\s*select\s+(\d{1,18})(?:\s+as\s+(\w+))?\s*;?\s*")


def _reference(text: str, project: str, default: str = "") -> str:
    """The canonical name of `project.dataset.table`, `dataset.table`, `project.dataset`."""
    parts = text.replace("`", "").replace(":", ".").split(".")
    if len(parts) == 3:
        return f"projects/{parts[0]}/datasets/{parts[1]}/tables/{parts[2]}"
    if len(parts) == 2:
        return f"projects/{project}/datasets/{parts[0]}/tables/{parts[1]}"
    if len(parts) == 1 and default:
        return f"projects/{project}/datasets/{default}/tables/{parts[0]}"
    raise datasets.invalid(f'Table "{text}" must be qualified with a dataset (e.g. dataset.table).', "invalidQuery")


def _schema_name(text: str, project: str) -> str:
    parts = text.replace("`", "").replace(":", ".").split(".")
    return f"projects/{parts[0] if len(parts) > 1 else project}/datasets/{parts[-1]}"


# ---- SQL ------------------------------------------------------------------------------------------------------------
def _run(ctx: Context, project: str, sql: str, default: str) -> tuple[str, JSON | None, list[JSON], list[JSON]]:
    """(kind of statement, table that it made or read, columns, rows)."""
    if found := _NUMBER.fullmatch(sql):
        column = {"name": found[2] or "f0_", "type": "INTEGER", "mode": "NULLABLE"}
        return "SELECT", None, [column], [{column["name"]: found[1]}]
    if found := _SELECT.fullmatch(sql):
        name = ctx.canonical(_reference(found[2], project, default))
        table = ctx.need(name, "tables")
        rows, columns = tables.rows_of(ctx, name), (table.get("schema") or {}).get("fields") or []
        if found[1] != "*":
            counted = re.search(r"(?i)as\s+(\w+)", found[1])
            column = {"name": counted[1] if counted else "f0_", "type": "INTEGER", "mode": "NULLABLE"}
            return "SELECT", table, [column], [{column["name"]: str(len(rows))}]
        return "SELECT", table, columns, rows[: int(found[3])] if found[3] else rows
    if found := _DROP.fullmatch(sql):
        return _drop(ctx, project, found, default)
    if found := _CREATE.fullmatch(sql):
        return _create(ctx, project, found, default)
    raise GoogleError(
        "UNIMPLEMENTED",
        "Lockgate's emulator runs no SQL but CREATE, DROP and SELECT * FROM a table.",
        reason="notImplemented",
    )


def _drop(
    ctx: Context, project: str, found: re.Match[str], default: str
) -> tuple[str, JSON | None, list[JSON], list[JSON]]:
    kind = found[1].upper()
    text = found[3]
    name = ctx.canonical(_schema_name(text, project) if kind == "SCHEMA" else _reference(text, project, default))
    held = ctx.store.get(ctx.label, name)
    if held is None and not found[2]:
        raise datasets.not_found(ctx, "", name)
    if kind == "SCHEMA" and ctx.store.names(ctx.label, f"{name}/tables") and "cascade" not in found[0].lower():
        raise GoogleError("FAILED_PRECONDITION", f"{datasets.spelled(name)} is still in use", reason="resourceInUse")
    ctx.delete(name)
    return f"DROP_{kind}", held, [], []


def _create(
    ctx: Context, project: str, found: re.Match[str], default: str
) -> tuple[str, JSON | None, list[JSON], list[JSON]]:
    kind, columns, query = found[2].upper(), found[5], found[6]
    name = ctx.canonical(
        _schema_name(found[4], project) if kind == "SCHEMA" else _reference(found[4], project, default)
    )
    held = ctx.store.get(ctx.label, name)
    if held is not None and not found[1]:
        if found[3]:
            return f"CREATE_{kind}", held, [], []
        raise datasets.exists(ctx, "", name)
    ident = name.rsplit("/", 1)[-1]
    body: JSON = {"selfLink": ctx.link(name), "etag": ctx.ids.etag()}
    if kind == "SCHEMA":
        body = {**datasets.defaults(ctx, body), **body}
        datasets.created(ctx, name, body)
        ctx.put(name, body)
        return "CREATE_SCHEMA", None, [], []
    rows: list[JSON] = []
    fields = [_column(c) for c in _split_columns(columns)] if columns else []
    if query and kind == "VIEW":
        body["view"] = {"query": query, "useLegacySql": False}
    elif query:
        _, _, read, rows = _run(ctx, project, query, default)
        fields = fields or read
    if fields:
        body["schema"] = {"fields": fields}
    body = {**tables.defaults(ctx, body), **body}
    tables.created(ctx, name, body)
    body["tableReference"]["tableId"] = ident
    ctx.put(name, body, {"rows": []})
    if rows:
        tables.store_rows(ctx, name, rows)
    return f"CREATE_{kind}" + ("_AS_SELECT" if query and kind == "TABLE" else ""), body, [], []


def _split_columns(text: str) -> list[str]:
    out, depth, current = [], 0, ""
    for char in text:
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            out.append(current)
            current = ""
        else:
            current += char
    return [c.strip() for c in [*out, current] if c.strip()]


def _column(text: str) -> JSON:
    found = re.match(r"(?is)`?(\w+)`?\s+(array\s*<\s*(\w+)\s*>|\w+)(?:\([\d,\s]*\))?\s*(not\s+null)?", text)
    if found is None:
        raise datasets.invalid(f"Syntax error: {text[:100]}", "invalidQuery")
    named = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD"}
    kind = (found[3] or found[2]).upper()
    mode = "REPEATED" if found[3] else "REQUIRED" if found[4] else "NULLABLE"
    return {"name": found[1], "type": named.get(kind, kind), "mode": mode}


# ---- methods --------------------------------------------------------------------------------------------------------
def insert(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.insert: what fails is told in the job, as far as it is not the request that is wrong."""
    media, raw = b"", call.body
    if call.upload and call.arg("uploadType") == "multipart":
        sent, media, _ = multipart.read(call.headers.get("content-type", ""), call.raw)
        raw = ctx.checked("Job", sent)
    return _made(ctx, copied(raw), media)[0]


def _made(ctx: Context, body: JSON, media: bytes = b"") -> tuple[JSON, list[JSON], list[JSON]]:
    """(job, columns, rows)."""
    project = ctx.projects.id_of(ctx.call.variables["projectId"])
    wanted = body.get("configuration") or {}
    kind = next((k for k in ("query", "load", "copy", "extract") if k in wanted), "")
    if not kind:
        raise datasets.invalid(
            "Job configuration must contain exactly one job-specific configuration object.", "required"
        )
    reference = body.get("jobReference") or {}
    ident = str(reference.get("jobId") or f"job_{ctx.ids.word(28)}")
    name = f"projects/{project}/jobs/{ident}"
    if ctx.store.has(ctx.label, name):
        raise GoogleError("ALREADY_EXISTS", f"Already Exists: Job {project}:{ident}", reason="duplicate")
    location, now = str(reference.get("location") or "US"), datasets.millis(ctx)
    columns: list[JSON] = []
    rows: list[JSON] = []
    statistics: JSON = {"creationTime": now, "startTime": now, "endTime": now}
    status: JSON = {"state": "DONE"}
    try:
        if kind == "query":
            query = wanted["query"]
            default = str((query.get("defaultDataset") or {}).get("datasetId", ""))
            done: JSON = {"totalBytesProcessed": "0", "totalBytesBilled": "0", "cacheHit": False}
            if not wanted.get("dryRun"):
                done["statementType"], _, columns, rows = _run(ctx, project, str(query.get("query", "")), default)
            statistics |= {"query": done, "totalBytesProcessed": "0"}
        elif kind == "load":
            statistics["load"] = moves.load(ctx, project, wanted["load"], media)
        elif kind == "copy":
            statistics["copy"] = moves.copy(ctx, project, wanted["copy"])
        else:
            statistics["extract"] = moves.extract(ctx, project, wanted["extract"])
    except GoogleError as error:
        if error.code >= 500:
            raise
        told = {"reason": error.reason or "invalid", "message": error.message}
        status |= {"errorResult": told, "errors": [told]}
    body |= {
        "kind": "bigquery#job",
        "etag": ctx.ids.etag(),
        "id": f"{project}:{location}.{ident}",
        "selfLink": ctx.link(f"{name}?location={location}"),
        "jobReference": {"projectId": project, "jobId": ident, "location": location},
        "user_email": "user@example.com",
        "configuration": {**wanted, "jobType": kind.upper()},
        "statistics": statistics,
        "status": status,
    }
    if not wanted.get("dryRun"):
        ctx.put(name, body, {"columns": columns, "rows": rows})
    return body, columns, rows


def query(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.query: the job and its first page in one."""
    known = ("query", "useLegacySql", "defaultDataset", "queryParameters", "parameterMode")
    wanted: JSON = {"query": {k: call.body[k] for k in known if k in call.body}}
    if call.body.get("dryRun"):
        wanted["dryRun"] = True
    job, columns, rows = _made(ctx, {"configuration": wanted, "jobReference": {"location": call.body.get("location")}})
    failed = job["status"].get("errorResult")
    if failed:
        raise datasets.invalid(failed["message"], failed["reason"])
    size = int(call.body.get("maxResults") or 10_000)
    return {"kind": "bigquery#queryResponse", **_result(job, columns, rows, 0, size)}


def _result(job: JSON, columns: list[JSON], rows: list[JSON], after: int, size: int) -> JSON:
    part = rows[after : after + size]
    out: JSON = {
        "jobReference": job["jobReference"],
        "jobComplete": True,
        "totalRows": str(len(rows)),
        "totalBytesProcessed": "0",
        "cacheHit": False,
    }
    if columns:
        out["schema"] = {"fields": columns}
    if part:
        out["rows"] = tables.wire_rows(columns, part)
    if after + size < len(rows):
        out["pageToken"] = page.encode(after + size)
    return out


def results(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.getQueryResults."""
    name = ctx.canonical(f"projects/{call.variables['projectId']}/jobs/{call.variables['jobId']}")
    job = ctx.need(name, "jobs")
    failed = job["status"].get("errorResult")
    if failed:
        raise datasets.invalid(failed["message"], failed["reason"])
    meta = ctx.store.meta(ctx.label, name)
    after = page.decode(call.arg("pageToken")) or int(call.arg("startIndex") or 0)
    size = page.size_of(call.arg("maxResults") or None, 10_000)
    found = _result(job, list(meta["columns"]), list(meta["rows"]), after, size)
    return {"kind": "bigquery#getQueryResultsResponse", "etag": job["etag"], **found}


def get(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.get."""
    return ctx.need(call.target, "jobs")


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.list, newest first."""
    items = []
    for _, _, body in ctx.store.rows(ctx.label, call.target):
        short = {
            k: body[k] for k in ("kind", "id", "jobReference", "statistics", "status", "user_email", "configuration")
        }
        items.append(copied({**short, "state": body["status"]["state"]}))
    return {"kind": "bigquery#jobList", "etag": ctx.ids.etag(), **standard.paged(ctx, items[::-1])}


def cancel(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.cancel: what is done stays done."""
    return {"kind": "bigquery#jobCancelResponse", "job": ctx.need(call.target.removesuffix("/cancel"), "jobs")}


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """jobs.delete."""
    name = call.target.removesuffix("/delete")
    ctx.need(name, "jobs")
    ctx.delete(name)
    return Answer(None, 204)
