"""The steps of a rehearsal with the real engine, through the SDK's Automation API, and what each of them said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation import events

from lockgate.errors import InputError
from lockgate.rehearsal.engine import checkout as checkouts
from lockgate.rehearsal.engine import command

_COLOUR = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
_RAISED = re.compile(r"^\s*[\w.]*(?:Error|Exception|Refused)\b.*", re.MULTILINE)
_LOGGED = re.compile(r"^sdk-v2/\S+: sdk\.helper_schema: |: provider=google-beta@\S+$")
"""What the provider's own log puts around an error."""

_UNCHANGED = frozenset({"same", "read", "refresh"})
_MOST_CHARACTERS = 1500

Say = Callable[[str], None]


@dataclass(frozen=True)
class Complaint:
    """What the engine or the provider says against a resource, or of the program as a whole (``urn`` None)."""

    urn: str | None
    message: str


@dataclass
class Step:
    """One call of the engine."""

    name: str
    seconds: float = 0.0
    done: int = 0
    """Resources that took part."""
    changed: int = 0
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something was said against it."""
        return bool(self.complaints)


def run(
    checkout: Path,
    stack: str,
    environment: Mapping[str, str],
    *,
    say: Say,
    stands: Callable[[], None],
    lifted: Callable[[], None],
) -> list[Step]:
    """``preview``, ``up``, ``refresh`` and ``up`` without changes, protection lifted, ``destroy``.

    What ``up`` could not make is not refreshed, but destroyed all the same. ``stands`` is called once the stack
    stands, ``lifted`` once the engine has lifted what protection it can. Raises InputError when the engine cannot be
    started on the checkout.
    """
    try:
        workspace = automation.LocalWorkspace(
            work_dir=str(checkout), env_vars=dict(environment), pulumi_command=command.Command()
        )
        made = automation.Stack.create_or_select(stack, workspace)
    except (automation.CommandError, OSError) as error:
        raise InputError(f"the engine cannot be started: {_words(str(error))}") from None
    taken: list[Step] = []

    def step(name: str, call: Callable[..., Any], *, changes: bool, **options: Any) -> Step:
        say(name)
        taken.append(_step(name, call, changes=changes, options=options))
        return taken[-1]

    if step("preview", made.preview, changes=True).failed:
        return taken
    built = step("up", made.up, changes=True, continue_on_error=True)
    if not built.failed:
        step("refresh, no changes", made.refresh, changes=False)
        step("up, no changes", made.up, changes=False)
        stands()
    checkouts.unprotect(checkout)
    step("lift protection", made.up, changes=True, continue_on_error=True)
    lifted()
    step("destroy", made.destroy, changes=True, continue_on_error=True)
    return taken


def _step(name: str, call: Callable[..., Any], *, changes: bool, options: Mapping[str, Any]) -> Step:
    """Run one step. Where ``changes`` is false, each change is a complaint: what stands is not what was asked for."""
    step = Step(name)
    seen: set[str] = set()

    def note(event: events.EngineEvent) -> None:
        if (said := event.diagnostic_event) is not None and said.severity == "error":
            step.complaints.append(Complaint(said.urn or None, _words(said.message)))
        for outcome in (event.res_outputs_event, event.resource_pre_event):
            if outcome is not None and outcome.metadata.urn not in seen and outcome.metadata.op not in _UNCHANGED:
                seen.add(outcome.metadata.urn)
                step.changed += 1
                if not changes:
                    step.complaints.append(Complaint(outcome.metadata.urn, _change(outcome.metadata)))
        if (summary := event.summary_event) is not None:
            step.done = sum(summary.resource_changes.values())

    started = time.monotonic()
    try:
        call(on_event=note, **options)
    except automation.CommandError as error:
        if not step.complaints:
            step.complaints.append(Complaint(None, _words(str(error))))
    step.seconds = round(time.monotonic() - started, 2)
    step.complaints = _once(step.complaints)
    return step


def _change(metadata: events.StepEventMetadata) -> str:
    differing = sorted(metadata.detailed_diff or {}) or sorted(metadata.diffs or [])
    named = ", ".join(differing[:8]) or "no property that it names"
    what = getattr(metadata.op, "value", metadata.op)
    return f"{what}: nothing was changed, but the provider sees a difference in {named}"


def _once(complaints: Sequence[Complaint]) -> list[Complaint]:
    """The first for each resource: the provider says it twice, and the engine ends with one more about the stack."""
    first: dict[str | None, Complaint] = {}
    for one in complaints:
        first.setdefault(one.urn, one)
    named = [one for one in first.values() if one.urn is not None and "pulumi:pulumi:Stack" not in one.urn]
    return named or list(first.values())


def _words(text: str) -> str:
    """A message on one line; of a traceback only what was raised."""
    plain = _COLOUR.sub("", text)
    if "Traceback (most recent call last)" in plain:
        plain = plain[max((match.start() for match in _RAISED.finditer(plain)), default=0) :]
    return _LOGGED.sub("", " ".join(plain.split()))[:_MOST_CHARACTERS]
