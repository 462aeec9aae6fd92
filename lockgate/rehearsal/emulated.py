"""The emulator of a rehearsal: one of its own, in a process that ends with it, or one that already runs."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from lockgate.errors import NoDecision

START_SECONDS = 30.0
END_SECONDS = 3.0


class Emulator:
    """A process with an emulator on a free loopback port. Use it as a context manager; entering returns at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "emulator", "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._said, stdin=subprocess.DEVNULL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if self._said is not None:
            self._said.close()

    async def address(self) -> str:
        """Where it listens; waits until it does. Raises NoDecision when it does not come up."""
        return await asyncio.to_thread(self._address)

    def _address(self) -> str:
        process = self._process
        assert process is not None  # noqa: S101 - entered
        assert process.stdout is not None  # noqa: S101 - a pipe
        timer = threading.Timer(START_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        line = process.stdout.readline().decode().strip()
        timer.cancel()
        if not line.startswith("http://"):
            raise NoDecision(f"the emulator did not start: {self._last_words() or 'it says nothing'}")
        return line

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            assert self._said is not None  # noqa: S101
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").split("\n")
            return next((line for line in reversed(lines) if line.strip()), "")
        return ""


class Running:
    """An emulator that somebody else started and ends."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def address(self) -> str:
        """Its address, as it was given."""
        return self._url


@contextlib.contextmanager
def emulator(url: str | None) -> Iterator[Emulator | Running]:
    """The emulator at ``url``, or one of our own that starts at once and ends with the block."""
    if url is not None:
        yield Running(url)
        return
    with Emulator() as own:
        yield own
