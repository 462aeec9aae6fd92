"""Tables, their rows, and routines: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables. Rows are kept
beside the table."""

from __future__ import annotations

import json
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.bigquery import datasets
from emulator.state.store import copied
from emulator.wire import page

JSON = dict[str, Any]

_COUNTS = (
    "numBytes", "numLongTermBytes", "numRows", "numTotalLogicalBytes", "numActiveLogicalBytes",
    "numLongTermLogicalBytes",
)  # fmt: skip
MAX_ROWS = 100_000
"""Rows that a table of the emulator holds: they are in memory."""


# ---- tables ---------------------------------------------------------------------------------------------------------
def insert(ctx: Context, call: Call) -> JSON | Answer:
    """tables.insert: the id is in the reference."""
    datasets.dataset_of(ctx)
    ident = str((call.body.get("tableReference") or {}).get("tableId", ""))
    if not ident:
        raise datasets.invalid("Required parameter is missing: tableReference.tableId", "required")
    if len(ident.encode("utf-8", "replace")) > 1024 or any(c in ident for c in "./\\`\n"):
        raise datasets.invalid(f'Invalid table ID "{ident[:100]}".')
    return standard.create_named(ctx, f"{call.target}/{ident}", copied(call.body))


def defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in, at creation and after each change."""
    del ctx
    if body.get("labels") == {}:
        body.pop("labels")
    _tidy((body.get("schema") or {}).get("fields") or [], 1)
    found: JSON = {"type": _type(body)}
    if "timePartitioning" in body and (body["timePartitioning"] or {}).get("field"):
        column = {"field": body["timePartitioning"]["field"]}
        found["partitionDefinition"] = {"partitionedColumn": [column]}
    if "externalDataConfiguration" in body:
        found["requirePartitionFilter"] = False
    return found


def _tidy(fields: list[JSON], depth: int) -> None:
    """Checks a schema and drops empty policy tags; 15 levels are what BigQuery takes."""
    names = [str(f.get("name", "")).lower() for f in fields]
    if len(set(names)) < len(names) or "" in names:
        raise datasets.invalid("Schema has duplicate or unnamed fields.")
    if depth > 15:
        raise datasets.invalid("Schema is nested too deeply: at most 15 levels.")
    for field in fields:
        if not field.get("type"):
            raise datasets.invalid(f"Field {field['name']} has no type.")
        if not (field.get("policyTags") or {}).get("names"):
            field.pop("policyTags", None)
        _tidy(field.get("fields") or [], depth + 1)


def _type(body: JSON) -> str:
    for field, kind in (
        ("externalDataConfiguration", "EXTERNAL"),
        ("view", "VIEW"),
        ("materializedView", "MATERIALIZED_VIEW"),
        ("snapshotDefinition", "SNAPSHOT"),
    ):
        if field in body:
            return kind
    return "TABLE"


def created(ctx: Context, name: str, body: JSON) -> None:
    """Identity, times, sizes and what comes from the dataset."""
    project, dataset_id, ident = name.split("/")[1::2]
    held = ctx.need(f"projects/{project}/datasets/{dataset_id}", "datasets")
    now = datasets.millis(ctx)
    body |= {
        "kind": "bigquery#table",
        "id": f"{project}:{dataset_id}.{ident}",
        "tableReference": {"projectId": project, "datasetId": dataset_id, "tableId": ident},
        "creationTime": now,
        "lastModifiedTime": now,
        "location": held["location"],
        **dict.fromkeys(_COUNTS, "0"),
    }
    if held.get("defaultEncryptionConfiguration"):
        body.setdefault("encryptionConfiguration", held["defaultEncryptionConfiguration"])
    lasting = held.get("defaultTableExpirationMs")
    if lasting and body["type"] == "TABLE":
        body.setdefault("expirationTime", str(int(now) + int(lasting)))
    for field in ("view", "materializedView"):
        if field in body and not (body[field] or {}).get("query"):
            raise datasets.invalid(f"Required parameter is missing: {field}.query", "required")
    if "view" in body:
        body["view"].setdefault("useLegacySql", True)
    if "materializedView" in body:
        body["materializedView"]["lastRefreshTime"] = now
        body["materializedViewStatus"] = {"refreshWatermark": ctx.now()}


def updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """What a change cannot touch stays; a column cannot go."""
    del name
    datasets.check_match(ctx, before)
    kept = (
        "kind", "id", "tableReference", "creationTime", "location", "type", "selfLink", "encryptionConfiguration",
        "timePartitioning",
        "rangePartitioning", "partitionDefinition", "clustering", "materializedViewStatus", *_COUNTS,
    )  # fmt: skip
    held = {k: before[k] for k in kept if k in before and (k not in after or k in kept[:7])}
    if "schema" in after and before["type"] == "TABLE":
        _check_columns(before.get("schema") or {}, after["schema"] or {})
    elif before["type"] == "TABLE" and ctx.call.method.http == "PATCH" and "schema" in before:
        held["schema"] = before["schema"]
    return {**after, **held, "lastModifiedTime": datasets.millis(ctx)}


def _check_columns(before: JSON, after: JSON) -> None:
    """https://cloud.google.com/bigquery/docs/managing-table-schemas: columns are added or relaxed, not removed or
    retyped."""
    names = {str(f["name"]).lower(): f for f in after.get("fields") or []}
    for field in before.get("fields") or []:
        found = names.get(str(field["name"]).lower())
        if found is None:
            raise datasets.invalid(
                f"Provided Schema does not match Table. Field {field['name']} is missing in new schema"
            )
        if _plain(found) != _plain(field):
            raise datasets.invalid(
                f"Provided Schema does not match Table. Field {field['name']} has changed type from "
                f"{field['type']} to {found['type']}"
            )


def _plain(field: JSON) -> str:
    kind = str(field["type"]).upper()
    return {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD"}.get(kind, kind)


def view(ctx: Context, name: str, body: JSON) -> JSON:
    """A fresh table without columns shows an empty schema once."""
    del name
    if ctx.call.collection == "tables" and ctx.call.verb == "insert":
        body.setdefault("schema", {})
    return body


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """tables.list: short views."""
    datasets.dataset_of(ctx)
    short = (
        "kind", "id", "tableReference", "type", "friendlyName", "labels", "timePartitioning", "rangePartitioning",
        "clustering",
        "creationTime", "expirationTime",
    )  # fmt: skip
    items = [copied({k: b[k] for k in short if k in b}) for _, _, b in ctx.store.rows(ctx.label, call.target)]
    found = standard.paged(ctx, items)
    return {"kind": "bigquery#tableList", "etag": ctx.ids.etag(), **found, "totalItems": len(items)}


# ---- rows -----------------------------------------------------------------------------------------------------------
def rows_of(ctx: Context, name: str) -> list[JSON]:
    """The rows of a table, by canonical name."""
    return list(ctx.store.meta(ctx.label, name).get("rows", []))


def store_rows(ctx: Context, name: str, rows: list[JSON]) -> None:
    """Replaces the rows of a table, and its counts."""
    if len(rows) > MAX_ROWS:
        raise datasets.invalid(f"The emulator holds at most {MAX_ROWS} rows a table.", "quotaExceeded")
    body = ctx.need(name, "tables")
    size = str(sum(len(json.dumps(r)) for r in rows))
    body |= {"numRows": str(len(rows)), "numBytes": size, "numTotalLogicalBytes": size, "numActiveLogicalBytes": size}
    ctx.put(name, body, {**ctx.store.meta(ctx.label, name), "rows": rows})


def problem(fields: list[JSON], row: JSON) -> str:
    """Why a row does not fit a schema; empty if it does."""
    names = {str(f["name"]).lower(): f for f in fields}
    for key in row:
        if key.lower() not in names:
            return f"no such field: {key}."
    present = {k.lower() for k, v in row.items() if v is not None}
    for name, field in names.items():
        if field.get("mode") == "REQUIRED" and name not in present:
            return f"Missing required field: {field['name']}."
    return ""


def insert_all(ctx: Context, call: Call) -> JSON | Answer:
    """tabledata.insertAll: all or nothing unless rows that do not fit may be skipped."""
    name = call.target.removesuffix("/insertAll")
    table = ctx.need(name, "tables")
    if table["type"] != "TABLE":
        raise datasets.invalid(f"Cannot add rows to a table of type {table['type']}.")
    sent = call.body.get("rows") or []
    if not sent:
        raise datasets.invalid("Empty request.")
    fields = (table.get("schema") or {}).get("fields") or []
    good: list[JSON] = []
    wrong: list[JSON] = []
    for index, entry in enumerate(sent):
        row = dict(entry.get("json") or {})
        if call.body.get("ignoreUnknownValues"):
            known = {str(f["name"]).lower() for f in fields}
            row = {k: v for k, v in row.items() if k.lower() in known}
        why = problem(fields, row)
        if why:
            error = {"reason": "invalid", "location": "", "debugInfo": "", "message": why}
            wrong.append({"index": index, "errors": [error]})
        else:
            good.append(row)
    if wrong and not call.body.get("skipInvalidRows"):
        stopped = {"reason": "stopped", "location": "", "debugInfo": "", "message": ""}
        told = {e["index"] for e in wrong}
        wrong += [{"index": i, "errors": [stopped]} for i in range(len(sent)) if i not in told]
        good = []
    if good:
        store_rows(ctx, name, rows_of(ctx, name) + good)
    return {"kind": "bigquery#tableDataInsertAllResponse", **({"insertErrors": wrong} if wrong else {})}


def wire_rows(fields: list[JSON], rows: list[JSON]) -> list[JSON]:
    """Rows as BigQuery sends them: lists of cells in the order of the schema, every value as a string."""
    return [{"f": [{"v": _cell(f, _pick(row, str(f["name"])))} for f in fields]} for row in rows]


def _pick(row: JSON, name: str) -> Any:
    return next((v for k, v in row.items() if k.lower() == name.lower()), None)


def _cell(field: JSON, value: Any) -> Any:
    if field.get("mode") == "REPEATED":
        inner = {**field, "mode": "NULLABLE"}
        return [{"v": _cell(inner, v)} for v in (value if isinstance(value, list) else [])]
    if value is None:
        return None
    if _plain(field) == "RECORD":
        return wire_rows(field.get("fields") or [], [value if isinstance(value, dict) else {}])[0]
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def list_rows(ctx: Context, call: Call) -> JSON | Answer:
    """tabledata.list."""
    name = call.target.removesuffix("/data")
    table = ctx.need(name, "tables")
    fields = (table.get("schema") or {}).get("fields") or []
    if call.arg("selectedFields"):
        chosen = call.arg("selectedFields").split(",")
        fields = [f for f in fields if f["name"] in chosen]
    rows = rows_of(ctx, name)
    after = page.decode(call.arg("pageToken")) or int(call.arg("startIndex") or 0)
    size = page.size_of(call.arg("maxResults") or None, 10_000)
    part = rows[after : after + size]
    out: JSON = {"kind": "bigquery#tableDataList", "etag": table["etag"], "totalRows": str(len(rows))}
    if part:
        out["rows"] = wire_rows(fields, part)
    if after + size < len(rows):
        out["pageToken"] = page.encode(after + size)
    return out


# ---- routines -------------------------------------------------------------------------------------------------------
def insert_routine(ctx: Context, call: Call) -> JSON | Answer:
    """routines.insert: the id is in the reference."""
    datasets.dataset_of(ctx)
    ident = str((call.body.get("routineReference") or {}).get("routineId", ""))
    if not datasets.ID.fullmatch(ident):
        raise datasets.invalid(f'Invalid routine ID "{ident[:100]}".')
    return standard.create_named(ctx, f"{call.target}/{ident}", copied(call.body))


def routine_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    del ctx
    if body.get("determinismLevel") == "DETERMINISM_LEVEL_UNSPECIFIED":
        body.pop("determinismLevel")
    return {"language": "SQL"}


def routine_created(ctx: Context, name: str, body: JSON) -> None:
    """Identity and times of a new routine."""
    project, dataset_id, ident = name.split("/")[1::2]
    body["routineReference"] = {"projectId": project, "datasetId": dataset_id, "routineId": ident}
    body |= {"creationTime": datasets.millis(ctx), "lastModifiedTime": datasets.millis(ctx)}


def routine_updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """Reference, type and time of creation stay."""
    del name
    datasets.check_match(ctx, before)
    kept: JSON = {k: before[k] for k in ("routineReference", "creationTime", "routineType") if k in before}
    return {**after, **kept, "lastModifiedTime": datasets.millis(ctx)}
