"""Secret Manager: https://cloud.google.com/secret-manager/docs/reference/rest. Names carry the project's number;
versions count from 1; a payload is only ever shown by `access`.
"""

from __future__ import annotations

import base64
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.wire import filters
from emulator.wire.crc32c import crc32c
from emulator.wire.errors import GoogleError, failed_precondition, invalid

JSON = dict[str, Any]

MAX_PAYLOAD = 65_536
"""Bytes of a secret's payload."""


def _secret_of(name: str) -> str:
    return name.rpartition("/versions/")[0]


def _not_found(ctx: Context, kind: str, name: str) -> str:
    return f"{'Secret Version' if '/versions/' in name else kind} [{ctx.shown_name(name)}] not found."


def _exists(ctx: Context, kind: str, name: str) -> str:
    return f"{kind} [{ctx.shown_name(name)}] already exists."


def _check_secret(ctx: Context, name: str, secret: JSON) -> None:
    """Expiry is one of two; a rotation needs topics; a topic must exist and be open to Secret Manager's own account.

    A regional secret has no replication: it stays where it is, https://cloud.google.com/secret-manager/regional-secrets.
    """
    if "/locations/" not in name and "replication" not in secret:
        raise invalid("Required field replication is not set.", field_path="replication", reason="required")
    if "rotation" in secret and not secret.get("topics"):
        raise invalid("Secrets with rotation enabled must have at least one topic.", field_path="secret.topics")
    for topic in secret.get("topics") or []:
        _check_topic(ctx, str(topic.get("name", "")))


def _check_topic(ctx: Context, topic: str) -> None:
    if ctx.store.get("pubsub", ctx.canonical(topic)) is None:
        raise failed_precondition(f"Pub/Sub topic [{topic}] not found.")
    project = ctx.projects.find(ctx.call.target.split("/")[1])
    agent = f"serviceAccount:service-{project.number if project else ''}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    held = ctx.policies.holds(
        agent,
        frozenset(
            {"roles/pubsub.publisher", "roles/pubsub.editor", "roles/pubsub.admin", "roles/editor", "roles/owner"}
        ),
        ("pubsub", ctx.canonical(topic)),
        ("cloudresourcemanager", "/".join(ctx.canonical(topic).split("/")[:2])),
    )
    if not held:
        raise failed_precondition(
            f"Secret Manager service identity [{agent.removeprefix('serviceAccount:')}] does not have "
            f"permission to publish to topic [{topic}]."
        )


def _expiry(ctx: Context, body: JSON) -> JSON:
    """`ttl` is input only: what is shown is the moment."""
    if "ttl" not in body:
        return {}
    try:
        seconds = float(str(body.pop("ttl")).removesuffix("s"))
    except ValueError:
        raise invalid("Invalid ttl.", field_path="secret.ttl") from None
    body.pop("expireTime", None)
    return {"expireTime": ctx.ids.at(ctx.ids.clock() + seconds)}


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    del before
    _check_secret(ctx, name, after)


def _view(ctx: Context, _name: str, body: JSON) -> JSON:
    del ctx
    body.pop("ttl", None)
    return body


# ---- versions -------------------------------------------------------------------------------------------------------
def add_version(ctx: Context, call: Call) -> JSON | Answer:
    """Adds a payload to a secret."""
    secret = ctx.need(call.target)
    payload = call.body.get("payload", {})
    data = base64.b64decode(str(payload.get("data", "")).replace("-", "+").replace("_", "/") + "==")
    if len(data) > MAX_PAYLOAD:
        raise invalid(f"The payload is too large: at most {MAX_PAYLOAD} bytes.", field_path="payload.data")
    sum_, sent = str(crc32c(data)), payload.get("dataCrc32c")
    if sent is not None and sent != sum_:
        raise invalid(
            "Data integrity check failed: data_crc32c does not match the data.", field_path="payload.data_crc32c"
        )
    meta = ctx.store.meta(ctx.label, call.target)
    number = int(meta.get("versions", 0)) + 1
    ctx.put(call.target, secret, {**meta, "versions": number})
    name = f"{call.target}/versions/{number}"
    body: JSON = {
        "name": name,
        "createTime": ctx.now(),
        "state": "ENABLED",
        "etag": ctx.ids.etag(),
    }
    if "/locations/" not in name:
        body["replicationStatus"] = _replication_status(secret)
    if sent is not None:
        body["clientSpecifiedPayloadChecksum"] = True
    ctx.put(name, body, {"data": base64.b64encode(data).decode()})
    return ctx.show(name, body, call.collection + ".versions")


