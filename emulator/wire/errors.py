"""Refusals, and the envelopes in which each family of Google APIs sends them.

Statuses: https://cloud.google.com/apis/design/errors. `errors[]` is the older envelope: iam and bigquery send it beside
`status`; compute, sqladmin and (mostly) storage send it instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

JSON = dict[str, Any]

_HTTP = {
    "CANCELLED": 499, "UNKNOWN": 500, "INVALID_ARGUMENT": 400, "DEADLINE_EXCEEDED": 504, "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409, "PERMISSION_DENIED": 403, "UNAUTHENTICATED": 401, "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400, "ABORTED": 409, "OUT_OF_RANGE": 400, "UNIMPLEMENTED": 501, "INTERNAL": 500,
    "UNAVAILABLE": 503, "DATA_LOSS": 500,
}  # fmt: skip
GRPC_CODES = {
    "CANCELLED": 1, "UNKNOWN": 2, "INVALID_ARGUMENT": 3, "DEADLINE_EXCEEDED": 4, "NOT_FOUND": 5, "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7, "RESOURCE_EXHAUSTED": 8, "FAILED_PRECONDITION": 9, "ABORTED": 10, "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12, "INTERNAL": 13, "UNAVAILABLE": 14, "DATA_LOSS": 15, "UNAUTHENTICATED": 16,
}  # fmt: skip
"""google.rpc.Code, as it stands in a failed operation's `error.code`."""

_REASONS = {
    "INVALID_ARGUMENT": "invalid", "FAILED_PRECONDITION": "failedPrecondition", "NOT_FOUND": "notFound",
    "ALREADY_EXISTS": "alreadyExists", "PERMISSION_DENIED": "forbidden", "ABORTED": "conflict",
    "RESOURCE_EXHAUSTED": "rateLimitExceeded", "UNAVAILABLE": "backendError", "UNIMPLEMENTED": "notImplemented",
    "INTERNAL": "internalError", "UNAUTHENTICATED": "required",
}  # fmt: skip

STANDARD = "standard"
"""`{code, message, status, details}`: most APIs."""
LEGACY_LIST = "legacy_list"
"""The same with `errors: [{message, domain, reason}]`: iam, bigquery."""
COMPUTE = "compute"
"""`{code, message, errors}` without `status`: compute, sqladmin, storage."""


@dataclass
class GoogleError(Exception):
    """The only way to refuse a call. `status` is the canonical name; `code` the HTTP status, derived unless given."""

    status: str
    message: str
    code: int = 0
    reason: str = ""
    details: tuple[Mapping[str, Any], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    """What the older envelope adds to say where: `location` with `locationType: parameter`."""

    def __post_init__(self) -> None:
        self.code = self.code or _HTTP[self.status]

    def __str__(self) -> str:
        return f"{self.code} {self.status}: {self.message}"

    def with_details(self, *details: Mapping[str, Any]) -> GoogleError:
        """The same refusal with more details."""
        return replace(self, details=self.details + details)


def invalid(message: str, *, field_path: str = "", reason: str = "") -> GoogleError:
    """400 INVALID_ARGUMENT, naming the field where there is one."""
    return GoogleError(
        "INVALID_ARGUMENT", message, reason=reason, details=bad_request((field_path, message)) if field_path else ()
    )


def not_found(message: str = "Requested entity was not found.") -> GoogleError:
    """404 NOT_FOUND."""
    return GoogleError("NOT_FOUND", message)


def already_exists(message: str = "Requested entity already exists") -> GoogleError:
    """409 ALREADY_EXISTS."""
    return GoogleError("ALREADY_EXISTS", message)


def failed_precondition(message: str) -> GoogleError:
    """400 FAILED_PRECONDITION."""
    return GoogleError("FAILED_PRECONDITION", message)


def permission_denied(message: str, reason: str = "") -> GoogleError:
    """403 PERMISSION_DENIED."""
    return GoogleError("PERMISSION_DENIED", message, reason=reason)


def error_info(reason: str, domain: str, metadata: Mapping[str, str]) -> JSON:
    """google.rpc.ErrorInfo."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": domain,
        "metadata": dict(metadata),
    }


def bad_request(*violations: tuple[str, str]) -> tuple[JSON, ...]:
    """google.rpc.BadRequest, from pairs of field path and description."""
    found = [{"field": path, "description": text} if path else {"description": text} for path, text in violations]
    return ({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": found},)


def envelope(error: GoogleError, family: str) -> JSON:
    """The body of a refusal."""
    body: JSON = {"code": error.code, "message": error.message}
    if family in (LEGACY_LIST, COMPUTE):
        entry: JSON = {
            "message": error.message,
            "domain": "global",
            "reason": error.reason or _REASONS.get(error.status, "badRequest"),
        }
        if error.location:
            entry |= {"location": error.location, "locationType": "parameter"}
        body["errors"] = [entry]
    if family != COMPUTE:
        body["status"] = error.status
    if error.details:
        body["details"] = [dict(d) for d in error.details]
    return {"error": body}


def operation_error(error: GoogleError) -> JSON:
    """google.rpc.Status, as a failed operation carries it."""
    body: JSON = {"code": GRPC_CODES[error.status], "message": error.message}
    if error.details:
        body["details"] = [dict(d) for d in error.details]
    return body
