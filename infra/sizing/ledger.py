"""What the ledger's database needs, from the charter's capacity and data sections."""

from __future__ import annotations

from dataclasses import dataclass

from infra.sizing.names import account_email
from lockgate.charter.model import Charter

DATABASE = "ledger"
VERSION = "POSTGRES_17"
BACKUPS = 14
LOG_DAYS = 7


@dataclass(frozen=True)
class LedgerArgs:
    """Arguments of the ledger component; the disk is in GiB."""

    project: str
    region: str
    instance: str
    database: str
    version: str
    edition: str
    tier: str
    disk_gib: int
    high_availability: bool
    backups: int
    log_days: int
    users: tuple[tuple[str, str], ...]


def size(charter: Charter) -> LedgerArgs:
    """The database as the charter bounds it, with the router as its only user."""
    database = charter.capacity.database
    return LedgerArgs(
        project=charter.cloud.project,
        region=charter.cloud.region,
        instance=f"{charter.use_case.name}-ledger",
        database=DATABASE,
        version=VERSION,
        edition="ENTERPRISE_PLUS" if database.tier.startswith("db-perf-optimized-") else "ENTERPRISE",
        tier=database.tier,
        disk_gib=database.disk_gib,
        high_availability=database.high_availability,
        backups=BACKUPS,
        log_days=LOG_DAYS,
        users=(("router", login(charter, "router")),),
    )


def login(charter: Charter, workload: str) -> str:
    """The name by which a workload's service account logs in: Cloud SQL for PostgreSQL cuts it before its suffix."""
    return account_email(charter, workload).removesuffix(".gserviceaccount.com")
