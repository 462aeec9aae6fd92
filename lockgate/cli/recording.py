"""Recording a program while the caller does something else."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockgate.cli import progress
from lockgate.errors import InputError
from lockgate.plan import project as projects

if TYPE_CHECKING:
    from lockgate.plan.model import Plan
    from lockgate.plan.program import RecordingProcess
    from lockgate.plan.project import Project

KILL_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class How:
    """How a program is to be recorded."""

    config: Mapping[str, str]
    """Configuration beside the stack's file, by key."""
    answers: Mapping[str, Mapping[str, Any]]
    """What invokes return, by token."""
    timeout_seconds: float


class Recording:
    """A program to record; ``coming`` starts it."""

    def __init__(self, folder: Path, stack: str | None, how: How) -> None:
        """Raises InputError when the folder holds no Pulumi Python project."""
        self._project = projects.find(folder)
        self._stack = stack or projects.default_stack(self._project)
        self._how = how
        self._process: RecordingProcess | None = None
        self._unwanted = False
        self._plan: Plan | None = None
        self._error: BaseException | None = None

    @contextlib.contextmanager
    def coming(self) -> Iterator[Callable[[], Plan]]:
        """Record in the background; what is yielded waits for the plan. Leaving ends a recording still under way."""
        thread = threading.Thread(target=self._make, name="lockgate-record", daemon=True)
        thread.start()

        def plan() -> Plan:
            with progress.step(f"recording {self._project.name}, stack {self._stack}"):
                thread.join()
            if self._plan is None:
                assert self._error is not None  # noqa: S101 - the thread left one of the two
                raise self._error
            return self._plan

        try:
            yield plan
        finally:
            self._unwanted = True
            while thread.is_alive():
                # Again, since the process may be one that the thread was about to start.
                if self._process is not None:
                    self._process.kill()
                thread.join(KILL_AGAIN_SECONDS)

    def _make(self) -> None:
        from lockgate.plan.program import record_project

        try:
            self._plan = record_project(
                self._project,
                self._stack,
                note=lambda words: progress.say(f"note: {words}"),
                given=self._how.config,
                answers=self._how.answers,
                timeout_seconds=self._how.timeout_seconds,
                worker=self._start,
            )
        except BaseException as error:  # noqa: BLE001 - raised again where the plan is asked for
            self._error = error

    def _start(self, project: Project) -> RecordingProcess:
        from lockgate.plan.program import RecordingProcess

        if self._unwanted:
            raise InputError(f"{project.where}: the recording was given up.")
        self._process = RecordingProcess(project)
        return self._process


def config_values(pairs: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` pairs as a mapping. Raises InputError for one without '='."""
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--config {pair}: expected KEY=VALUE, such as gcp:project=example-project.")
        values[key] = value
    return values


def invoke_answers(file: Path | None) -> dict[str, dict[str, Any]]:
    """Results of invokes from a JSON file, ``{token: {result}}``. Raises InputError when it is another document."""
    if file is None:
        return {}
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Name the file of --answers.") from None
    except ValueError as error:
        raise InputError(f"{file}: not JSON: {error}. Expected {{token: {{result}}}}.") from None
    if not isinstance(document, dict) or not all(isinstance(result, dict) for result in document.values()):
        raise InputError(f"{file}: expected {{token: {{result}}}}, with an object for each token.")
    return document
