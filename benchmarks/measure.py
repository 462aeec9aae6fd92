"""Timing whole processes, in turn, so that what slows the machine down slows all of them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str]


@dataclass(frozen=True)
class Times:
    """Seconds of several runs of one command."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:6.2f} s  ({min(self.seconds):.2f} to {max(self.seconds):.2f})"


def in_turn(
    commands: Mapping[str, Command],
    *,
    runs: int,
    cwd: Path,
    accepted: Sequence[int] = (0, 1),
    environment: Mapping[str, str] | None = None,
) -> dict[str, Times]:
    """Run the commands one after another, ``runs`` times after a run that does not count; the times of each.

    Raises RuntimeError with its standard error when a command ends with a status that is not accepted.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(runs + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
            seconds = time.perf_counter() - started
            if done.returncode not in accepted:
                raise RuntimeError(f"{name}: status {done.returncode}: {done.stderr.decode()[-400:]}")
            if round_:
                taken[name].append(seconds)
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs ``code`` in a new interpreter."""
    return [sys.executable, "-c", code, *arguments]


def lockgate(*arguments: str) -> list[str]:
    """A command that runs the tool."""
    return [sys.executable, "-m", "lockgate.cli.main", *arguments]
