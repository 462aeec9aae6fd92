"""Getting Open Policy Agent where there is none: the official release, verified, or a build from source."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import platform
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lockgate.policy.opa import PINNED

SOURCE, RELEASE = PINNED
RELEASE_SHA256 = {
    "opa_linux_amd64_static": "5eef70644868bb04d0556bcc795ee42f2ab379e73f51d1bfa30f83e1305bc9b9",
    "opa_linux_arm64_static": "0ec34027c15b4d969c21d01ed570fe14fbebd508a08157043ab09f9a0dccbee6",
    "opa_darwin_amd64": "0ceb96979d259b3ee31711a6b316a592b8ffcfdd4209cc37600ed85a6cd4a55c",
    "opa_darwin_arm64": "f1e4da6467a2adb2846bb23eec6ea00d8c3a04786f9270bb11003d22dfd827a5",
}
"""SHA-256 of the official files. Each was read, the same, in at least three public repositories that pin
this release by checksum (November 2026); newer releases had no four that could be confirmed so."""

# SOURCE is built with ``go install``, whose checksum database vouches for it.
SOURCE_GO = (1, 26)
"""Oldest Go that builds SOURCE: the ``go`` line of its go.mod."""

_URL = "https://github.com/open-policy-agent/opa/releases/download/v{version}/{asset}"
_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_MOST_BYTES = 200 * 1024 * 1024
_BUILD_SECONDS = 1800
_CHUNK = 1 << 18


def get(
    folder: Path, env: Mapping[str, str], tried: list[str], *, say: Callable[[str], None]
) -> tuple[Path | None, str]:
    """A verified ``opa`` under ``folder``, and where it came from; ``(None, "")`` when none can be had.

    Why a way did not work is added to ``tried``. Two processes at once each get a whole file: it is made
    beside its place and renamed.
    """
    for way in (_release, _go_install):
        try:
            built = way(folder, env, say)
        except _NotHadError as reason:
            tried.append(str(reason))
        except OSError as error:
            tried.append(f"{folder}: {error.strerror or error}")
        else:
            return built
    return None, ""


class _NotHadError(Exception):
    """Why one way of getting OPA did not work, in a clause."""


def asset_name(system: str, machine: str) -> str | None:
    """The official file for an operating system and processor, as ``platform`` names them."""
    processor = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(machine.lower())
    name = f"opa_{system.lower()}_{processor}"
    return next((asset for asset in (f"{name}_static", name) if asset in RELEASE_SHA256), None)


def _release(folder: Path, env: Mapping[str, str], say: Callable[[str], None]) -> tuple[Path, str]:
    del env
    asset = asset_name(platform.system(), platform.machine())
    if asset is None:
        raise _NotHadError(f"there is no pinned release for {platform.system()} on {platform.machine()}")
    say(f"Getting Open Policy Agent {RELEASE} for this machine (about 60 MB, once).")
    url = _URL.format(version=RELEASE, asset=asset)
    with _beside(folder / RELEASE) as place:
        fresh = place / "opa"
        _download(url, fresh, RELEASE_SHA256[asset])
        fresh.chmod(0o755)
        return _moved(fresh, folder / RELEASE / "opa"), "release"


def _download(url: str, to: Path, sha256: str) -> None:
    """Fetch ``url`` and keep it only when its SHA-256 is the pinned one."""
    digest = hashlib.sha256()
    opener = urllib.request.build_opener(_QuickConnect)
    size = 0
    try:
        with opener.open(url, timeout=_READ_SECONDS) as response, to.open("wb") as stream:
            while chunk := response.read(_CHUNK):
                size += len(chunk)
                if size > _MOST_BYTES:
                    raise _NotHadError(f"{url} is larger than any release of OPA")
                digest.update(chunk)
                stream.write(chunk)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as error:
        raise _NotHadError(f"the release cannot be downloaded ({_reason(error)})") from None
    if digest.hexdigest() != sha256:
        raise _NotHadError(f"{url} has SHA-256 {digest.hexdigest()}, expected {sha256}: it was not kept")


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)


class _QuickConnection(http.client.HTTPSConnection):
    """A connection that gives up connecting long before it gives up reading."""

    def connect(self) -> None:
        patience, self.timeout = self.timeout, _CONNECT_SECONDS
        super().connect()
        sock: socket.socket | None = self.sock
        if sock is not None:
            sock.settimeout(patience)


class _QuickConnect(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_QuickConnection, req)


def _go_install(folder: Path, env: Mapping[str, str], say: Callable[[str], None]) -> tuple[Path, str]:
    go = shutil.which("go", path=env.get("PATH", ""))
    wanted = ".".join(map(str, SOURCE_GO))
    if go is None:
        raise _NotHadError(f"there is no go on PATH to build it with ({wanted} or newer)")
    version = _go_version(go, env)
    if version < SOURCE_GO:
        found = ".".join(map(str, version)) if version > (0, 0) else "of no known version"
        raise _NotHadError(f"{go} is {found}, but building OPA {SOURCE} needs {wanted} or newer")
    say(f"Building Open Policy Agent {SOURCE} with {go}: about three minutes on two cores, once.")
    with _beside(folder / SOURCE) as place:
        command = [go, "install", f"github.com/open-policy-agent/opa@v{SOURCE}"]
        # The checksum database and the module proxy stay as the user has them; only the target is ours.
        ours = {"GOBIN": str(place), "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
        environment = {key: value for key, value in env.items() if key not in {"GOOS", "GOARCH"}} | ours
        try:
            done = subprocess.run(
                command, cwd=place, env=environment, capture_output=True, timeout=_BUILD_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise _NotHadError(f"'go install' did not end within {_BUILD_SECONDS // 60} minutes") from None
        if done.returncode != 0 or not (place / "opa").is_file():
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise _NotHadError(f"'go install' failed: {lines[-1][:200]}")
        return _moved(place / "opa", folder / SOURCE / "opa"), "go install"


def _go_version(go: str, env: Mapping[str, str]) -> tuple[int, int]:
    environment = {**env, "GOTOOLCHAIN": "local"}
    try:
        done = subprocess.run([go, "version"], env=environment, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.search(rb"\bgo(\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder to work in that a rename can leave, and that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".get-", dir=folder) as name:
        yield Path(name)


def _moved(fresh: Path, place: Path) -> Path:
    return fresh.replace(place)
