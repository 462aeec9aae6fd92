"""Users, databases, backup runs and client certificates of an instance."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.sqladmin import defaults, instances
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_IAM = frozenset(
    {"CLOUD_IAM_USER", "CLOUD_IAM_SERVICE_ACCOUNT", "CLOUD_IAM_GROUP", "CLOUD_IAM_GROUP_USER",
     "CLOUD_IAM_GROUP_SERVICE_ACCOUNT"}
)  # fmt: skip
_SERVERS = ("##MS_PolicyEventProcessingLogin##", "##MS_PolicyTsqlExecutionLogin##")


# ---- users ----------------------------------------------------------------------------------------------------------
def _path(instance: str, name: str, host: str) -> str:
    return f"{instance}/users/{quote(name, safe='')}" + (f"@{quote(host, safe='')}" if host else "")


def _made(ctx: Context, instance: str, wanted: JSON) -> JSON:
    policy: JSON = copied(wanted.get("passwordPolicy") or {})
    status = policy.setdefault("status", {})
    lasting = str(policy.get("passwordExpirationDuration") or "").removesuffix("s")
    if lasting:
        status.setdefault("passwordExpirationTime", ctx.ids.at(ctx.ids.clock() + float(lasting)))
    return {
        "iamStatus": "ACTIVE" if wanted.get("type") in _IAM else "IAM_STATUS_UNSPECIFIED",
        "host": "",
        **{k: v for k, v in wanted.items() if k not in ("password", "etag")},
        "kind": "sql#user",
        "etag": ctx.ids.etag(),
        "project": instance.split("/")[1],
        "instance": instance.rsplit("/", 1)[-1],
        "passwordPolicy": policy,
    }


def first_users(ctx: Context, name: str, instance: JSON) -> None:
    """The users that an engine begins with."""
    if instance.get("masterInstanceName"):
        return
    kind = defaults.engine(str(instance["databaseVersion"]))
    users: list[JSON] = [{"name": "root", "host": "%"}] if kind == "MYSQL" else [{"name": "postgres"}]
    if kind == "SQLSERVER":
        users = [{"name": n, "sqlserverUserDetails": {"disabled": True}} for n in _SERVERS]
        users.append({"name": "sqlserver", "sqlserverUserDetails": {"serverRoles": ["CustomerDbRootRole"]}})
    for user in users:
        ctx.put(_path(name, user["name"], user.get("host", "")), _made(ctx, name, user))
    if kind == "POSTGRES":
        ctx.put(f"{name}/databases/postgres", _database(ctx, name, {"name": "postgres"}, "POSTGRES"))


def _user(ctx: Context, name: str, host: str) -> tuple[str, JSON]:
    instance, _ = instances.of(ctx)
    found = _path(instance, name, host)
    body = ctx.store.get(ctx.label, found)
    if body is None and not host:
        same = [(n, b) for _, n, b in ctx.store.rows(ctx.label, f"{instance}/users") if b["name"] == name]
        if len(same) == 1:
            return same[0][0], copied(same[0][1])
    if body is None:
        raise GoogleError("NOT_FOUND", "User does not exist.", reason="notFound")
    return found, body


def get_user(ctx: Context, call: Call) -> JSON | Answer:
    """users.get."""
    return _user(ctx, call.variables["name"], call.arg("host"))[1]


def list_users(ctx: Context, call: Call) -> JSON | Answer:
    """users.list, by name."""
    instance, _ = instances.of(ctx)
    items = [copied(b) for _, _, b in ctx.store.rows(ctx.label, f"{instance}/users")]
    del call
    return {"kind": "sql#usersList", **standard.paged(ctx, sorted(items, key=lambda u: str(u["name"])))}


def insert_user(ctx: Context, call: Call) -> JSON | Answer:
    """users.insert. A user of the same name and host is replaced, as the real service resets its password."""
    instance, held = instances.of(ctx)
    name = str(call.body.get("name", ""))
    if not name:
        raise instances.invalid("Missing parameter: name.")
    postgres = defaults.engine(str(held["databaseVersion"])) == "POSTGRES"
    if call.body.get("type") in _IAM and postgres and name.endswith(".gserviceaccount.com"):
        raise instances.invalid(
            f'User name "{name}" to be created should not have ".gserviceaccount.com" at the '
            "end for a Postgres instance."
        )
    path = _path(instance, name, str(call.body.get("host") or ""))
    ctx.put(path, _made(ctx, instance, call.body))
    return instances.start(ctx, instance, "create_user", done=True)


def update_user(ctx: Context, call: Call) -> JSON | Answer:
    """users.update: name and host are query parameters."""
    name = call.arg("name") or str(call.body.get("name", ""))
    path, before = _user(ctx, name, call.arg("host") or str(call.body.get("host") or ""))
    instance, _ = instances.of(ctx)
    ctx.put(path, _made(ctx, instance, {**before, **call.body}))
    return instances.start(ctx, instance, "update_user", done=True)


def delete_user(ctx: Context, call: Call) -> JSON | Answer:
    """users.delete: name and host are query parameters."""
    path, _ = _user(ctx, call.arg("name"), call.arg("host"))
    instance, _ = instances.of(ctx)
    ctx.delete(path)
    return instances.start(ctx, instance, "delete_user", done=True)


# ---- databases ------------------------------------------------------------------------------------------------------
def _database(ctx: Context, instance: str, wanted: JSON, kind: str) -> JSON:
    name = str(wanted["name"])
    made = {
        "charset": "UTF8" if kind == "POSTGRES" else "utf8",
        "collation": "en_US.UTF8" if kind == "POSTGRES" else "utf8_general_ci",
        **{k: v for k, v in wanted.items() if v not in (None, "")},
        "kind": "sql#database",
        "etag": ctx.ids.etag(),
        "project": instance.split("/")[1],
        "instance": instance.rsplit("/", 1)[-1],
        "selfLink": ctx.link(f"{instance}/databases/{name}"),
    }
    if kind == "SQLSERVER":
        made.pop("charset")
    return made


def insert_database(ctx: Context, call: Call) -> JSON | Answer:
    """databases.insert."""
    instance, held = instances.of(ctx)
    name = str(call.body.get("name", ""))
    if not name or "/" in name:
        raise instances.invalid("Missing parameter: name.")
    path = f"{instance}/databases/{name}"
    if ctx.store.has(ctx.label, path):
        text = f'failed to create database "{name}": the database already exists.'
        raise GoogleError("INVALID_ARGUMENT", text, reason="databaseAlreadyExists")
    ctx.put(path, _database(ctx, instance, call.body, defaults.engine(str(held["databaseVersion"]))))
    return instances.start(ctx, instance, "create_database", done=True)


def change_database(ctx: Context, call: Call) -> JSON | Answer:
    """databases.patch, databases.update."""
    instance, _ = instances.of(ctx)
    body = ctx.need(call.target)
    kept = {k: v for k, v in call.body.items() if k in ("charset", "collation", "sqlserverDatabaseDetails") and v}
    ctx.put(call.target, {**body, **kept, "etag": ctx.ids.etag()})
    return instances.start(ctx, instance, "update_database")


def delete_database(ctx: Context, call: Call) -> JSON | Answer:
    """databases.delete."""
    instance, _ = instances.of(ctx)
    ctx.need(call.target)
    ctx.delete(call.target)
    return instances.start(ctx, instance, "delete_database")


# ---- backup runs, certificates --------------------------------------------------------------------------------------
def insert_backup(ctx: Context, call: Call) -> JSON | Answer:
    """backupRuns.insert: an on-demand backup, successful at once."""
    instance, held = instances.of(ctx)
    ident, now = ctx.ids.digits(13), ctx.now()
    ctx.put(
        f"{instance}/backupRuns/{ident}",
        {
            "kind": "sql#backupRun",
            "id": ident,
            "status": "SUCCESSFUL",
            "type": "ON_DEMAND",
            "backupKind": "SNAPSHOT",
            "instance": instance.rsplit("/", 1)[-1],
            "databaseVersion": held["databaseVersion"],
            "location": str(call.body.get("location") or "us"),
            "enqueuedTime": now,
            "startTime": now,
            "endTime": now,
            "windowStartTime": now,
            "selfLink": ctx.link(f"{instance}/backupRuns/{ident}"),
            **({"description": call.body["description"]} if call.body.get("description") else {}),
        },
    )
    return instances.start(ctx, instance, "backup_volume")


def delete_backup(ctx: Context, call: Call) -> JSON | Answer:
    """backupRuns.delete."""
    instance, _ = instances.of(ctx)
    ctx.need(call.target)
    ctx.delete(call.target)
    return instances.start(ctx, instance, "delete_backup")


def insert_certificate(ctx: Context, call: Call) -> JSON | Answer:
    """sslCerts.insert. The certificate and its key are placeholders: nothing can connect with them."""
    instance, held = instances.of(ctx)
    common, now, ident = str(call.body.get("commonName", "")), ctx.now(), ctx.ids.hexa(40)
    rows = ctx.store.rows(ctx.label, f"{instance}/sslCerts")
    if not common or any(b["commonName"] == common for _, _, b in rows):
        raise instances.invalid("The common name of a certificate must be given and its own.")
    body = {
        "kind": "sql#sslCert",
        "certSerialNumber": ctx.ids.digits(9),
        "cert": defaults.CERTIFICATE,
        "commonName": common,
        "createTime": now,
        "expirationTime": ctx.ids.at(ctx.ids.clock() + 10 * 365 * 86_400),
        "sha1Fingerprint": ident,
        "instance": instance.rsplit("/", 1)[-1],
        "selfLink": ctx.link(f"{instance}/sslCerts/{ident}"),
    }
    ctx.put(f"{instance}/sslCerts/{ident}", body)
    return {
        "kind": "sql#sslCertsInsert",
        "operation": instances.start(ctx, instance, "create_ssl_cert", done=True),
        "serverCaCert": held["serverCaCert"],
        "clientCert": {"certInfo": body, "certPrivateKey": ""},
    }


def delete_certificate(ctx: Context, call: Call) -> JSON | Answer:
    """sslCerts.delete."""
    instance, _ = instances.of(ctx)
    ctx.need(call.target)
    ctx.delete(call.target)
    return instances.start(ctx, instance, "delete_ssl_cert")
