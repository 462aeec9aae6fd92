"""Record a program again and again, with the SDK loaded once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from lockgate.errors import InputError
from lockgate.plan.model import Plan
from lockgate.plan.program import TIMEOUT_SECONDS, RecordingProcess, record_project
from lockgate.plan.project import Project


class WarmRecorder:
    """Keeps one worker between recordings. The program itself is run anew, in a fork, each time."""

    def __init__(
        self,
        project: Project,
        stack: str,
        *,
        note: Callable[[str], None],
        given: Mapping[str, str] | None = None,
        answers: Mapping[str, Mapping[str, Any]] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """The arguments are those of ``record_project``."""
        self._project = project
        self._stack = stack
        self._note = note
        self._given = given
        self._answers = answers
        self._timeout_seconds = timeout_seconds
        self._process: RecordingProcess | None = None

    def __enter__(self) -> WarmRecorder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def record(self) -> Plan:
        """The plan of the program as it is now. Raises InputError as ``record_project`` does."""
        try:
            return record_project(
                self._project,
                self._stack,
                note=self._note,
                given=self._given,
                answers=self._answers,
                timeout_seconds=self._timeout_seconds,
                worker=lambda _: contextlib.nullcontext(self._running()),
            )
        except InputError:
            # It may be busy with a program that loops: the next recording starts a new one.
            self._end()
            raise

    def interrupt(self) -> None:
        """End a recording that is under way, from another thread; its caller gets an InputError."""
        process = self._process
        if process is not None:
            process.kill()

    def _running(self) -> RecordingProcess:
        if self._process is None:
            self._process = RecordingProcess(self._project)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.__exit__(None, None, None)
            self._process = None
