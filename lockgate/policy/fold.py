"""From what the rules said to the verdict: rules joined, waivers applied, the decision taken. All pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from lockgate.plan.model import Plan, digest
from lockgate.policy.answer import Said
from lockgate.policy.registry import Rule
from lockgate.policy.waivers import Waiver
from lockgate.verdict import FORMAT, Finding, Policy, Status, Verdict, decide, order


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
