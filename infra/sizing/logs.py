"""Where the charter's records are kept, for how long, and who reads them."""

from __future__ import annotations

from dataclasses import dataclass

from lockgate.charter.model import Charter

# What the audit bucket keeps. A function's standard output is its journal: one entry a case, no part of its content.
AUDIT_FILTER = " OR ".join(
    (
        'log_id("cloudaudit.googleapis.com/activity")',
        'log_id("cloudaudit.googleapis.com/data_access")',
        'log_id("cloudaudit.googleapis.com/system_event")',
        'log_id("cloudaudit.googleapis.com/policy")',
        'log_id("cloudaudit.googleapis.com/access_transparency")',
        'log_id("run.googleapis.com/stdout")',
    )
)

# Services that hold or handle personal data. BigQuery's Data Access logs are always written.
AUDITED = (
    "aiplatform.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudsql.googleapis.com",
    "dlp.googleapis.com",
    "logging.googleapis.com",
    "modelarmor.googleapis.com",
    "storage.googleapis.com",
)


@dataclass(frozen=True)
class LogsArgs:
    """Arguments of the logs component; retention in days."""

    project: str
    location: str
    audit_bucket: str
    audit_days: int
    locked: bool
    operations_bucket: str
    operations_days: int
    sink: str
    audit_filter: str
    audited_services: tuple[str, ...]
    view: str
    auditors: tuple[str, ...]


def size(charter: Charter) -> LogsArgs:
    """Audit logs for as long as the charter says, everything else for as long as its data."""
    name = charter.use_case.name
    return LogsArgs(
        project=charter.cloud.project,
        location=charter.logging.location,
        audit_bucket=f"{name}-audit",
        audit_days=charter.logging.retention_days,
        locked=charter.logging.locked,
        operations_bucket=f"{name}-operations",
        operations_days=charter.data.retention_days,
        sink=f"{name}-audit",
        audit_filter=AUDIT_FILTER,
        audited_services=AUDITED,
        view=f"{name}-auditors",
        auditors=tuple(charter.logging.auditors),
    )
