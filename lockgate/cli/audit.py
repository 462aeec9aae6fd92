"""Audit a stack: read what is deployed, compare it with the plan, and have the rules judge it."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lockgate.cli import calls, check, formats, output, progress
from lockgate.cli import checkout as checkouts
from lockgate.cli.check import Presentation
from lockgate.cli.formats import Format
from lockgate.cli.recording import Recording
from lockgate.cli.subject import Subject
from lockgate.errors import InputError

if TYPE_CHECKING:
    from lockgate.audit.report import Report
    from lockgate.verdict import Verdict


@dataclass(frozen=True)
class Where:
    """Which cloud is audited, and for how long at most."""

    live: bool
    emulator: str | None
    seconds: float


def subject(stack: str, plan: Path | None) -> Subject:
    """A stack of the checkout, with the plan of its program or a saved one. Raises InputError when there is none."""
    how = calls.how([], None, calls.TIMEOUT_SECONDS)
    if plan is None:
        return calls.subject(calls.Source(stack), how)
    checkout = checkouts.around(Path.cwd())
    checkouts.require_stack(checkout, stack)
    charter = checkout.stacks / stack / "charter.yaml"
    return replace(calls.subject(calls.Source(None, plan, None, charter), how), policies=checkout.policies)


def run(subject: Subject, where: Where, *, policies: Path | None, now: datetime, shown: Presentation) -> int:
    """Audit, show the report, and return the exit status.

    Raises InputError for a wrong call, charter, plan or program, NoDecision without credentials or a decision.
    """
    url = _checked(where, shown)
    from lockgate.audit import audit

    source = subject.plan
    charter = subject.charter()
    document = charter.document() if charter else None
    with source.coming() if isinstance(source, Recording) else nullcontext(source) as coming:
        plan = coming()
    with progress.step(f"reading the live stack {plan.stack}"):
        access = audit.access(plan, document, url)
        seen = audit.see(plan, document, access, now=now, seconds=where.seconds)
    verdict = check.judge(replace(subject, plan=lambda: seen.live), policies=policies, now=now)
    report = audit.reported(seen, verdict, now)
    _show(report, verdict, shown)
    return report.status


def _checked(where: Where, shown: Presentation) -> str | None:
    """The emulator's address, or None for the real cloud."""
    if not where.live:
        raise InputError("an audit reads the deployed stack, so it has to be asked for. Add --live.")
    if shown.form not in {Format.text, Format.json}:
        raise InputError(f"--format {shown.form.value}: an audit's report is text or json. Choose one of them.")
    url = where.emulator or None
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
        raise InputError(f"--emulator {url}: expected an address such as http://127.0.0.1:8080.")
    return url


def _show(report: Report, verdict: Verdict, shown: Presentation) -> None:
    from lockgate.audit import report as reports
    from lockgate.audit import text
    from lockgate.report import safe

    if shown.form is Format.json:
        output.put(safe.json_document(reports.encode(report)), shown.out)
    else:
        colour = bool(shown.colour) if shown.out else output.wants_colour(shown.colour, os.environ)
        told = ""
        if verdict.decision == "deny" or shown.verbose:
            told = formats.render(verdict, Format.text, colour=colour, verbose=shown.verbose, width=output.width())
        output.put(text.render(report, verdict=told, colour=colour), shown.out)
    if shown.out is not None:
        progress.say(f"{text.summary(report)} -> {shown.out}")
