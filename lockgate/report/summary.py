"""The verdict in one line, and its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lockgate.report import safe
from lockgate.verdict import Finding, Status, Verdict

WORDS: dict[Status, str] = {
    "fail": "failed",
    "undetermined": "undetermined",
    "pass": "passed",
    "waived": "waived",
    "skipped": "skipped",
}


def counts(findings: Iterable[Finding]) -> str:
    """The findings counted by status, such as ``3 failed, 61 passed``; statuses that do not occur are left out."""
    tally = Counter(finding.status for finding in findings)
    return ", ".join(f"{tally[status]} {word}" for status, word in WORDS.items() if tally[status]) or "nothing judged"


def summary(verdict: Verdict) -> str:
    """One line: decision, stack, counts, and which policy and engine decided."""
    revision = verdict.policy.revision.removeprefix("sha256:")[:7]
    judged = f"policy {revision}, {verdict.policy.engine}"
    return safe.line(f"{verdict.decision.upper()} {verdict.stack}: {counts(verdict.findings)} ({judged})")
