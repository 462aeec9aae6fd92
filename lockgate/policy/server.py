"""An OPA server of our own on the loopback interface, for as long as a decision needs it."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path

from lockgate.errors import NoDecision
from lockgate.policy import keeper

_HERE = Path(__file__).resolve().parent
_PROOF = "/v1/data/system/authz/proof"
_ATTEMPTS = 3
_READY_SECONDS = 15.0
_POLL_SECONDS = 0.004
_STOP_SECONDS = 4.0


class Server:
    """One OPA process that serves one bundle; ``start`` does not wait, ``wait_ready`` does.

    Between OPA and us stands a keeper process: OPA ends with us, however we end, and the terminal's
    Ctrl-C reaches us first.
    """

    def __init__(self, executable: Path, bundle: bytes) -> None:
        self._executable = executable
        self._bundle = bundle
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._attempts = 0
        self.token = ""
        self.port = 0
        reference = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _let_go(reference()))

    def start(self) -> None:
        """Start OPA and return at once. Raises NoDecision when no process can be started."""
        self._attempts += 1
        self._owner = os.getpid()
        self.token = secrets.token_hex(32)
        self.port = _free_port()
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix=keeper.FOLDER)
            folder = Path(self._folder.name)
            (folder / "bundle.tar.gz").write_bytes(self._bundle)
            with (folder / "log").open("wb") as log:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(_HERE / "keeper.py"), str(self._executable), *self._arguments()],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=folder,
                    env={"LOCKGATE_OPA_TOKEN": self.token, "GOGC": "1000"},
                    start_new_session=True,
                )
        except OSError as error:
            self.stop()
            raise NoDecision(
                f"Open Policy Agent cannot be started: {error.strerror or error}. Run 'lockgate doctor'."
            ) from None

    def _arguments(self) -> list[str]:
        return [
            *("run", "--server", "--addr", f"127.0.0.1:{self.port}", "--skip-version-check", "--log-level", "error"),
            *("--authentication", "token", "--authorization", "basic", "--shutdown-grace-period", "1"),
            *("--bundle", "bundle.tar.gz", str(_HERE / "authz")),
        ]

    def wait_ready(self) -> None:
        """Return when our own OPA answers. Raises NoDecision, with OPA's own words, when it does not.

        A port that somebody took meanwhile is given up for another, and whoever answers there is not asked.
        """
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if not self.alive():
                if "address already in use" in self.log() and self._attempts < _ATTEMPTS:
                    self.stop()
                    self.start()
                    continue
                raise NoDecision(f"Open Policy Agent ended before it was ready: {self.log() or 'it gave no reason'}.")
            if self.proves_itself():
                return
            time.sleep(_POLL_SECONDS)
        raise NoDecision(
            f"Open Policy Agent was not ready within {_READY_SECONDS:g} s: {self.log() or 'no reason given'}."
        )

    def alive(self) -> bool:
        """Whether our own OPA process runs."""
        if self._keeper is None:
            return False
        if self._owner == os.getpid():
            return self._keeper.poll() is None
        try:
            os.kill(self._keeper.pid, 0)  # a forked child may ask the server, but it is not the keeper's parent
        except ProcessLookupError:
            return False
        return True

    def runs(self, executable: Path, bundle: bytes) -> bool:
        """Whether this server is the given program with the given bundle."""
        return (self._executable, self._bundle) == (executable, bundle)

    def ended(self, seconds: float) -> bool:
        """Whether our own OPA process ends within ``seconds``."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def log(self) -> str:
        """What OPA wrote to its log, shortened to a line."""
        if self._folder is None:
            return ""
        try:
            raw = (Path(self._folder.name) / "log").read_bytes()
        except OSError:
            return ""
        return " ".join(raw.decode(errors="replace").split())[-400:].replace(self.token, "…") if raw else ""

    def stop(self) -> None:
        """End OPA and remove what it was given. Safe to call twice, and in a forked child, which owns nothing."""
        keeper, self._keeper = self._keeper, None
        if self._owner not in {0, os.getpid()}:
            self._folder = None
            return
        if keeper is not None:
            _end(keeper)
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def proves_itself(self) -> bool:
        """Whether who listens on the port knows our token. It is asked without being told it."""
        import http.client

        challenge = secrets.token_hex(16)
        wanted = hmac.digest(self.token.encode(), challenge.encode(), "sha256").hex()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("POST", _PROOF, json.dumps({"input": {"challenge": challenge}}))
            given = json.loads(connection.getresponse().read(4096))["result"]
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return False
        finally:
            connection.close()
        return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _let_go(server: Server | None) -> None:
    """In a forked child: close the keeper's pipe, so that OPA ends with the parent and not with the child."""
    keeper = server and server._keeper
    if keeper and keeper.stdin is not None:
        keeper.stdin.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _end(keeper: subprocess.Popen[bytes]) -> None:
    """Close the keeper's input, which ends OPA; where the keeper itself was killed, end OPA by its id."""
    assert keeper.stdin is not None  # noqa: S101 - both are pipes, see start
    assert keeper.stdout is not None  # noqa: S101
    orphan = _stated_id(keeper) if keeper.poll() is not None and keeper.returncode < 0 else None
    with contextlib.suppress(BrokenPipeError):
        keeper.stdin.close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        orphan = _stated_id(keeper)
        keeper.kill()
        keeper.wait()
    keeper.stdout.close()
    if orphan is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(orphan, signal.SIGKILL)


def _stated_id(keeper: subprocess.Popen[bytes]) -> int | None:
    assert keeper.stdout is not None  # noqa: S101 - a pipe, see start
    if not select.select([keeper.stdout], [], [], 0)[0]:
        return None
    line = keeper.stdout.readline().strip()
    return int(line) if line.isdigit() else None
