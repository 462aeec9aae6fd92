"""No text of a program reaches a terminal, a log or a parser as anything but text."""

from __future__ import annotations

import json as stdlib_json
import re
import unicodedata
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockgate.report import github, json, junit, safe, sarif, text
from lockgate.verdict import FORMAT, Finding, Policy, Verdict, decide, order

# A plan comes from JSON in UTF-8, so it holds no lone surrogate.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FINDING = st.builds(
    Finding,
    rule=WORDS,
    group=WORDS,
    severity=st.sampled_from(["critical", "high", "medium", "low"]),
    status=st.sampled_from(["fail", "undetermined", "waived", "skipped", "pass"]),
    urn=st.none() | WORDS | WORDS.map(lambda name: f"urn:pulumi:s::p::gcp:billing/budget:Budget::{name}"),
    source=st.none() | WORDS | WORDS.map(lambda file: f"{file}:3"),
    message=WORDS,
    remediation=WORDS,
    controls=st.lists(WORDS, max_size=2),
)


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    findings = sorted(draw(st.lists(FINDING, max_size=12)), key=order)
    policy = Policy("sha256:00", "opa 1.22.2")
    stack = draw(WORDS)
    decision = decide(findings, strict=True)
    return Verdict(FORMAT, decision, stack, "2026-11-22T12:00:00Z", "sha256:11", None, policy, findings)


def harmful(rendered: str) -> list[str]:
    """Characters that a terminal or a reader's eye would obey."""
    return [c for c in rendered if (c not in "\n" and unicodedata.category(c) in {"Cc", "Zl", "Zp"}) or c in BIDI]


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_a_line_is_one_line_without_controls(raw: str) -> None:
    shown = safe.line(raw)
    assert harmful(shown) == []
    assert "\n" not in shown
    shown.encode()


@given(verdicts())
@settings(max_examples=60, deadline=None)
def test_every_report_is_harmless_and_well_formed(verdict: Verdict) -> None:
    for renderer in (text, json, sarif, junit, github):
        rendered = renderer.render(verdict)
        assert harmful(rendered) == [], renderer.__name__
        assert rendered.endswith("\n")
    assert msgspec.json.decode(json.render(verdict), type=Verdict) == verdict
    assert stdlib_json.loads(sarif.render(verdict))["version"] == "2.1.0"
    cases = ElementTree.fromstring(junit.render(verdict)).iter("testcase")  # noqa: S314
    assert len(list(cases)) == len(verdict.findings)


@given(verdicts())
@settings(max_examples=60, deadline=None)
def test_a_name_cannot_start_a_workflow_command(verdict: Verdict) -> None:
    *annotations, summary = github.render(verdict).splitlines()
    said = [finding for finding in verdict.findings if finding.status in {"fail", "undetermined", "waived"}]
    assert len(annotations) == len(said)
    pattern = re.compile(r"::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::")
    assert all(pattern.match(line) for line in annotations)
    assert summary.startswith(("ALLOW ", "DENY "))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("two\nlines\tof\r\nit", "two lines of it"),
        ("\u202eevil", "\\u202eevil"),
        ("tag \U000e0041", "tag \\udb40\\udc41"),
        ("grün 日本 🚦", "grün 日本 🚦"),
    ],
)
def test_what_is_shown_instead(raw: str, shown: str) -> None:
    assert safe.line(raw) == shown
