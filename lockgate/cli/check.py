"""Judge a plan and show the verdict."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import formats, output, progress
from lockgate.cli.formats import Format
from lockgate.cli.recording import Recording
from lockgate.cli.subject import Subject

if TYPE_CHECKING:
    from lockgate.policy.headstart import HeadStart
    from lockgate.verdict import Verdict


@dataclass(frozen=True)
class Presentation:
    """How a verdict is shown, and where."""

    form: Format = Format.text
    out: Path | None = None
    verbose: bool = False
    colour: bool | None = None
    """None: as the terminal has it."""


def judge(subject: Subject, *, policies: Path | None, now: datetime, ahead: HeadStart | None = None) -> Verdict:
    """The verdict. Open Policy Agent loads while the program is recorded and the libraries are imported.

    Raises InputError for a wrong charter, plan or program, NoDecision when there is no decision.
    """
    source = subject.plan
    with source.coming() if isinstance(source, Recording) else nullcontext(source) as plan:
        from lockgate.policy.decide import Decider

        with Decider(os.environ, folder=policies or subject.policies, say=progress.say, ahead=ahead) as decider:
            charter = subject.charter()
            waivers = subject.waivers()
            from lockgate.policy import judge as client

            client.load()
            recorded = plan()
            document = charter.document() if charter else None
            return decider.decide(recorded, document, now=now, waivers=waivers)


def show(verdict: Verdict, how: Presentation) -> None:
    """Write the verdict where it is wanted; beside a file, people get the summary on standard error."""
    if how.out is None:
        colour = output.wants_colour(how.colour, os.environ)
        text = formats.render(verdict, how.form, colour=colour, verbose=how.verbose, width=output.width())
        output.to_stdout(text)
        return
    output.to_file(formats.render(verdict, how.form, colour=bool(how.colour), verbose=how.verbose), how.out)
    from lockgate.report.summary import summary

    progress.say(f"{summary(verdict)} -> {how.out}")


def status(verdict: Verdict) -> int:
    """The exit status: 0 allowed, 1 denied."""
    return 0 if verdict.decision == "allow" else 1
