"""The verdict: every finding of every rule, and the decision they lead to.

The contract is ``lockgate.verdict/1``. Everything here is a pure function of its arguments.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

FORMAT: Final = "lockgate.verdict/1"

Severity = Literal["critical", "high", "medium", "low"]
Status = Literal["fail", "undetermined", "waived", "skipped", "pass"]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
STATUSES: tuple[Status, ...] = ("fail", "undetermined", "waived", "skipped", "pass")


class Finding(msgspec.Struct, frozen=True):
    """One rule's result on one resource, or on the stack when ``urn`` is None."""

    rule: str
    group: str
    severity: Severity
    status: Status
    urn: str | None
    source: str | None
    message: str
    remediation: str
    controls: list[str]


class Policy(msgspec.Struct, frozen=True):
    """Which policies decided, and on which engine."""

    revision: str
    engine: str


class Verdict(msgspec.Struct, frozen=True):
    """All findings, worst first, and the decision."""

    format: Literal["lockgate.verdict/1"]
    decision: Literal["allow", "deny"]
    stack: str
    at: str
    plan: str
    charter: str | None
    policy: Policy
    findings: list[Finding]


def order(finding: Finding) -> tuple[int, int, str, str, str]:
    """Sort key that puts the worst first and is the same in every run."""
    return (
        STATUSES.index(finding.status),
        SEVERITIES.index(finding.severity),
        finding.rule,
        finding.urn or "",
        finding.message,
    )


def decide(findings: list[Finding], *, strict: bool) -> Literal["allow", "deny"]:
    """Deny on any ``fail``, and on any ``undetermined`` when ``strict``."""
    denying = {"fail", "undetermined"} if strict else {"fail"}
    return "deny" if any(finding.status in denying for finding in findings) else "allow"
