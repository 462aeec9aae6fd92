"""From the options of a call to what it asks for; a call that asks for two things is refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lockgate.cli import check, engine, recording, up
from lockgate.cli import checkout as checkouts
from lockgate.cli import subject as subjects
from lockgate.cli.recording import How
from lockgate.cli.subject import Subject
from lockgate.errors import InputError


@dataclass(frozen=True)
class Source:
    """What the options of a call name as the source of the plan; None where an option was not given."""

    stack: str | None = None
    plan: Path | None = None
    program: Path | None = None
    charter: Path | None = None
    program_stack: str | None = None


def how(config: Sequence[str], answers: Path | None, timeout_seconds: float) -> How:
    """How to record. Raises InputError when --config or --answers is not of its form."""
    return How(recording.config_values(config), recording.invoke_answers(answers), timeout_seconds)


def subject(source: Source, how: How) -> Subject:
    """What 'check' is to judge. Raises InputError, with the call that was meant, unless exactly one source is given."""
    options = (("STACK", source.stack), ("--plan", source.plan), ("--program", source.program))
    given = [words for words, value in options if value is not None]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} are given, expected one of them. Judge them one after the other.")
    if not given:
        raise InputError(
            "nothing to judge: give STACK, --plan FILE with --charter FILE, or --program DIR. "
            "For example: lockgate check claims-triage"
        )
    if source.plan is None:
        return program_subject(source, how)
    if source.program_stack is not None or how.config or how.answers:
        raise InputError(
            "--stack, --config and --answers are for recording; a saved plan was recorded. Leave them out."
        )
    if source.charter is None:
        raise InputError("--plan is given without a charter to judge it against. Add --charter FILE.")
    _readable(source.plan, "--plan")
    _readable(source.charter, "--charter")
    return subjects.of_file(source.plan, source.charter)


def program_subject(source: Source, how: How) -> Subject:
    """The program of STACK or of --program. Raises InputError unless exactly one of them is given."""
    if source.stack is not None and source.program is not None:
        raise InputError("STACK and --program are given, expected one of them. Leave one out.")
    if source.stack is not None:
        if source.charter is not None:
            raise InputError("a stack has its own charter, stacks/STACK/charter.yaml. Leave --charter out.")
        if source.program_stack is not None:
            raise InputError("--stack is for --program; STACK already names the stack. Leave --stack out.")
        return subjects.of_stack(source.stack, Path.cwd(), how)
    if source.program is None:
        raise InputError("no program: give STACK or --program DIR. For example: lockgate plan claims-triage")
    if source.charter is not None:
        _readable(source.charter, "--charter")
    return subjects.of_program(source.program, source.program_stack, source.charter, how)


TIMEOUT_SECONDS = 120.0


def recorded(source: Source, how: How) -> str:
    """The plan that a program would register, as JSON. Raises InputError when there is none."""
    from lockgate.plan.model import encode

    program = program_subject(source, how).plan
    assert isinstance(program, recording.Recording)  # noqa: S101 - of a program, not of a file
    with program.coming() as plan:
        return encode(plan()).decode()


def deploy(stack: str, *, yes: bool, policies: Path | None, now: datetime, shown: check.Presentation) -> int:
    """``lockgate up``: exit status 0 deployed, 1 denied. Raises InputError when there is no engine, or it fails."""
    start = Path.cwd()
    checkout = checkouts.around(start)
    checkouts.require_stack(checkout, stack)
    pulumi = engine.required(os.environ)
    charter = checkout.stacks / stack / "charter.yaml"

    def allowed(subject: Subject) -> bool:
        verdict = check.judge(subject, policies=policies or checkout.policies, now=now)
        check.show(verdict, shown)
        return verdict.decision == "allow"

    def decide(preview: Path) -> bool:
        return allowed(subjects.of_file(preview, charter, checkout.root))

    def refused() -> bool:
        how = How({}, {}, TIMEOUT_SECONDS)
        verdict = check.judge(subjects.of_stack(stack, start, how), policies=policies, now=now)
        if verdict.decision == "deny":
            check.show(verdict, shown)
        return verdict.decision == "deny"

    done = up.up(pulumi, checkout.root, stack, os.environ, decide=decide, refused=refused, yes=yes)
    return 0 if done else 1


def engine_checkout(stack: str | None) -> Path:
    """The root of the checkout whose program the engine is to run. Raises InputError without a stack or an engine."""
    if stack is None:
        raise InputError("--engine runs a stack's program: give STACK. A saved plan is rehearsed without it.")
    engine.required(os.environ)
    return checkouts.around(Path.cwd()).root


def _readable(file: Path, option: str) -> None:
    """Refuse a file that is not there before anything is started for it."""
    if file.is_dir():
        raise InputError(f"{option} {file}: is a folder, expected a file.")
    if not file.exists():
        raise InputError(f"{option} {file}: there is no such file. Check the path.")
