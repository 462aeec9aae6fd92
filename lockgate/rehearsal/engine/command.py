"""The engine's command for the Automation API, which ends with the rehearsal: nothing of it runs on after Ctrl-C.

The SDK waits for a command that it has started, whatever happens meanwhile, and a plugin is in a process group of its
own, so that neither an exception nor a signal to the group ends them all.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulumi import automation
from pulumi.automation import CommandResult, OnOutput


class Command(automation.PulumiCommand):
    """``pulumi`` on PATH. What interrupts a call of it (KeyboardInterrupt, SystemExit) ends it first."""

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """As the SDK's. Raises CommandError when the command fails."""
        call = super().run
        with ThreadPoolExecutor(1) as thread:
            running = thread.submit(call, args, cwd, additional_env, on_output, on_error)
            try:
                return running.result()
            except (KeyboardInterrupt, SystemExit):
                # The engine's last event is no event, which the SDK says in a warning.
                warnings.filterwarnings("ignore", "Error in event stream", UserWarning)
                _kill(Path(self.command).name)
                raise


def _kill(name: str) -> None:
    """Kill the children of this process that are called so, and all below them.

    The engine would finish what it is at, which may take a minute, for the sake of a state that is thrown away.
    """
    parents = _parents()
    roots = [one for one, (parent, command) in parents.items() if parent == os.getpid() and command == name]
    for one in _below(roots, parents):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def _parents() -> dict[int, tuple[int, str]]:
    """Each running process's parent and the name of its program: from /proc, else from POSIX ``ps``."""
    if Path("/proc/self/stat").exists():  # a small container has no ps
        return dict(_stated())
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True)  # noqa: S607
    lines = (line.split(None, 2) for line in listed.stdout.splitlines())
    return {int(pid): (int(parent), Path(command).name) for pid, parent, command in lines}


def _stated() -> Iterator[tuple[int, tuple[int, str]]]:
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended since
            # "17 (name) S 1 ...": a name may hold brackets and spaces (proc(5))
            named, _, rest = file.read_text(errors="replace").rpartition(")")
            yield int(file.parent.name), (int(rest.split()[1]), named.partition("(")[2])


def _below(roots: list[int], parents: Mapping[int, tuple[int, str]]) -> list[int]:
    """The processes and all that they have started, the eldest first."""
    found = list(roots)
    for one in found:
        found += [pid for pid, (parent, _) in parents.items() if parent == one]
    return found
