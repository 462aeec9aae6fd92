"""Log entries: one JSON object a line on stdout, as Cloud Logging reads them.

An entry is a closed list of fields, and none of them can hold a part of a case or of a model's answer.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

import msgspec

Severity = Literal["INFO", "WARNING", "ERROR", "CRITICAL"]


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is said of one event; ``cost`` is in ``currency``, and what was reserved where a model gave no usage."""

    severity: Severity
    event: Literal["case", "refused", "probe", "spend", "alarm", "anchor", "fault"]
    message: str
    case_id: str | None = None
    tenant: str | None = None
    tier: str | None = None
    outcome: str | None = None
    cause: str | None = None
    objections: int | None = None
    masked: int | None = None
    model: str | None = None
    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    limit: float | None = None
    latency_ms: int | None = None
    heads: list[dict[str, Any]] | None = None
    trace: str | None = msgspec.field(default=None, name="logging.googleapis.com/trace")


_encode = msgspec.json.Encoder().encode


def write(*entries: Entry) -> None:
    """Write the entries to stdout, at once: an instance may be stopped between two requests."""
    sys.stdout.buffer.write(b"".join([_encode(entry) + b"\n" for entry in entries]))
    sys.stdout.buffer.flush()
