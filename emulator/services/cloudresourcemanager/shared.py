"""What projects, folders and tags share."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.wire.errors import failed_precondition, permission_denied

JSON = dict[str, Any]

DENIED = "The caller does not have permission"

FRESH = frozenset(
    f"{name}.googleapis.com"
    for name in ("bigquery", "bigquerystorage", "cloudtrace", "datastore", "logging", "monitoring", "servicemanagement",
                 "serviceusage", "sql-component", "storage", "storage-api", "storage-component")
)  # fmt: skip
"""APIs that a new project has enabled: https://cloud.google.com/service-usage/docs/enabled-service#default."""


def nameless(ctx: Context, kind: str, view: JSON | None) -> JSON:
    """An operation that is done before it has a name: some methods of v3 answer so."""
    if view is None:
        return {"done": True, "response": {"@type": "type.googleapis.com/google.protobuf.Empty"}}
    return {"done": True, "response": {"@type": ctx.type_url(kind), **view}}


def require_container(ctx: Context, name: str) -> None:
    """403 where a parent does not exist, as Google says it."""
    if name and name not in ctx.projects.containers:
        raise permission_denied(f"Permission denied on resource '{name}' (or it may not exist).")
    if name and ctx.projects.containers[name].body.get("state") == "DELETE_REQUESTED":
        raise failed_precondition(f"The parent {name} is being deleted.")
