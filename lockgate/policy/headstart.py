"""A head start: OPA loads what the last run served while this run still reads its own arguments.

It is a guess. The server is handed over only where program and bundle turn out to be, byte for byte, what
this run decides by; otherwise it is ended and another one started.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from lockgate.errors import LockgateError
from lockgate.policy import cache, opa
from lockgate.policy.server import Server

_NAME = "last-served.tar.gz"


class HeadStart:
    """A server that was started on a guess, until it is taken or ended."""

    def __init__(self, server: Server | None = None) -> None:
        self._server = server

    def take(self, executable: Path, bundle: bytes) -> Server | None:
        """The server, if it is this program with this bundle; else None, and it is ended."""
        server, self._server = self._server, None
        if server is None or server.runs(executable, bundle):
            return server
        server.stop()
        return None

    def end(self) -> None:
        """End the server, if nobody took it."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()


def begin(env: Mapping[str, str]) -> HeadStart:
    """Start the OPA that is at hand on the bundle that was served last; nothing where either is missing."""
    executable = opa.at_hand(env)
    if executable is None:
        return HeadStart()
    try:
        server = Server(executable, (cache.folder(env) / _NAME).read_bytes())
        server.start()
    except (OSError, LockgateError):
        return HeadStart()  # the run itself says what is wrong, if it still is
    return HeadStart(server)


def remember(env: Mapping[str, str], bundle: bytes) -> None:
    """Keep the bundle for the next run's head start. A full or read-only disk costs that run its head start."""
    file = cache.folder(env) / _NAME
    with contextlib.suppress(OSError):
        if not file.is_file() or file.read_bytes() != bundle:
            cache.write(file, bundle)
