"""Backups of a project, which outlive their instance, and certificates for an hour.

https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1beta4/Backups
"""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.services.sqladmin import defaults, instances
from emulator.wire import mask
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def _instance(ctx: Context, project: str, text: str) -> tuple[str, JSON]:
    name = f"{project}/instances/{text.rsplit('/', 1)[-1]}"
    held = ctx.store.get(ctx.label, name)
    if held is None:
        raise GoogleError("NOT_FOUND", "The Cloud SQL instance does not exist.", reason="instanceDoesNotExist")
    return name, held


def _need(ctx: Context, name: str) -> JSON:
    held = ctx.store.get(ctx.label, name)
    if held is None:
        raise GoogleError("NOT_FOUND", "The requested backup does not exist.", reason="notFound")
    return held


def create(ctx: Context, call: Call) -> JSON | Answer:
    """An on-demand backup, successful at once."""
    project = call.target.removesuffix("/backups")
    instance, held = _instance(ctx, project, str(call.body.get("instance", "")))
    name, now = f"{project}/backups/{ctx.ids.uuid()}", ctx.now()
    lasting = int(str(call.body.get("ttlDays") or 0))
    body: JSON = {
        "kind": "sql#backup",
        "name": name,
        "selfLink": ctx.link(name),
        "instance": instance.rsplit("/", 1)[-1],
        "type": "ON_DEMAND",
        "backupKind": "SNAPSHOT",
        "state": "SUCCESSFUL",
        "location": str(call.body.get("location") or "us"),
        "databaseVersion": held["databaseVersion"],
        "backupInterval": {"startTime": now, "endTime": now},
        "instanceSettings": held,
        **{k: call.body[k] for k in ("description", "ttlDays", "expiryTime") if call.body.get(k)},
        **({"expiryTime": ctx.ids.at(ctx.ids.clock() + lasting * 86_400)} if lasting else {}),
    }
    ctx.put(name, body)
    return instances.start(ctx, instance, "backup")


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One backup."""
    return _need(ctx, call.target)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """The backups of a project."""
    return standard.paged(ctx, [b for _, _, b in ctx.store.rows(ctx.label, call.target)])


def update(ctx: Context, call: Call) -> JSON | Answer:
    """Its description and how long it is kept."""
    held = _need(ctx, call.target)
    paths = mask.parse(call.arg("updateMask")) or tuple(call.body)
    changed: JSON = {k: call.body[k] for k in ("description", "ttlDays", "expiryTime") if k in call.body and k in paths}
    ctx.put(call.target, {**held, **changed})
    return instances.start(
        ctx, f"{call.target.partition('/backups/')[0]}/instances/{held['instance']}", "update_backup"
    )


def delete(ctx: Context, call: Call) -> JSON | Answer:
    """Gone for good."""
    held = _need(ctx, call.target)
    ctx.delete(call.target)
    return instances.start(
        ctx, f"{call.target.partition('/backups/')[0]}/instances/{held['instance']}", "delete_backup"
    )


def ephemeral(ctx: Context, call: Call) -> JSON | Answer:
    """connect.generateEphemeralCert: a placeholder, as all certificates here."""
    instance, _ = instances.of(ctx)
    if not (call.body.get("public_key") or call.body.get("publicKey")):
        raise instances.invalid("The public key must be given.")
    return {
        "ephemeralCert": {
            "kind": "sql#sslCert",
            "certSerialNumber": ctx.ids.digits(9),
            "cert": defaults.CERTIFICATE,
            "commonName": "ephemeral",
            "createTime": ctx.now(),
            "expirationTime": ctx.ids.at(ctx.ids.clock() + 3600),
            "sha1Fingerprint": ctx.ids.hexa(40),
            "instance": instance.rsplit("/", 1)[-1],
        }
    }


_VERBS: dict[str, Handler] = {"Create": create, "Get": get, "List": list_, "Update": update, "Delete": delete}
METHODS: dict[str, Handler] = {
    **{
        f"{service}.{verb if service == 'Backups' else verb.lower()}Backup{'s' if verb == 'List' else ''}": handler
        for service in ("Backups", "backups")
        for verb, handler in _VERBS.items()
    },
    "connect.generateEphemeral": ephemeral,
}
