"""Datasets: https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets. Who may do what is a field of the
dataset."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9_]{1,1024}")
_ROLES = {
    "WRITER": "roles/bigquery.dataEditor",
    "OWNER": "roles/bigquery.dataOwner",
    "READER": "roles/bigquery.dataViewer",
}
_WHO = ("groupByEmail", "userByEmail", "domain", "specialGroup", "iamMember")
_DEFAULT = (
    {"role": "WRITER", "specialGroup": "projectWriters"},
    {"role": "OWNER", "specialGroup": "projectOwners"},
    {"role": "OWNER", "userByEmail": "user@example.com"},
    {"role": "READER", "specialGroup": "projectReaders"},
)
_KINDS = {"datasets": "Dataset", "tables": "Table", "routines": "Routine", "models": "Model", "jobs": "Job"}
_TRAVEL = "168"
"""Hours that a dataset can be looked back at unless it says otherwise: https://cloud.google.com/bigquery/docs/time-travel."""


def invalid(message: str, reason: str = "invalid") -> GoogleError:
    """400 in the words of BigQuery."""
    return GoogleError("INVALID_ARGUMENT", message, reason=reason)


def spelled(name: str) -> str:
    """`Dataset p:d`, `Table p:d.t` of a canonical name."""
    parts = name.split("/")
    rest = parts[1:2] + parts[3::2]
    return f"{_KINDS.get(parts[-2], 'Resource')} {rest[0]}:{'.'.join(rest[1:])}"


def not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    """404 in the words of BigQuery."""
    del ctx, kind
    return GoogleError("NOT_FOUND", f"Not found: {spelled(name)}", reason="notFound")


def exists(ctx: Context, kind: str, name: str) -> GoogleError:
    """409 in the words of BigQuery."""
    del ctx, kind
    return GoogleError("ALREADY_EXISTS", f"Already Exists: {spelled(name)}", reason="duplicate")


def millis(ctx: Context) -> str:
    """Milliseconds since 1970, which BigQuery counts times in."""
    return str(int(ctx.ids.clock() * 1000))


def dataset_of(ctx: Context) -> tuple[str, JSON]:
    """The dataset that a path names, or 404."""
    variables = ctx.call.variables
    name = ctx.canonical(f"projects/{variables['projectId']}/datasets/{variables['datasetId']}")
    return name, ctx.need(name, "datasets")


def check_match(ctx: Context, held: JSON) -> None:
    """412 where the caller says by `If-Match` that it knows another state."""
    wanted = ctx.call.headers.get("if-match", "")
    if wanted and wanted.strip('"') != str(held.get("etag", "")).strip('"') and wanted != "*":
        raise GoogleError("FAILED_PRECONDITION", "Precondition check failed.", code=412, reason="conditionNotMet")


def _ordered(access: list[JSON]) -> list[JSON]:
    def key(entry: JSON) -> tuple[str, ...]:
        role = str(entry.get("role", ""))
        return (_ROLES.get(role, role), *(str(entry.get(w, "")) for w in _WHO))

    return sorted(access, key=key)


def _check_access(access: list[JSON]) -> None:
    for entry in access:
        who = [k for k in (*_WHO, "view", "routine", "dataset") if entry.get(k)]
        if len(who) != 1:
            raise invalid("Each access entry names exactly one of a user, group, domain, view, routine or dataset.")
        if who[0] not in ("view", "routine", "dataset") and not entry.get("role"):
            raise invalid("Access entry without a role.")


def insert(ctx: Context, call: Call) -> JSON | Answer:
    """datasets.insert: the id is in the reference."""
    reference = call.body.get("datasetReference") or {}
    ident = str(reference.get("datasetId", ""))
    if not ident:
        raise invalid("Required parameter is missing: datasetReference.datasetId", "required")
    if not ID.fullmatch(ident):
        text = f'Invalid dataset ID "{ident[:100]}". Dataset IDs must be alphanumeric (plus underscores) '
        raise invalid(text + "and must be at most 1024 characters long.")
    project = call.variables["projectId"]
    if reference.get("projectId") and ctx.projects.id_of(reference["projectId"]) != ctx.projects.id_of(project):
        raise invalid("The project of the reference is not that of the path.")
    return standard.create_named(ctx, f"{call.target}/{ident}", copied(call.body))


def defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in, at creation and after each change."""
    del ctx
    access = body.get("access")
    if access:
        _check_access(access)
    body["access"] = _ordered(access) if access else [dict(e) for e in _DEFAULT]
    if body.get("labels") == {}:
        body.pop("labels")
    return {"location": "US", "type": "DEFAULT"}


def created(ctx: Context, name: str, body: JSON) -> None:
    """Identity and times of a new dataset."""
    project, ident = name.split("/")[1], name.rsplit("/", 1)[-1]
    body |= {
        "kind": "bigquery#dataset",
        "id": f"{project}:{ident}",
        "datasetReference": {"datasetId": ident, "projectId": project},
        "creationTime": millis(ctx),
        "lastModifiedTime": millis(ctx),
    }


def updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """What a change cannot touch stays; the time moves on."""
    del name
    check_match(ctx, before)
    if str(after.get("location", before["location"])).lower() != str(before["location"]).lower():
        raise invalid("Dataset location cannot be changed.")
    kept = ("kind", "id", "datasetReference", "creationTime", "location", "type", "selfLink")
    return {**after, **{k: before[k] for k in kept if k in before}, "lastModifiedTime": millis(ctx)}


def deleted(ctx: Context, name: str, body: JSON) -> None:
    """Only an empty dataset goes, unless its contents may go as well."""
    del body
    if not ctx.call.flag("deleteContents") and any(
        ctx.store.names(ctx.label, f"{name}/{kind}") for kind in ("tables", "routines", "models")
    ):
        project, ident = name.split("/")[1], name.rsplit("/", 1)[-1]
        raise GoogleError("FAILED_PRECONDITION", f"Dataset {project}:{ident} is still in use", reason="resourceInUse")


def view(ctx: Context, name: str, body: JSON) -> JSON:
    """Only `get` shows how far back a dataset can be looked at by default."""
    del name
    if ctx.call.verb == "get" and ctx.call.collection == "datasets":
        body.setdefault("maxTimeTravelHours", _TRAVEL)
    return body


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """datasets.list: short views; `filter` speaks of labels only (`labels.key:value`)."""
    wanted = re.findall(r"labels\.([\w-]+)(?::([\w-]+))?", call.arg("filter"))
    items = []
    for _, _, body in ctx.store.rows(ctx.label, call.target):
        labels = body.get("labels") or {}
        hidden = str(body["datasetReference"]["datasetId"]).startswith("_") and not call.flag("all")
        if not hidden and all(k in labels and (not v or labels[k] == v) for k, v in wanted):
            short = ("kind", "id", "datasetReference", "labels", "friendlyName", "location", "type")
            items.append(copied({k: body[k] for k in short if k in body}))
    found = standard.paged(ctx, items)
    return {"kind": "bigquery#datasetList", "etag": ctx.ids.etag(), **found}


def service_account(ctx: Context, call: Call) -> JSON | Answer:
    """projects.getServiceAccount: the account that keys are opened to."""
    number = ctx.projects.number_of(call.variables["projectId"])
    email = f"bq-{number}@bigquery-encryption.iam.gserviceaccount.com"
    return {"kind": "bigquery#getServiceAccountResponse", "email": email}


def list_projects(ctx: Context, call: Call) -> JSON | Answer:
    """projects.list."""
    del call
    items = [
        {
            "kind": "bigquery#project",
            "id": p.id,
            "numericId": p.number,
            "projectReference": {"projectId": p.id},
            "friendlyName": str(p.body.get("displayName", p.id)),
        }
        for p in ctx.projects.projects.values()
        if ctx.projects.enabled(p, "bigquery")
    ]
    return {"kind": "bigquery#projectList", **standard.paged(ctx, items), "totalItems": len(items)}
