"""What is kept of each decision: an entry of the audit trail, a case for review, and a line of the log."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from flow.outcome import Asked, Decided, Proposed
from journal.entry import Entry
from ledger import money
from normalise.case import Change
from route.table import Table, Tier

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Told(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The body of a ``case`` entry in the audit trail.

    ``input`` is the SHA-256 of what the models saw, so that a transcript can be held against it. Amounts of ``calls``
    are in units of 1e-12 of ``currency``. No value of the case is in it but the decision's.
    """

    case: str
    tenant: str
    door: str
    tier: Tier
    why: list[str]
    outcome: str
    currency: str
    input: str
    source: str = ""
    version: str = ""
    segments: list[str] = []
    unsure: list[str] = []
    changes: list[Change] = []
    hidden: int = 0
    found: dict[str, int] = {}
    quality: str | None = None
    cause: str | None = None
    rules: list[str] = []
    objections: list[str] = []
    decision: Proposed | None = None
    proposal: Proposed | None = None
    calls: list[Asked] = []


def encode(told: Told) -> bytes:
    """The entry's body."""
    return _encode(told)


def digest(document: Any) -> str:
    """SHA-256, in hexadecimal, of a document as JSON."""
    return hashlib.sha256(_encode(document)).hexdigest()


def masked(document: Any) -> bytes:
    """The document as the reviewing person gets it."""
    return _encode(document)


def entry(table: Table, told: Told, decided: Decided, seconds: float, trace: str) -> Entry:
    """The line of the log."""
    spent = tokens = 0
    worked = None
    for call in told.calls:
        spent += call.spent or 0
        tokens += call.input + call.output
        worked = worked if call.state == "refused" else call.model
    return Entry(
        "WARNING" if decided.outcome == "fallback" else "INFO",
        "case",
        f"{decided.outcome}: {table.tiers[decided.tier].action}",
        case_id=told.case,
        tenant=told.tenant,
        tier=decided.tier,
        outcome=decided.outcome,
        cause=decided.cause,
        objections=len(decided.objections),
        masked=told.hidden + sum(told.found.values()),
        model=worked,
        calls=len(told.calls),
        tokens=tokens,
        # The trail has the exact sum; a log's number is for people and charts.
        cost=spent / money.PER_ONE,
        currency=table.currency,
        latency_ms=round(seconds * 1000),
        trace=trace or None,
    )