def _replication_status(secret: JSON) -> JSON:
    replication = secret.get("replication", {})
    if "userManaged" in replication:
        replicas = [{"location": r.get("location")} for r in replication["userManaged"].get("replicas", [])]
        return {"userManaged": {"replicas": replicas}}
    return {"automatic": {}}


def _version(ctx: Context, call: Call) -> tuple[str, JSON]:
    """The version that a path names; `latest` is the newest one (of those enabled, for `access`)."""
    name = call.target
    if name.endswith("/versions/latest"):
        made = reversed(ctx.store.names(ctx.label, name.removesuffix("/latest")))
        name = next((n for n in made if call.verb != "access" or (ctx.get(n) or {}).get("state") == "ENABLED"), name)
    return name, ctx.need(name)


def get_version(ctx: Context, call: Call) -> JSON | Answer:
    """One version."""
    name, body = _version(ctx, call)
    return ctx.show(name, body)


def access(ctx: Context, call: Call) -> JSON | Answer:
    """The payload."""
    name, body = _version(ctx, call)
    if body["state"] != "ENABLED":
        raise failed_precondition(f"Secret Version [{ctx.shown_name(name)}] is in {body['state']} state.")
    data = str(ctx.store.meta(ctx.label, name).get("data", ""))
    return {"name": ctx.shown_name(name), "payload": {"data": data, "dataCrc32c": str(crc32c(base64.b64decode(data)))}}


def change_state(ctx: Context, call: Call) -> JSON | Answer:
    """enable, disable, destroy."""
    name, body = _version(ctx, call)
    etag = call.body.get("etag")
    if etag and etag != body["etag"]:
        raise GoogleError(
            "FAILED_PRECONDITION", f"The provided etag does not match the current etag of [{ctx.shown_name(name)}]."
        )
    if body["state"] == "DESTROYED":
        raise failed_precondition(f"Secret Version [{ctx.shown_name(name)}] is in DESTROYED state.")
    meta = ctx.store.meta(ctx.label, name)
    body["state"] = {"enable": "ENABLED", "disable": "DISABLED", "destroy": "DESTROYED"}[call.verb]
    if call.verb == "destroy":
        body["destroyTime"] = ctx.now()
        meta.pop("data", None)
    body["etag"] = ctx.ids.etag()
    ctx.put(name, body, meta)
    return ctx.show(name, body)


def list_versions(ctx: Context, call: Call) -> JSON | Answer:
    """Newest first."""
    ctx.need(call.target.removesuffix("/versions"), call.collection.removesuffix(".versions"))
    keep = filters.compile_filter(call.arg("filter"))
    names = reversed(ctx.store.names(ctx.label, call.target))
    shown = [ctx.show(n, b) for n in names if (b := ctx.store.get(ctx.label, n)) is not None]
    return _with_total(call, standard.paged(ctx, [s for s in shown if keep(s)]), len(shown))


def list_secrets(ctx: Context, call: Call) -> JSON | Answer:
    """A list with `totalSize`."""
    page = standard.list_(ctx, call)
    total = len(ctx.store.names(ctx.label, call.target))
    return _with_total(call, page, total) if isinstance(page, dict) else page


def _with_total(call: Call, page: JSON, total: int) -> JSON:
    """https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list: 0 when filter is set."""
    return page | {"totalSize": total} if total and not call.arg("filter") else page


SERVICE = Service(
    "secretmanager",
    project_in_names="number",
    package="google.cloud.secretmanager.{version}",
    not_found=_not_found,
    exists=_exists,
    resources={
        "secrets": Resource(
            id_pattern=r"[A-Za-z0-9_-]{1,255}",
            immutable=("replication",),
            mutable=("ttl", "expireTime"),
            optional=("replication",),
            defaults=_expiry,
            on_create=_check_secret,
            on_update=_updated,
            view=_view,
            mask_required=True,
        ),
        "secrets.versions": Resource(unfilled=("etag",)),
    },
    methods={
        "secrets.addVersion": add_version,
        "secrets.versions.get": get_version,
        "secrets.list": list_secrets,
        "secrets.versions.list": list_versions,
        "secrets.versions.access": access,
        "secrets.versions.enable": change_state,
        "secrets.versions.disable": change_state,
        "secrets.versions.destroy": change_state,
    },
)
