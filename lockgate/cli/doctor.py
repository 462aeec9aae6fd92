"""What Lockgate stands on: each tool, its version, where it is, and what to do when it is missing."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import engine as engines
from lockgate.errors import InputError, LockgateError, NoDecision

if TYPE_CHECKING:
    from lockgate.policy.opa import Remote

PYTHON = (3, 11)


@dataclass(frozen=True)
class Tool:
    """One tool as it was found, or not."""

    name: str
    serves: str
    """What needs it."""
    version: str | None
    """None where it was not found or cannot be used."""
    where: str
    remedy: str
    needed: bool
    """Whether 'lockgate check' cannot work without it."""


def examine(environment: Mapping[str, str]) -> list[Tool]:
    """Look for every tool. Nothing is downloaded, built or changed."""
    engine = engines.find(environment)
    return [
        _python(),
        _package("pulumi", "recording a plan"),
        _package("pulumi_gcp", "recording a plan"),
        _opa(environment),
        _engine(environment, engine),
        _language_host(environment, engine),
        _provider(environment),
        _go(environment),
    ]


def can_check(tools: list[Tool]) -> bool:
    """Whether 'lockgate check' has all that it needs."""
    return all(tool.version for tool in tools if tool.needed)


def render(tools: list[Tool]) -> str:
    """The tools as a table, the remedy below each one that is missing, and the conclusion last."""
    lines = [f"{'TOOL':<25}{'VERSION':<12}WHERE"]
    for tool in tools:
        lines.append(f"{tool.name:<25}{tool.version or 'MISSING':<12}{tool.where}".rstrip())
        if not tool.version:
            words = f"needed for {tool.serves}. {tool.remedy}"
            lines += textwrap.wrap(
                words,
                80,
                initial_indent="    ",
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
    lacking = [tool.name for tool in tools if tool.needed and not tool.version]
    lines += ["", f"'lockgate check' lacks {', '.join(lacking)}." if lacking else "'lockgate check' has all it needs."]
    return "\n".join(lines) + "\n"


def install_engine(say: Callable[[str], None]) -> Path:
    """Install the Pulumi engine of the SDK's version, with the SDK's own installer. Returns the program.

    Raises InputError with the installer's reason when it fails.
    """
    import subprocess

    from pulumi.automation import PulumiCommand

    release = metadata.version("pulumi")
    folder = Path.home() / ".pulumi" / "versions" / release
    say(f"Installing Pulumi {release} with the SDK's own installer into {folder} (about 150 MB, once).")
    try:
        command = PulumiCommand.install()
    except subprocess.CalledProcessError as error:
        output = (error.output or b"").decode(errors="replace").strip().splitlines()
        reason = output[-1] if output else f"status {error.returncode}"
        raise InputError(f"the installer of Pulumi {release} failed: {reason}. {_BY_HAND}") from None
    except Exception as error:  # noqa: BLE001 - the SDK raises whatever its download and its version check raise
        raise InputError(f"Pulumi {release} could not be installed: {error}. {_BY_HAND}") from None
    return Path(command.command)


_BY_HAND = "Install it by hand: https://www.pulumi.com/docs/install/"


def _python() -> Tool:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, PYTHON))
    usable = version if sys.version_info >= PYTHON else None
    return Tool("Python", "Lockgate", usable, sys.executable, f"Install Python {wanted} or newer.", needed=True)


def _package(name: str, serves: str) -> Tool:
    remedy = "Run 'make setup' in the checkout, or 'pip install lockgate'."
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return Tool(f"{name} (SDK)", serves, None, "", remedy, needed=True)
    where = str(Path(str(distribution.locate_file(name))))
    return Tool(f"{name} (SDK)", serves, distribution.version, where, remedy, needed=True)


def _opa(environment: Mapping[str, str]) -> Tool:
    from lockgate.policy import opa

    name, serves = "Open Policy Agent", "deciding"
    try:
        found = opa.find(environment, say=lambda _: None, get=False)
    except NoDecision as error:
        remedy = f"{' '.join(str(error).split())} Or run 'make setup', which gets it."
        return Tool(name, serves, None, "", remedy, needed=True)
    except LockgateError as error:
        return Tool(name, serves, None, "", str(error), needed=True)
    if found.remote is not None:
        return _server(name, serves, found.remote)
    return Tool(name, serves, found.version, f"{found.path} ({found.origin})", "", needed=True)


def _server(name: str, serves: str, remote: Remote) -> Tool:
    """Whether the server at OPA_URL answers; what it decides by is checked with each decision."""
    import requests

    headers = {"Authorization": f"Bearer {remote.token}"} if remote.token else {}
    try:
        answer = requests.get(f"{remote.url}/health", headers=headers, verify=remote.ca or True, timeout=5)
    except requests.exceptions.RequestException as error:
        reason = f"The server does not answer ({type(error).__name__}). Start it, or unset OPA_URL."
        return Tool(name, serves, None, f"{remote.url} (OPA_URL)", reason, needed=True)
    healthy = answer.status_code == 200
    remedy = f"The server answers {answer.status_code} to /health. Check it and OPA_TOKEN, or unset OPA_URL."
    return Tool(name, serves, "server" if healthy else None, f"{remote.url} (OPA_URL)", remedy, needed=True)


def _engine(environment: Mapping[str, str], engine: engines.Engine | None) -> Tool:
    version = engines.version([str(engine.path), "version"], environment) if engine else None
    where = f"{engine.path} ({engine.origin})" if engine else ""
    remedy = engines.REMEDY if engine is None else "It does not answer 'pulumi version'. " + engines.REMEDY
    return Tool("Pulumi engine", "'lockgate up'", version, where, remedy, needed=False)


def _language_host(environment: Mapping[str, str], engine: engines.Engine | None) -> Tool:
    host = engines.language_host(environment, engine)
    remedy = "It comes with the engine: 'lockgate doctor --install-engine'."
    version = "found" if host else None  # it is released with the engine and states no version
    return Tool("Pulumi language host", "'lockgate up'", version, str(host or ""), remedy, needed=False)


def _provider(environment: Mapping[str, str]) -> Tool:
    found = engines.provider(environment)
    version = engines.version([str(found), "--version"], environment) if found else None
    if found and version is None:
        # The folder of an installed plugin carries its version: resource-gcp-v10.2.0.
        version = found.parent.name.rpartition("-v")[2] if "-v" in found.parent.name else "found"
    remedy = "The engine gets it by itself; by hand: 'pulumi plugin install resource gcp'."
    return Tool("Pulumi gcp provider", "'lockgate up'", version, str(found or ""), remedy, needed=False)


def _go(environment: Mapping[str, str]) -> Tool:
    from lockgate.policy import acquire

    wanted = ".".join(map(str, acquire.SOURCE_GO))
    go = shutil.which("go", path=environment.get("PATH", ""))
    version = engines.version([go, "version"], {**environment, "GOTOOLCHAIN": "local"}) if go else None
    remedy = f"Nothing to do where Open Policy Agent is there; else install Go {wanted} or newer, or opa itself."
    return Tool("Go", "building Open Policy Agent", version, go or "", remedy, needed=False)
