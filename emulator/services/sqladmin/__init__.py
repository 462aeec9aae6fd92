"""Cloud SQL Admin: https://cloud.google.com/sql/docs/mysql/admin-api/rest."""

from __future__ import annotations

from emulator.resource import Resource
from emulator.service import Service
from emulator.services.sqladmin import backups, facts, instances, users
from emulator.wire import errors

_ACTS = (
    "restart", "failover", "export", "import", "restoreBackup", "reencrypt", "resetSslConfig", "rotateServerCa",
    "addServerCa",
    "startReplica", "stopReplica", "truncateLog", "demoteMaster",
)  # fmt: skip

SERVICE = Service(
    "sqladmin",
    errors=errors.COMPUTE,
    presence=True,
    ignore_unknown=True,
    not_found=instances.not_found,
    exists=instances.exists,
    resources={
        "instances": Resource(
            id_pattern=instances.NAME,
            short_name=True,
            input_only=("rootPassword",),
            defaults=instances.fill,
            view=instances.view,
            on_create=instances.created,
            after_create=users.first_users,
            on_delete=instances.deleted,
        ),
        "databases": Resource(short_name=True),
        "users": Resource(short_name=True),
        "backupRuns": Resource(short_name=True),
        "sslCerts": Resource(short_name=True),
    },
    methods={
        "instances.insert": instances.insert,
        "instances.patch": instances.update,
        "instances.update": instances.update,
        "instances.clone": instances.copy,
        "instances.switchover": instances.switchover,
        "instances.promoteReplica": instances.promote,
        "instances.listServerCas": facts.server_cas,
        **{f"instances.{verb}": instances.act for verb in _ACTS},
        "instances.list": instances.listing("sql#instancesList"),
        "databases.list": instances.listing("sql#databasesList"),
        "backupRuns.list": instances.listing("sql#backupRunsList"),
        "sslCerts.list": instances.listing("sql#sslCertsList"),
        "connect.get": facts.connect_settings,
        "tiers.list": facts.tiers,
        "users.get": users.get_user,
        "users.list": users.list_users,
        "users.insert": users.insert_user,
        "users.update": users.update_user,
        "users.delete": users.delete_user,
        "databases.insert": users.insert_database,
        "databases.patch": users.change_database,
        "databases.update": users.change_database,
        "databases.delete": users.delete_database,
        "backupRuns.insert": users.insert_backup,
        "backupRuns.delete": users.delete_backup,
        "sslCerts.insert": users.insert_certificate,
        "sslCerts.delete": users.delete_certificate,
        **backups.METHODS,
    },
)
