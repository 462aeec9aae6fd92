"""What an audit found, as data; text.py and JSON are its two forms."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FORMAT = "lockgate.audit/1"


class Drift(msgspec.Struct, frozen=True):
    """One way in which the live stack is not the planned one."""

    what: Literal["changed", "missing", "extra"]
    type: str
    urn: str | None
    """The planned resource; None for one that no plan has."""
    name: str
    """The resource as its service names it."""
    field: str | None
    """As the API spells it; None when the resource as a whole is missing or extra."""
    planned: Any
    live: Any
    message: str
    source: str | None
    """The line of the program that planned it."""
    fix: str
    fixed_by: str
    """The predefined role that may put it right."""


class Unread(msgspec.Struct, frozen=True):
    """What could not be read, or not be compared. It counts as unknown, never as absent or as planned."""

    type: str
    urn: str | None
    name: str
    reason: str
    status: int | None = None
    """The HTTP status of the last answer; None when there was none."""


class Report(msgspec.Struct, frozen=True):
    """A whole audit."""

    format: str
    stack: str
    project: str
    at: str
    seconds: float
    calls: int
    resources: int
    """Planned resources that were looked for."""
    compared: int
    """Those that were found and compared."""
    drift: list[Drift]
    unread: list[Unread]
    verdict: dict[str, Any]
    """The rules' verdict on the live state."""

    @property
    def status(self) -> int:
        """The exit status: 0 as planned and allowed, 1 drift or denied, 3 no drift, but not all of it could be known.

        What is unknown fails rules as well, so without a drift a denial says no more than that it is unknown.
        """
        if self.drift:
            return 1
        if self.unread:
            return 3
        return 0 if self.verdict["decision"] == "allow" else 1


def encode(report: Report) -> str:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"
