"""Record a Pulumi Python program in a process of its own, and turn what goes wrong into a clear error."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from lockgate.errors import InputError
from lockgate.plan.answers import known_answers
from lockgate.plan.model import Plan
from lockgate.plan.project import Config, Project, configuration, environment

WORKER = Path(__file__).with_name("worker.py")
TIMEOUT_SECONDS = 120.0
MAX_UNKNOWN_KEYS = 50


class RecordingProcess:
    """A worker, which records one program after another with the SDK loaded. Leave the context to end it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._answers, answer_to = os.pipe()
        self._received = b""
        try:
            self._process = subprocess.Popen(
                [str(project.interpreter), "-X", "utf8", str(WORKER), str(answer_to)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[answer_to],
                cwd=project.root,
                # Ctrl-C is for us: we end the worker, and whatever program it is running.
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._answers)
            raise InputError(
                f"{project.interpreter}: cannot be run: {error.strerror}. Make the program's virtual environment again."
            ) from None
        finally:
            os.close(answer_to)

    def __enter__(self) -> RecordingProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._process.communicate()
        os.close(self._answers)

    def kill(self) -> None:
        """End the process, from any thread; a caller who waits in ``answer`` gets its InputError."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def ask(self, stack: str, config: Config, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """Start a recording; what comes of it is had from ``answer``."""
        request = {
            "program": str(self._project.program),
            "root": str(self._project.root),
            "project": self._project.name,
            "stack": stack,
            "answers": answers,
            "environment": environment(config),
        }
        assert self._process.stdin is not None  # noqa: S101 (a pipe, see __init__)
        # A worker that died before it could read is noticed, with its status, by ``answer``.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def answer(self, timeout_seconds: float) -> dict[str, Any]:
        """What the worker answers. Raises InputError when it does not in time, or ends; then it is of no more use."""
        deadline = time.monotonic() + timeout_seconds
        while b"\n" not in self._received:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise InputError(
                    f"{self._project.where}: not recorded after {timeout_seconds:g} s. Does the program loop, or wait "
                    "for something outside? Give it more time with --timeout."
                )
            chunk = os.read(self._answers, 1 << 20)
            if not chunk:
                raise InputError(
                    f"{self._project.interpreter}: ended with status {self._process.wait()} before it could record "
                    "anything. Make the program's virtual environment again."
                )
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


def record_project(
    project: Project,
    stack: str,
    *,
    note: Callable[[str], None],
    given: Mapping[str, str] | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    worker: Callable[[Project], AbstractContextManager[RecordingProcess]] = RecordingProcess,
) -> Plan:
    """The plan of a project's program for a stack.

    ``given`` is configuration beside the stack's file, ``answers`` what invokes return, by token. ``worker`` opens the
    process for one recording. A configuration key that the program requires and nobody set counts as unknown: the
    program is recorded again so, and ``note`` is told. Raises InputError with the cause when there is no plan.
    """
    config = configuration(project, stack, dict(given or {}))
    everything = {**known_answers(config.values), **(answers or {})}
    for _ in range(MAX_UNKNOWN_KEYS):
        with worker(project) as process:
            process.ask(stack, config, everything)
            answer = process.answer(timeout_seconds)
        if "plan" in answer:
            return msgspec.convert(answer["plan"], Plan)
        key = answer["problem"]
        if answer["kind"] != "config" or key in config.values:
            raise InputError(_explain(project.where, answer))
        note(f"configuration {key} is not set and counts as unknown; set it with --config {key}=VALUE")
        config = config.unknown(key)
    raise InputError(
        f"{project.where}: over {MAX_UNKNOWN_KEYS} configuration keys are not set. Set them with --config."
    )


def _explain(where: str, answer: dict[str, Any]) -> str:
    problem = str(answer["problem"])[:400]
    at = answer["at"] or where
    messages = {
        "sdk": f"{where}: the Pulumi SDK cannot be loaded: {problem}. Install the program's requirements.",
        "invoke": (
            f"{where}: the program calls {problem}, which only the cloud can answer. "
            "Give its result in a JSON file, {token: {result}}, with --answers FILE."
        ),
        "urn": f"{where}: two resources have the URN {problem}. Give each a name of its own.",
        "config": f"{where}: the program needs configuration {problem}. Set it with --config {problem}=VALUE.",
        "exit": f"{at}: the program exits (status {problem}) before its end, so its plan is cut off. Remove the exit.",
        "died": (
            f"{where}: the program ended its process ({problem}) before its plan was complete. "
            "Remove the early exit, or the call that crashes the interpreter."
        ),
        "raised": f"{at}: the program raises {problem}",
    }
    return messages[answer["kind"]]
