"""The verdict as GitHub Actions workflow commands: annotations on the lines of the program, then the summary.

Commands and their escapes:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and ``toCommandValue``,
``escapeData`` and ``escapeProperty`` of @actions/core.
"""

from __future__ import annotations

from lockgate.report import place, safe
from lockgate.report.summary import summary
from lockgate.verdict import Finding, Status, Verdict, order

_COMMAND: dict[Status, str] = {"fail": "error", "undetermined": "warning", "waived": "notice"}


def render(verdict: Verdict) -> str:
    """One annotation for each failed, undetermined and waived finding, worst first; the summary last."""
    findings = [finding for finding in sorted(verdict.findings, key=order) if finding.status in _COMMAND]
    called = place.labels(finding.urn for finding in findings if finding.urn)
    lines = [_annotation(finding, called[finding.urn] if finding.urn else "") for finding in findings]
    return "\n".join([*lines, summary(verdict)]) + "\n"


def _annotation(finding: Finding, where: str) -> str:
    properties = []
    if finding.source:
        line = place.source_line(finding.source)
        properties.append(f"file={_property(line.file)}")
        if line.number is not None:
            properties.append(f"line={line.number}")
    properties.append(f"title={_property(f'{finding.rule} {finding.severity} {finding.status}')}")
    words = safe.line(finding.message)
    if where:
        words = f"{where}: {words}"
    if finding.remediation and finding.status != "waived":
        words += "\nFix: " + safe.line(finding.remediation)
    return f"::{_COMMAND[finding.status]} {','.join(properties)}::{_data(words)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe.line(text)).replace(":", "%3A").replace(",", "%2C")
