"""Finding Open Policy Agent: a server at ``OPA_URL``, ``opa`` on ``PATH``, a cached build, or a new one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lockgate.errors import InputError, NoDecision
from lockgate.policy import cache

MINIMUM = (1, 4, 0)
"""Oldest OPA accepted. Before 1.4.0 a caller could inject Rego through the path of the Data API (CVE-2025-46569)."""

PINNED = ("1.22.2", "1.21.0")
"""What ``lockgate.policy.acquire`` gets: the one that is built from source, and the official release."""

_VERSION = re.compile(rb"^Version: *v?(\d+)\.(\d+)\.(\d+)", re.MULTILINE)
_VERSION_SECONDS = 20


@dataclass(frozen=True)
class Remote:
    """An OPA server that somebody else runs; it is only asked, never written to."""

    scheme: str
    host: str
    port: int
    token: str | None
    ca: str | None
    """PEM file with the certificate authority of the server, where the system's do not know it."""

    def __repr__(self) -> str:
        return f"Remote({self.url})"

    @property
    def url(self) -> str:
        """The server's address, as a message may show it: without the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True)
class Opa:
    """Where decisions come from: a program to run (``path``) or a server to ask (``remote``), never both."""

    path: Path | None
    remote: Remote | None
    version: str | None
    """``1.22.2``; None for a server that was not asked yet."""
    origin: str
    """How it was found, for ``lockgate doctor``: OPA_URL, PATH, cache, release or go install."""


def find(env: Mapping[str, str], *, say: Callable[[str], None], get: bool = True) -> Opa:
    """The OPA to decide with. ``say`` gets one line before each step that takes long.

    With ``get=False`` nothing is downloaded or built. Raises InputError when ``OPA_URL`` is not the
    address of a server, NoDecision with the remedy when no OPA can be had.
    """
    if url := env.get("OPA_URL", "").strip():
        remote = parse_url(url, token=env.get("OPA_TOKEN") or None, ca=env.get("OPA_CA") or None)
        return Opa(None, remote, None, "OPA_URL")
    tried: list[str] = []
    if found := shutil.which("opa", path=env.get("PATH", "")):
        found = str(Path(found).absolute())
        version = version_of(Path(found))
        if version is None:
            tried.append(f"{found} does not answer 'opa version'")
        elif version < MINIMUM:
            tried.append(f"{found} is {_dotted(version)}, but {_dotted(MINIMUM)} is the oldest accepted")
        else:
            return Opa(Path(found), None, _dotted(version), "PATH")
    folder = cache.folder(env) / "opa"
    for pinned in PINNED:
        built = folder / pinned / "opa"
        if built.is_file() and (version := version_of(built)) is not None:
            return Opa(built, None, _dotted(version), "cache")
    if get:
        from lockgate.policy import acquire

        fresh, origin = acquire.get(folder, env, tried, say=say)
        if fresh is not None and (version := version_of(fresh)) is not None:
            return Opa(fresh, None, _dotted(version), origin)
    reasons = "; ".join(tried) or "opa is not on PATH and no build is cached"
    raise NoDecision(
        f"no Open Policy Agent: {reasons}.\nInstall opa {_dotted(MINIMUM)} or newer on PATH "
        f"(https://www.openpolicyagent.org/docs/#1-download-opa), or set OPA_URL to a server."
    )


def at_hand(env: Mapping[str, str]) -> Path | None:
    """The program that ``find`` would most likely choose, without running anything; None where that is no program."""
    if env.get("OPA_URL", "").strip():
        return None
    if found := shutil.which("opa", path=env.get("PATH", "")):
        return Path(found).absolute()
    built = (cache.folder(env) / "opa" / pinned / "opa" for pinned in PINNED)
    return next((program for program in built if program.is_file()), None)


def version_of(executable: Path) -> tuple[int, int, int] | None:
    """The version that the program states, or None when it states none."""
    try:
        done = subprocess.run(
            [str(executable), "version"], env={}, capture_output=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def accepted(version: str) -> bool:
    """Whether a server that states this version is new enough."""
    match = _VERSION.search(b"Version: " + version.encode())
    return match is not None and (int(match[1]), int(match[2]), int(match[3])) >= MINIMUM


def parse_url(url: str, *, token: str | None, ca: str | None) -> Remote:
    """The server at ``OPA_URL``. Raises InputError when it is not ``http(s)://host[:port]``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError("OPA_URL is not an address: expected http(s)://host[:port].") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.path.strip("/"):
        raise InputError(
            "OPA_URL is not an address of a server: expected http(s)://host[:port], without user or path; "
            "a token goes in OPA_TOKEN."
        )
    if parts.scheme == "http" and token and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise InputError("OPA_TOKEN is set but OPA_URL is http: the token would travel unprotected. Use https.")
    if ca is not None and not Path(ca).is_file():
        raise InputError(f"OPA_CA: {ca} is not a file. Name the PEM file of the server's certificate authority.")
    return Remote(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 8181), token, ca)


def _dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
