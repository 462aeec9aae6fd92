"""The verdict as JUnit XML: a test suite for each guardrail, a test case for each finding.

The shape is what Jenkins' and GitLab's readers take: ``testsuites/testsuite/testcase`` with ``failure``,
``error`` or ``skipped`` inside.
"""

from __future__ import annotations

from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from lockgate.report import place, safe
from lockgate.report.summary import summary
from lockgate.verdict import Finding, Verdict, order


def render(verdict: Verdict) -> str:
    """The document.

    A failed finding is a failure. An undetermined one is an error where it counts (the verdict is deny)
    and skipped where it does not; a waived one and a rule that could not apply are skipped.
    """
    findings = sorted(verdict.findings, key=order)
    called = place.labels(finding.urn for finding in findings if finding.urn)
    groups: dict[str, list[Element]] = {}
    for finding in findings:
        where = called[finding.urn] if finding.urn else "stack"
        groups.setdefault(finding.group, []).append(_case(finding, where, verdict.decision))
    every = [case for cases in groups.values() for case in cases]
    root = Element("testsuites", {"name": safe.line(f"lockgate {verdict.stack}"), **_tally(every)})
    for group, cases in sorted(groups.items()):
        suite = SubElement(root, "testsuite", {"name": safe.line(group), "timestamp": verdict.at, **_tally(cases)})
        suite.extend(cases)
    root.append(Comment(f" {summary(verdict).replace('--', '- -')} "))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(finding: Finding, where: str, decision: str) -> Element:
    attributes = {"classname": safe.line(f"lockgate.{finding.group}.{finding.rule}"), "name": where, "time": "0"}
    if finding.source:
        line = place.source_line(finding.source)
        attributes["file"] = safe.line(line.file)
        if line.number is not None:
            attributes["line"] = str(line.number)
    case = Element("testcase", attributes)
    outcome = _outcome(finding, decision)
    if outcome:
        detail = SubElement(case, outcome, {"message": safe.line(finding.message)})
        if outcome != "skipped":
            detail.set("type", finding.severity)
            detail.text = "\n".join(_details(finding, where))
    return case


def _outcome(finding: Finding, decision: str) -> str | None:
    if finding.status == "fail":
        return "failure"
    if finding.status == "undetermined":
        return "error" if decision == "deny" else "skipped"
    return "skipped" if finding.status in {"waived", "skipped"} else None


def _details(finding: Finding, where: str) -> list[str]:
    lines = [safe.line(finding.message), f"where: {where}"]
    if finding.source:
        lines.append(f"line: {safe.line(finding.source)}")
    lines.append(f"fix: {safe.line(finding.remediation)}")
    if finding.controls:
        lines.append(f"controls: {safe.line(', '.join(finding.controls))}")
    return lines


def _tally(cases: list[Element]) -> dict[str, str]:
    counted = {"tests": str(len(cases))}
    for name, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counted[name] = str(sum(case.find(outcome) is not None for case in cases))
    return counted
