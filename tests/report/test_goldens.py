"""Every renderer on every verdict of testdata/: a new case is a new folder with a verdict.json.

After a wanted change, rewrite the expected reports with LOCKGATE_REWRITE_GOLDENS=1 and read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from lockgate import __version__
from lockgate.report import github, json, junit, sarif, text
from lockgate.report.summary import WORDS
from lockgate.verdict import STATUSES, Verdict

RENDERERS = {
    "report.txt": text.render,
    "verbose.txt": lambda verdict: text.render(verdict, verbose=True),
    "colour.txt": lambda verdict: text.render(verdict, colour=True),
    "report.json": json.render,
    "report.sarif": sarif.render,
    "report.xml": junit.render,
    "github.txt": github.render,
}


@pytest.mark.parametrize("name", RENDERERS)
def test_report_is_the_golden_one(case: Path, verdict: Verdict, name: str) -> None:
    produced = RENDERERS[name](verdict).replace(f'"semanticVersion": "{__version__}"', '"semanticVersion": "0"')
    golden = case / name
    if os.environ.get("LOCKGATE_REWRITE_GOLDENS"):
        golden.write_text(produced, encoding="utf-8")
    assert produced == golden.read_text(encoding="utf-8"), "rewrite with LOCKGATE_REWRITE_GOLDENS=1 pytest tests/report"


def test_text_fits_in_80_columns_but_for_its_summary(verdict: Verdict) -> None:
    *body, summary = text.render(verdict, verbose=True).splitlines()
    too_wide = [line for line in body if len(line) > 80 and "urn:pulumi:" not in line]
    assert too_wide == []
    assert summary.startswith(("ALLOW ", "DENY "))


def test_colour_only_adds_escape_sequences(verdict: Verdict) -> None:
    coloured = text.render(verdict, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(verdict)


def test_the_summary_counts_every_status() -> None:
    assert set(WORDS) == set(STATUSES)
