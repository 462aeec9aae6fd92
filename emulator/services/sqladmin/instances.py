"""Instances: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/instances. Every change is an
operation."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.cmek import agent, require_key
from emulator.context import Context
from emulator.resource import Handler
from emulator.services.sqladmin import defaults
from emulator.state.store import copied
from emulator.wire import mask
from emulator.wire.check import snake
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

NAME = r"[a-z](?:[-a-z0-9]{0,96}[a-z0-9])?"
_YEARS = 10 * 365 * 86_400
"""Seconds that a server certificate is good for."""
_SERVER = (
    "kind", "name", "project", "region", "selfLink", "backendType", "connectionName", "createTime", "ipAddresses",
    "serverCaCert",
    "serviceAccountEmailAddress", "sqlNetworkArchitecture", "state", "gceZone", "databaseInstalledVersion",
    "upgradableDatabaseVersions", "satisfiesPzi", "replicaNames",
)  # fmt: skip
"""What a full update does not touch, whatever the client sends."""


def invalid(message: str) -> GoogleError:
    """400 in the words of Cloud SQL."""
    return GoogleError("INVALID_ARGUMENT", f"Invalid request: {message}", reason="invalid")


def not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    """404 in the words of Cloud SQL."""
    del ctx, kind
    if name.count("/") == 3:
        return GoogleError("NOT_FOUND", "The Cloud SQL instance does not exist.", reason="instanceDoesNotExist")
    return GoogleError("NOT_FOUND", "Not Found", reason="notFound")


def exists(ctx: Context, kind: str, name: str) -> GoogleError:
    """409 in the words of Cloud SQL."""
    del ctx
    if name.count("/") == 3:
        text = "The Cloud SQL instance already exists. "
        text += "When you delete an instance, you can't reuse the name of the deleted instance immediately."
        return GoogleError("ALREADY_EXISTS", text, reason="instanceAlreadyExists")
    return GoogleError("ALREADY_EXISTS", f"{kind} already exists.", reason="alreadyExists")


def of(ctx: Context) -> tuple[str, JSON]:
    """The instance that a path names, or 404."""
    call = ctx.call
    name = ctx.canonical(f"projects/{call.variables['project']}/instances/{call.variables['instance']}")
    return name, ctx.need(name, "instances")


# ---- create ---------------------------------------------------------------------------------------------------------
def fill(ctx: Context, body: JSON) -> JSON:
    """What the server fills in; run again after each change."""
    del ctx
    version = str(body.get("databaseVersion") or "MYSQL_8_0")
    region = str(body.get("region") or "us-central1")
    body.pop("rootPassword", None)
    settings = body.setdefault("settings", {})
    defaults.fill_settings(settings, version, region)
    body.setdefault("maintenanceVersion", defaults.versions(version)["maintenanceVersion"])
    return {
        "databaseVersion": version,
        "region": region,
        "backendType": "SECOND_GEN",
        "sqlNetworkArchitecture": "NEW_NETWORK_ARCHITECTURE",
        "state": "RUNNABLE",
        "instanceType": "READ_REPLICA_INSTANCE" if body.get("masterInstanceName") else "CLOUD_SQL_INSTANCE",
        "gceZone": settings["locationPreference"]["zone"],
        "satisfiesPzi": True,
        **defaults.gemini(version),
    }


def view(ctx: Context, name: str, body: JSON) -> JSON:
    """SQL Server shows one field that discovery calls input only."""
    del ctx, name
    if defaults.engine(str(body.get("databaseVersion"))) == "SQLSERVER":
        body["includeReplicasForMajorVersionUpgrade"] = False
    return body


def created(ctx: Context, name: str, body: JSON) -> None:
    """Identity, addresses and certificate of a new instance."""
    project, ident = name.split("/")[1], name.rsplit("/", 1)[-1]
    if ctx.call.verb == "insert" and ctx.call.sent.get("maintenanceVersion"):
        raise invalid(f"Maintenance version ({ctx.call.sent['maintenanceVersion']}) must not be set.")
    if not body.get("settings", {}).get("tier"):
        raise invalid("Tier must be specified.")
    _check(body)
    _check_network(ctx, body)
    key = str((body.get("diskEncryptionConfiguration") or {}).get("kmsKeyName") or "")
    if key:
        require_key(ctx, key, agent(ctx, project, "gcp-sa-cloud-sql"), location=str(body["region"]))
    now, number = ctx.now(), ctx.projects.number_of(project)
    body |= {
        "project": project,
        "connectionName": f"{project}:{body['region']}:{ident}",
        "createTime": now,
        "ipAddresses": _addresses(ctx, body),
        "serverCaCert": {
            "kind": "sql#sslCert",
            "instance": ident,
            "cert": defaults.CERTIFICATE,
            "certSerialNumber": "0",
            "commonName": f"C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier={ctx.ids.uuid()}",
            "createTime": now,
            "expirationTime": ctx.ids.at(ctx.ids.clock() + _YEARS),
            "sha1Fingerprint": ctx.ids.hexa(40),
        },
        "serviceAccountEmailAddress": f"p{number}-{ctx.ids.word(6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        **{k: v for k, v in defaults.versions(str(body["databaseVersion"])).items() if k != "maintenanceVersion"},
    }
    body["settings"]["settingsVersion"] = "1"
    if body.get("diskEncryptionConfiguration"):
        key = body["diskEncryptionConfiguration"].get("kmsKeyName", "")
        body["diskEncryptionConfiguration"].setdefault("kind", "sql#diskEncryptionConfiguration")
        body["diskEncryptionStatus"] = {
            "kind": "sql#diskEncryptionStatus",
            "kmsKeyVersionName": f"{key}/cryptoKeyVersions/1",
        }


def _addresses(ctx: Context, body: JSON) -> list[JSON]:
    network = body["settings"]["ipConfiguration"]
    number = ctx.store.number(ctx.label, "") + len(ctx.store.names(ctx.label, ctx.call.target)) + 3
    found: list[JSON] = []
    if network.get("ipv4Enabled", True):
        found.append({"type": "PRIMARY", "ipAddress": f"203.0.113.{number % 250}"})
        if defaults.engine(str(body["databaseVersion"])) == "POSTGRES":
            found.append({"type": "OUTGOING", "ipAddress": f"198.51.100.{number % 250}"})
    if network.get("privateNetwork"):
        found.append({"type": "PRIVATE", "ipAddress": f"10.64.0.{number % 250}"})
    return found


def _check(body: JSON) -> None:
    """Settings that exclude one another."""
    settings = body["settings"]
    backups = settings.get("backupConfiguration") or {}
    replica = bool(body.get("masterInstanceName"))
    if defaults.engine(str(body["databaseVersion"])) == "MYSQL":
        if settings.get("availabilityType") == "REGIONAL" and not backups.get("binaryLogEnabled") and not replica:
            text = "Invalid flag for instance role: MySQL HA non-replica instances need to have binary logging enabled."
            raise GoogleError("INVALID_ARGUMENT", text, reason="invalidFlag")
        if backups.get("binaryLogEnabled") and not backups.get("enabled") and not replica:
            raise invalid("Binary log must be disabled when backup is disabled.")
    if settings.get("edition") == "ENTERPRISE" and str(settings.get("tier", "")).startswith(("db-c4a-", "db-perf-")):
        raise invalid(f"Invalid Tier ({settings['tier']}) for (ENTERPRISE) Edition.")
    if settings.get("edition") == "ENTERPRISE_PLUS" and str(settings.get("tier", "")).startswith("db-custom-"):
        raise invalid(
            f"Invalid Tier ({settings['tier']}) for (ENTERPRISE_PLUS) Edition. Use a predefined "
            "Tier like db-perf-optimized-N-* instead."
        )
    network = settings.get("ipConfiguration") or {}
    private = network.get("privateNetwork") or (network.get("pscConfig") or {}).get("pscEnabled")
    if not network.get("ipv4Enabled", True) and not private:
        raise invalid("At least one of Public IP, Private IP or PSC connectivity must be enabled.")


def _check_network(ctx: Context, body: JSON) -> None:
    """A private address needs private services access in the network, where the emulator knows that network."""
    link = str(body["settings"].get("ipConfiguration", {}).get("privateNetwork") or "")
    network = ctx.canonical("projects/" + link.partition("projects/")[2]) if "projects/" in link else ""
    if not network or ctx.store.get("compute", network) is None:
        return
    for _, _, found in ctx.store.rows("servicenetworking", "services/servicenetworking.googleapis.com/connections"):
        if ctx.canonical(str(found.get("network", ""))) == network:
            return
    where = f"{network.split('/')[1]}:{body.get('name')}"
    raise invalid(f"Incorrect Service Networking config for instance: {where}:SERVICE_NETWORKING_NOT_ENABLED.")


def insert(ctx: Context, call: Call) -> JSON | Answer:
    """instances.insert: a replica reports to its primary."""
    master = str(call.body.get("masterInstanceName", ""))
    primary = _named(ctx, master) if master else ("", {})
    body = copied(call.body)
    name = f"{call.target}/{_ident(body)}"
    if ctx.store.has(ctx.label, name):
        raise exists(ctx, "", name)
    answer = standard.create_named(ctx, name, body, verb="create_replica" if master else "create")
    held = ctx.store.get(ctx.label, name)
    if master and held is not None and isinstance(answer, dict):
        _join(ctx, name, primary[0])
    return answer


def _ident(body: JSON) -> str:
    ident = str(body.get("name", ""))
    if not re.fullmatch(NAME, ident):
        raise invalid(f"Invalid instance name ({ident}).")
    return ident


def _named(ctx: Context, text: str) -> tuple[str, JSON]:
    """An instance by `name`, `project:name` or `project:region:name`."""
    parts = text.split(":")
    project = parts[0] if len(parts) > 1 else ctx.call.variables["project"]
    name = ctx.canonical(f"projects/{project}/instances/{parts[-1]}")
    return name, ctx.need(name, "instances")


def _join(ctx: Context, replica: str, primary: str) -> None:
    body = ctx.need(primary, "instances")
    names = [n for n in body.get("replicaNames", []) if n != replica.rsplit("/", 1)[-1]]
    ctx.put(primary, {**body, "replicaNames": [*names, replica.rsplit("/", 1)[-1]]})


def _leave(ctx: Context, name: str, body: JSON) -> None:
    if not body.get("masterInstanceName"):
        return
    primary, held = _named(ctx, str(body["masterInstanceName"]))
    kept = [n for n in held.get("replicaNames", []) if n != name.rsplit("/", 1)[-1]]
    held = {k: v for k, v in held.items() if k != "replicaNames"} | ({"replicaNames": kept} if kept else {})
    ctx.put(primary, held)


# ---- change ---------------------------------------------------------------------------------------------------------
def update(ctx: Context, call: Call) -> JSON | Answer:
    """instances.patch (a merge patch) and instances.update (the whole)."""
    name, before = of(ctx)
    sent = copied(call.body)
    if not sent:
        raise GoogleError("FAILED_PRECONDITION", "Invalid request: body must not be empty.", reason="invalid")
    if call.method.http == "PATCH":
        after: JSON = mask.merge_patch(before, {k: v for k, v in sent.items() if k not in ("etag", "settings")})
        after["settings"] = mask.merge_patch(before["settings"], sent.get("settings") or {})
    else:
        if sent.get("instanceType") not in (None, before["instanceType"]):
            raise invalid("instanceType cannot be updated.")
        kept = {k: before[k] for k in (*_SERVER, "databaseVersion", "maintenanceVersion") if k in before}
        after = {**before, **sent, **kept}
        if sent.get("maintenanceVersion"):
            after["maintenanceVersion"] = sent["maintenanceVersion"]
    _refuse(before, after, sent)
    after |= {k: before[k] for k in ("name", "project", "kind", "selfLink", "createTime") if k in before}
    _change_edition(before, after)
    if after["databaseVersion"] != before["databaseVersion"]:
        for field in ("maintenanceVersion", "upgradableDatabaseVersions"):
            after.pop(field, None)
        after |= defaults.versions(str(after["databaseVersion"]))
    if not (after.get("replicationCluster") or {}).get("failoverDrReplicaName"):
        after.pop("replicationCluster", None)
    after = {**fill(ctx, after), **after}
    _check(after)
    if after["settings"]["ipConfiguration"] != before["settings"]["ipConfiguration"]:
        _check_network(ctx, after)
        after["ipAddresses"] = _addresses(ctx, after)
    after["settings"]["settingsVersion"] = str(int(before["settings"]["settingsVersion"]) + 1)
    after["etag"] = ctx.ids.etag()
    ctx.put(name, after)
    return ctx.start(name, standard.shown(ctx, name, after, "instances"), verb="update")


def _refuse(before: JSON, after: JSON, sent: JSON) -> None:
    settings = sent.get("settings") or {}
    version = settings.get("settingsVersion")
    if version not in (None, "", before["settings"]["settingsVersion"]):
        raise GoogleError("ABORTED", "The settings version is stale.", code=412, reason="staleData")
    if after.get("region") != before.get("region"):
        raise invalid("region cannot be updated.")
    held, wanted = before["settings"].get("dataDiskSizeGb", "0"), after["settings"].get("dataDiskSizeGb") or "0"
    if "dataDiskSizeGb" in settings and int(wanted) < int(held):
        raise invalid("Disk size cannot be decreased.")
    if before.get("diskEncryptionConfiguration") != after.get("diskEncryptionConfiguration"):
        raise invalid("The encryption key of an instance cannot be changed.")


def _change_edition(before: JSON, after: JSON) -> None:
    """Retention follows the edition."""
    if after["settings"].get("edition") == before["settings"].get("edition"):
        return
    backups = after["settings"].get("backupConfiguration") or {}
    for field in ("backupRetentionSettings", "transactionLogRetentionDays", "replicationLogArchivingEnabled"):
        backups.pop(field, None)
    if after["settings"].get("edition") == "ENTERPRISE_PLUS":
        after["settings"].setdefault("dataCacheConfig", {})["dataCacheEnabled"] = True


def deleted(ctx: Context, name: str, body: JSON) -> None:
    """Neither a protected instance goes nor one with replicas."""
    if body["settings"].get("deletionProtectionEnabled"):
        text = "The instance is protected. Please disable the deletion protection and try again. "
        text += (
            "To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false."
        )
        raise GoogleError("FAILED_PRECONDITION", text, reason="operationNotAllowed")
    if body.get("replicaNames"):
        text = "The operation isn't allowed: delete the instance's replicas first."
        raise GoogleError("FAILED_PRECONDITION", text, reason="invalidOperation")
    _leave(ctx, name, body)


def copy(ctx: Context, call: Call) -> JSON | Answer:
    """instances.clone."""
    source, body = of(ctx)
    wanted = call.body.get("cloneContext") or {}
    ident = str(wanted.get("destinationInstanceName", ""))
    name = f"{source.rpartition('/')[0]}/{ident}"
    if ctx.store.has(ctx.label, name):
        raise exists(ctx, "", name)
    made = {k: v for k, v in body.items() if k not in ("replicaNames", "replicationCluster", "maintenanceVersion")}
    made |= {"name": ident, "selfLink": ctx.link(name), "etag": ctx.ids.etag()}
    if wanted.get("preferredZone"):
        made["settings"]["locationPreference"]["zone"] = wanted["preferredZone"]
    made = {**fill(ctx, made), **made}
    created(ctx, name, made)
    ctx.put(name, made)
    for child in ctx.store.below(ctx.label, source):
        if "/users/" in child or "/databases/" in child:
            copied = ctx.store.get(ctx.label, child) or {}
            ctx.put(child.replace(source + "/", name + "/", 1), {**copied, "instance": ident})
    return start(ctx, name, "clone")


def switchover(ctx: Context, call: Call) -> JSON | Answer:
    """instances.switchover: replica and primary trade places."""
    del call
    name, body = of(ctx)
    if not body.get("masterInstanceName"):
        raise invalid("instance is not a replica instance.")
    primary, held = _named(ctx, str(body["masterInstanceName"]))
    swapped = {k: held.pop(k) for k in ("failoverReplica", "replicationCluster", "replicaNames") if k in held}
    body = {k: v for k, v in body.items() if k != "masterInstanceName"}
    body |= {k: v for k, v in swapped.items() if k != "replicaNames"}
    body |= {"instanceType": "CLOUD_SQL_INSTANCE", "replicaNames": [primary.rsplit("/", 1)[-1]]}
    held |= {
        "instanceType": "READ_REPLICA_INSTANCE",
        "masterInstanceName": f"{name.split('/')[1]}:{name.split('/')[3]}",
    }
    ctx.put(name, body)
    ctx.put(primary, held)
    return start(ctx, name, "switchover")


def promote(ctx: Context, call: Call) -> JSON | Answer:
    """instances.promoteReplica."""
    del call
    name, body = of(ctx)
    if not body.get("masterInstanceName"):
        raise invalid("instance is not a replica instance.")
    _leave(ctx, name, body)
    body.pop("masterInstanceName")
    ctx.put(name, {**body, "instanceType": "CLOUD_SQL_INSTANCE"})
    return start(ctx, name, "promote_replica")


def act(ctx: Context, call: Call) -> JSON | Answer:
    """restart, failover, export, import and others that leave the description as it is."""
    name, _ = of(ctx)
    return start(ctx, name, snake(call.verb))


def start(ctx: Context, name: str, verb: str, *, done: bool = False) -> JSON:
    """An operation on an instance, or on something in it."""
    held = ctx.store.get(ctx.label, name) or {}
    return ctx.start(name, held or None, verb=verb, done=done, kind="DatabaseInstance")


def listing(kind: str) -> Handler:
    """The list of a collection, of that kind."""

    def list_(ctx: Context, call: Call) -> JSON | Answer:
        """One page."""
        found = standard.list_(ctx, call)
        return {"kind": kind, **found} if isinstance(found, dict) else found

    return list_
