"""Rehearse a stack: plan, gate, and then everything that the plan says, against an emulated Google Cloud."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lockgate.cli import check, formats, output, progress
from lockgate.cli.check import Presentation
from lockgate.cli.formats import Format
from lockgate.cli.recording import Recording
from lockgate.cli.subject import Subject
from lockgate.errors import InputError

if TYPE_CHECKING:
    from lockgate.plan.model import Plan
    from lockgate.rehearsal.report import Report
    from lockgate.verdict import Verdict


def run(
    subject: Subject,
    *,
    policies: Path | None,
    now: datetime,
    url: str | None,
    shown: Presentation,
    checkout: Path | None = None,
) -> int:
    """Rehearse, show the report, and return the exit status. ``url`` is an emulator that already runs.

    With ``checkout``, the root of the stack's checkout, the real engine carries the stack out. The emulator starts
    while the program is recorded, and ends with the rehearsal whatever happens. Raises InputError for a wrong charter
    or program, or an engine that cannot be started, NoDecision without a decision or an emulator.
    """
    if shown.form not in {Format.text, Format.json}:
        raise InputError(f"--format {shown.form.value}: a rehearsal's report is text or json. Choose one of them.")
    if url is not None and urlsplit(url).scheme not in {"http", "https"}:
        raise InputError(f"--emulator {url}: expected an address such as http://127.0.0.1:8080.")
    from lockgate.rehearsal import emulated, rehearse

    with emulated.emulator(url) as emulator:
        started = time.monotonic()
        plan, verdict = _judged(subject, policies, now)
        gated = time.monotonic() - started
        prepared = rehearse.prepare(plan)
        if verdict.decision != "allow":
            report = rehearse.refused(prepared, verdict)
        elif prepared.failures and checkout is None:
            report = rehearse.refused(prepared)
        else:
            charter = subject.charter()
            document = charter.document() if charter else None

            async def carried() -> Report:
                base = await emulator.address()
                with _progress() as watcher:
                    return await rehearse.rehearse(prepared, document, base=base, now=now, watcher=watcher)

            if checkout is not None:
                # In the main thread, where a signal can end the engine.
                report = _engine(checkout, plan, document, asyncio.run(emulator.address()))
            else:
                report = asyncio.run(carried())
        report = _timed(report, gated, len(prepared.resources))
    _show(report, verdict, shown)
    return report.status


def _engine(checkout: Path, plan: Plan, charter: dict[str, Any] | None, base: str) -> Report:
    from lockgate.rehearsal.engine import rehearse

    def say(step: str) -> None:
        progress.say(f"pulumi {step} ...")

    return rehearse.rehearse(checkout, plan, charter, base=base, environment=os.environ, say=say)


def _judged(subject: Subject, policies: Path | None, now: datetime) -> tuple[Plan, Verdict]:
    kept: list[Plan] = []
    source = subject.plan
    with source.coming() if isinstance(source, Recording) else nullcontext(source) as coming:

        def plan() -> Plan:
            kept.append(coming())
            return kept[-1]

        verdict = check.judge(replace(subject, plan=plan), policies=policies, now=now)
    return kept[-1], verdict


def _timed(report: Report, gated: float, resources: int) -> Report:
    import msgspec

    from lockgate.rehearsal.report import Phase

    before = Phase("plan and gate", round(gated, 3), resources, resources)
    return msgspec.structs.replace(report, phases=[before, *report.phases], seconds=round(report.seconds + gated, 3))


def _show(report: Report, verdict: Verdict, shown: Presentation) -> None:
    from lockgate.rehearsal import report as reports
    from lockgate.rehearsal import text
    from lockgate.report import safe

    if shown.form is Format.json:
        output.put(safe.json_document(reports.encode(report)), shown.out)
    else:
        colour = bool(shown.colour) if shown.out else output.wants_colour(shown.colour, os.environ)
        said = text.render(report, verbose=shown.verbose, colour=colour, width=output.width())
        if report.decision == "deny":
            told = formats.render(verdict, Format.text, colour=colour, verbose=shown.verbose, width=output.width())
            said = f"{told}\n{said}"
        output.put(said, shown.out)
    if shown.out is not None:
        progress.say(f"{text.summary(report)} -> {shown.out}")


class _Line:
    """One line of progress: rewritten on a terminal, said once for each phase in a log."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._name, self._total, self._done = "", 0, 0

    def phase(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._say(f"{name} {total} {'thresholds' if name == 'alert' else 'resources'} ...")

    def tick(self) -> None:
        self._done += 1
        if sys.stderr.isatty():
            self._say(f"{self._name}: {self._done} of {self._total}")


@contextmanager
def _progress() -> Iterator[_Line]:
    if not sys.stderr.isatty():
        started = time.monotonic()

        def later(words: str) -> None:
            # What is over within a second needs no words in a log.
            if time.monotonic() - started > progress.SILENT_SECONDS:
                progress.say(words)

        yield _Line(later)
        return

    def rewrite(words: str) -> None:
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()

    try:
        yield _Line(rewrite)
    finally:
        rewrite("")
