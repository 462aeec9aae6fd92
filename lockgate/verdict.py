"""The verdict: every finding of every rule, and the decision they lead to.

The contract is ``lockgate.verdict/1``. Everything here is a pure function of its arguments.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from lockgate.plan.model import Plan, digest

if TYPE_CHECKING:
    from lockgate.policy.answer import Said
    from lockgate.policy.registry import Rule
    from lockgate.policy.waivers import Waiver

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


def strict(charter: Mapping[str, Any] | None) -> bool:
    """Whether ``undetermined`` denies: unless the charter has neither a high nor a medium tier.

    ``charter`` is ``Charter.document()``. Without a charter the strictest tier counts.
    """
    if charter is None:
        return True
    risk = charter["risk"]
    return any(risk.get(tier) is not None for tier in ("high", "medium"))


def fold(
    plan: Plan,
    charter: Mapping[str, Any] | None,
    *,
    said: Sequence[Said],
    rules: Sequence[Rule],
    waivers: Sequence[Waiver],
    max_waiver_days: int,
    policy: Policy,
    now: datetime.datetime,
) -> Verdict:
    """What the rules said, joined with what is known of them, and the decision.

    ``said`` is complete (see ``lockgate.policy.answer``); a waiver turns a ``fail`` or an ``undetermined``
    that it covers into ``waived`` as long as it counts. ``now`` is aware.
    """
    by_id = {rule.id: rule for rule in rules}
    sources = {resource.urn: resource.source for resource in plan.resources}

    def finding(item: Said) -> Finding:
        rule = by_id[item.rule]
        status, message = waived(item, waivers, max_waiver_days, now)
        return Finding(
            rule=rule.id,
            group=rule.group,
            severity=rule.severity,
            status=status,
            urn=item.urn,
            source=None if item.urn is None else sources[item.urn],
            message=message,
            remediation=rule.remediation,
            controls=list(rule.controls),
        )

    findings = sorted(map(finding, said), key=order)
    return Verdict(
        format=FORMAT,
        decision=decide(findings, strict=strict(charter)),
        stack=plan.stack,
        at=now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        plan=digest(plan),
        charter=None if charter is None else digest(charter),
        policy=policy,
        findings=findings,
    )


def waived(item: Said, waivers: Sequence[Waiver], max_waiver_days: int, now: datetime.datetime) -> tuple[Status, str]:
    """The status and message of a finding under the waivers: who waived it until when, or why one does not count."""
    if item.status not in {"fail", "undetermined"}:
        return item.status, item.message
    covering = [waiver for waiver in waivers if waiver.covers(item.rule, item.urn)]
    reasons = []
    for waiver in covering:
        why_not = waiver.standing(now, max_waiver_days)
        if why_not is None:
            by = f"waived by {waiver.owner} until {waiver.expires} ({waiver.ticket}): {waiver.reason}"
            return "waived", f"{item.message}; {by}"
        reasons.append(why_not)
    return item.status, "; ".join([item.message, *reasons])


def idle(findings: Sequence[Finding], waivers: Sequence[Waiver]) -> list[Waiver]:
    """The waivers that cover nothing that failed or was undetermined: they can be removed."""
    open_ = [
        (finding.rule, finding.urn) for finding in findings if finding.status in {"fail", "undetermined", "waived"}
    ]
    return [waiver for waiver in waivers if not any(waiver.covers(rule, urn) for rule, urn in open_)]
