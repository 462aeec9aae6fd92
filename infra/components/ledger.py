"""The ledger guardrail: the record of money reserved and spent is private, encrypted, recoverable and bounded.

Owns the PostgreSQL instance, its database and a user for each workload that writes it. Users log in with their service
account's token; there is no password to leak. It does not own tables, which the functions migrate, nor the network,
whose private services access must exist before the instance.

Cloud SQL gives a service account's user no privilege, and from PostgreSQL 15 on only a database's owner creates in its
schema public. The owner of a database that Cloud SQL makes is the role cloudsqlsuperuser, so each user is a member of
it; no narrower role is there before somebody has logged in (docs/decisions/0018). LED-003 lets nobody else have it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from infra.sizing.ledger import LedgerArgs

# PostgreSQL, "Identifiers and Key Words": NAMEDATALEN - 1.
LONGEST_LOGIN = 63
OWNER = "cloudsqlsuperuser"


class Ledger(pulumi.ComponentResource):
    """A private PostgreSQL and its users; ``host`` is its address, given out only when they can log in."""

    instance: gcp.sql.DatabaseInstance
    host: pulumi.Output[str]
    connection_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: LedgerArgs,
        *,
        key: pulumi.Input[str],
        network: pulumi.Input[str],
        peering: pulumi.Resource,
        accounts: Mapping[str, pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``key`` encrypts the disk and its backups; ``accounts`` holds the service account of each user."""
        _check(name, args, accounts)
        super().__init__("lockgate:ledger:Ledger", name, None, opts)
        self.instance = gcp.sql.DatabaseInstance(
            f"{name}-instance",
            project=args.project,
            region=args.region,
            name=args.instance,
            database_version=args.version,
            encryption_key_name=key,
            deletion_protection=True,
            settings=_settings(args, network),
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[peering]),
        )
        database = gcp.sql.Database(
            f"{name}-database",
            project=args.project,
            instance=self.instance.name,
            name=args.database,
            deletion_policy="ABANDON",
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[self.instance]),
        )
        users = [
            gcp.sql.User(
                f"{name}-user-{workload}",
                project=args.project,
                instance=self.instance.name,
                name=login,
                type="CLOUD_IAM_SERVICE_ACCOUNT",
                database_roles=[OWNER],
                deletion_policy="ABANDON",
                opts=pulumi.ResourceOptions(parent=self, depends_on=[database, accounts[workload]]),
            )
            for workload, login in args.users
        ]
        ready = pulumi.Output.all(self.instance.private_ip_address, *(user.id for user in users))
        self.host = ready.apply(lambda known: str(known[0]))
        self.connection_name = self.instance.connection_name
        self.register_outputs({"connection_name": self.connection_name})


def _settings(args: LedgerArgs, network: pulumi.Input[str]) -> gcp.sql.DatabaseInstanceSettingsArgs:
    backups = gcp.sql.DatabaseInstanceSettingsBackupConfigurationBackupRetentionSettingsArgs(
        retained_backups=args.backups, retention_unit="COUNT"
    )
    return gcp.sql.DatabaseInstanceSettingsArgs(
        edition=args.edition,
        tier=args.tier,
        disk_type="PD_SSD",
        disk_size=args.disk_gib,
        disk_autoresize=False,
        availability_type="REGIONAL" if args.high_availability else "ZONAL",
        deletion_protection_enabled=True,
        ip_configuration=gcp.sql.DatabaseInstanceSettingsIpConfigurationArgs(
            ipv4_enabled=False, private_network=network, ssl_mode="ENCRYPTED_ONLY"
        ),
        database_flags=[
            gcp.sql.DatabaseInstanceSettingsDatabaseFlagArgs(name=flag, value="on")
            for flag in ("cloudsql.iam_authentication", "log_connections", "log_disconnections")
        ],
        backup_configuration=gcp.sql.DatabaseInstanceSettingsBackupConfigurationArgs(
            enabled=True,
            location=args.region,
            start_time="02:00",
            point_in_time_recovery_enabled=True,
            transaction_log_retention_days=args.log_days,
            backup_retention_settings=backups,
        ),
    )


def _check(name: str, args: LedgerArgs, accounts: Mapping[str, pulumi.Resource]) -> None:
    missing = [workload for workload, _ in args.users if workload not in accounts]
    if missing:
        raise ValueError(
            f"{name}: {', '.join(missing)} has no service account, so it could not log in. "
            "Add the workload to infra/sizing/identity.py."
        )
    for _, login in args.users:
        if len(login) > LONGEST_LOGIN:
            raise ValueError(
                f"{name}: the user {login} has {len(login)} characters; PostgreSQL cuts names after {LONGEST_LOGIN}, "
                "so it could not log in. Shorten use_case.name."
            )
    if not args.version.startswith("POSTGRES_"):
        raise ValueError(
            f"{name}: {args.version} is no PostgreSQL, but the ledger's statements are. Name a POSTGRES_ version."
        )
