"""The Pulumi engine, its language host and its Google Cloud provider on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lockgate.errors import InputError

REMEDY = "Install it with 'lockgate doctor --install-engine', or as https://www.pulumi.com/docs/install/ says."

_VERSION = re.compile(r"v?(\d+\.\d+\.\d+\S*)")
_VERSION_SECONDS = 20


@dataclass(frozen=True)
class Engine:
    """The Pulumi command line program."""

    path: Path
    origin: str
    """How it was found: PATH, or a folder of PULUMI_HOME."""


def find(environment: Mapping[str, str]) -> Engine | None:
    """``pulumi`` on PATH, else where Pulumi's installer and ``doctor --install-engine`` put it."""
    on_path = shutil.which("pulumi", path=environment.get("PATH", ""))
    if on_path:
        return Engine(Path(on_path), "PATH")
    for candidate in _installed(home(environment)):
        if candidate.is_file():
            return Engine(candidate, str(candidate.parent))
    return None


def required(environment: Mapping[str, str]) -> Engine:
    """The engine. Raises InputError with what to install when there is none."""
    engine = find(environment)
    if engine is None:
        raise InputError(f"no Pulumi engine: 'pulumi' is not on PATH. {REMEDY}")
    return engine


def home(environment: Mapping[str, str]) -> Path:
    """``PULUMI_HOME``, or ``~/.pulumi``; it need not exist."""
    if environment.get("PULUMI_HOME"):
        return Path(environment["PULUMI_HOME"])
    return Path(environment.get("HOME") or Path.home()) / ".pulumi"


def language_host(environment: Mapping[str, str], engine: Engine | None) -> Path | None:
    """``pulumi-language-python``, which comes with the engine: on PATH or beside it."""
    found = shutil.which("pulumi-language-python", path=environment.get("PATH", ""))
    if found:
        return Path(found)
    beside = engine.path.resolve().parent / "pulumi-language-python" if engine else None
    return beside if beside and beside.is_file() else None


def provider(environment: Mapping[str, str]) -> Path | None:
    """The newest installed ``pulumi-resource-gcp``, or the one on PATH."""
    plugins = sorted(
        (home(environment) / "plugins").glob("resource-gcp-v*/pulumi-resource-gcp"),
        key=lambda path: _numbers(path.parent.name),
    )
    if plugins:
        return plugins[-1]
    found = shutil.which("pulumi-resource-gcp", path=environment.get("PATH", ""))
    return Path(found) if found else None


def version(command: list[str], environment: Mapping[str, str]) -> str | None:
    """The first version number that a program states, or None when it states none."""
    try:
        done = subprocess.run(
            command,
            env={**environment, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout.decode(errors="replace"))
    return match[1] if match and done.returncode == 0 else None


def _installed(folder: Path) -> Iterator[Path]:
    yield folder / "bin" / "pulumi"
    releases = (folder / "versions").glob("*/bin/pulumi")
    yield from sorted(releases, key=lambda path: _numbers(path.parent.parent.name), reverse=True)


def _numbers(name: str) -> list[int]:
    """A version's numbers, so that 3.10 comes after 3.9."""
    return [int(part) for part in re.findall(r"\d+", name)]
