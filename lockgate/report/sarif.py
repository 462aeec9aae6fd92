"""The verdict as SARIF 2.1.0, for code scanning.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html. What GitHub reads of
it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from lockgate import __version__
from lockgate.report import place, safe
from lockgate.verdict import Finding, Severity, Verdict, order

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVEL: dict[Severity, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub ranks a security alert by this number: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium.
_SECURITY_SEVERITY: dict[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0"}


def render(verdict: Verdict) -> str:
    """The log of one run.

    Failed findings are results of kind ``fail``, undetermined ones of kind ``open`` (section 3.27.9: not
    enough information to decide), waived ones suppressed results. Rules that could not apply are
    notifications. What passed is in no result: readers would show it as an alert.
    """
    findings = sorted(verdict.findings, key=order)
    rules = {finding.rule: finding for finding in reversed(findings)}
    index = {rule: number for number, rule in enumerate(sorted(rules))}
    called = place.labels(finding.urn for finding in findings if finding.urn)
    run = {
        "tool": {"driver": _driver([rules[rule] for rule in index], verdict)},
        "automationDetails": {"id": f"lockgate/{safe.line(verdict.stack)}/"},
        "invocations": [_invocation(findings, index, verdict)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, index, called)
            for finding in findings
            if finding.status in {"fail", "undetermined", "waived"}
        ],
        "properties": {"plan": verdict.plan, "charter": verdict.charter, "engine": verdict.policy.engine},
    }
    document = msgspec.json.encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
    return safe.json_document(msgspec.json.format(document, indent=2).decode()) + "\n"


def _driver(rules: list[Finding], verdict: Verdict) -> dict[str, Any]:
    return {
        "name": "Lockgate",
        "semanticVersion": __version__,
        "properties": {"policyRevision": verdict.policy.revision},
        "rules": [_rule(finding) for finding in rules],
    }


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": f"{finding.rule} of the {finding.group} guardrail"},
        "help": {"text": safe.line(finding.remediation)},
        "defaultConfiguration": {"level": _LEVEL[finding.severity]},
        "properties": {
            "security-severity": _SECURITY_SEVERITY[finding.severity],
            "severity": finding.severity,
            "tags": [finding.group, *finding.controls],
        },
    }


def _invocation(findings: list[Finding], index: Mapping[str, int], verdict: Verdict) -> dict[str, Any]:
    return {
        "executionSuccessful": True,
        "exitCode": 0 if verdict.decision == "allow" else 1,
        "endTimeUtc": verdict.at,
        "toolConfigurationNotifications": [
            {
                "level": "note",
                "message": {"text": f"{finding.rule} was skipped: {safe.line(finding.message)}"},
                "associatedRule": {"id": finding.rule, "index": index[finding.rule]},
            }
            for finding in findings
            if finding.status == "skipped"
        ],
    }


def _result(finding: Finding, index: Mapping[str, int], called: Mapping[str, str]) -> dict[str, Any]:
    words = safe.line(finding.message)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "kind": "open" if finding.status == "undetermined" else "fail",
        # Section 3.27.10: a kind other than fail has the level none.
        "level": "none" if finding.status == "undetermined" else _LEVEL[finding.severity],
        "message": {"text": f"{called[finding.urn]}: {words}" if finding.urn else words},
        "partialFingerprints": {"ruleAndResource/v1": _fingerprint(finding)},
        "properties": {"status": finding.status, "urn": finding.urn},
    }
    if finding.source:
        result["locations"] = [_location(finding)]
    if finding.status == "waived":
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": words}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    line = place.source_line(finding.source or "")
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(line.file, errors="replace")}}
    if not line.file.startswith("/"):
        physical["artifactLocation"]["uriBaseId"] = "%SRCROOT%"
    if line.number:
        physical["region"] = {"startLine": line.number}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.urn:
        name = place.resource(finding.urn).name
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": finding.urn, "kind": "resource"}]
    return location


def _fingerprint(finding: Finding) -> str:
    """The same for a rule on a resource however often its program is moved or its message changes."""
    return hashlib.sha256(f"{finding.rule}\n{finding.urn}".encode(errors="replace")).hexdigest()[:32]
