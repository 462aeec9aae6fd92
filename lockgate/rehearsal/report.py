"""What a rehearsal found, as data; text.py and JSON are its two forms."""

from __future__ import annotations

from typing import Any

import msgspec

FORMAT = "lockgate.rehearsal/1"


class Call(msgspec.Struct, frozen=True):
    """One call that was made for a resource."""

    method: str
    url: str
    status: int
    """0 when nothing came back."""
    milliseconds: float


class Rehearsed(msgspec.Struct, frozen=True):
    """What a resource of the plan became."""

    urn: str
    type: str
    source: str | None
    name: str | None
    """Its REST name; None where none was made."""
    outcome: str
    """``gone`` after the destroy, ``survives``, ``failed``, ``skipped``, or ``made`` where nothing was destroyed."""
    seconds: float
    calls: list[Call]


class Failure(msgspec.Struct, frozen=True):
    """Something that a plan cannot show, found by carrying it out."""

    urn: str
    type: str
    source: str | None
    phase: str
    message: str
    call: str | None = None
    """Method and address of the REST call that was refused."""
    status: int | None = None
    code: str | None = None
    """Google's word for the error."""


class Skipped(msgspec.Struct, frozen=True):
    """A resource that was not tried, because another failed."""

    urn: str
    phase: str
    because: str


class Survivor(msgspec.Struct, frozen=True):
    """What a destroy leaves, as declared."""

    urn: str
    type: str
    name: str
    reason: str


class Alert(msgspec.Struct, frozen=True):
    """What arrived on a budget's topic when spend that was seeded reached one of its thresholds."""

    urn: str
    topic: str
    basis: str
    """``CURRENT_SPEND`` or ``FORECASTED_SPEND``."""
    threshold: float
    """1.0 is the whole budget."""
    amount: float
    """What was seeded as spent, or as forecast."""
    currency: str | None
    message: dict[str, Any] | None
    """The Pub/Sub message, with its data decoded; None when none arrived."""
    problem: str | None


class Phase(msgspec.Struct, frozen=True):
    """One step of the rehearsal."""

    name: str
    seconds: float
    done: int
    total: int
    note: str = ""


class Report(msgspec.Struct, frozen=True):
    """A whole rehearsal."""

    format: str
    stack: str
    decision: str
    """``allow`` or ``deny``, of the gate."""
    emulator: str
    """Its address; empty when none was needed."""
    seconds: float
    phases: list[Phase]
    resources: list[Rehearsed]
    failures: list[Failure]
    skipped: list[Skipped]
    survivors: list[Survivor]
    unprotected: list[str]
    """URNs whose protection the rehearsal lifted before the destroy."""
    verdict: dict[str, Any] | None = None
    """The gate's verdict where it denied."""
    alerts: list[Alert] = []
    """Of each threshold of each budget that has a topic."""

    @property
    def status(self) -> int:
        """The exit status: 0 rehearsed, 1 denied or something failed, 2 the plan itself cannot be carried out."""
        if any(failure.phase == "plan" for failure in self.failures):
            return 2
        return 1 if self.decision == "deny" or self.failures else 0


def encode(report: Report) -> str:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"
