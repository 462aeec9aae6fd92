"""The two gateways beside which the router is measured: their pinned versions, installed outside the checkout.

Installed once, by the ordinary clients of their registries, into ``~/.cache/lockgate/bench``. What they are given is
said in docs/decisions (the router's bench).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parent / "pins"
LITELLM_PINS = PINS / "litellm.txt"
PORTKEY_PINS = (PINS / "package.json", PINS / "package-lock.json")


class MissingError(Exception):
    """A peer cannot be installed or started here; the text says why."""


def litellm() -> Path:
    """The folder of LiteLLM's virtual environment; raises MissingError."""
    folder = _folder("litellm", LITELLM_PINS)
    if (folder / ".ready").exists():
        return folder
    _fresh(folder)
    _run([sys.executable, "-m", "venv", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(LITELLM_PINS)])
    (folder / ".ready").touch()
    return folder


def portkey() -> Path:
    """The folder in which Portkey is installed; raises MissingError."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise MissingError("no node and npm on PATH")
    folder = _folder("portkey", *PORTKEY_PINS)
    if (folder / ".ready").exists():
        return folder
    _fresh(folder)
    folder.mkdir(parents=True)
    for pins in PORTKEY_PINS:
        shutil.copy(pins, folder)
    # Its package has a script that only its own developers need, and which fails without their tools.
    _run(["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    (folder / ".ready").touch()
    return folder


def version(pins: Path, name: str) -> str:
    """The pinned version of a package, as ``name==`` or as npm writes it."""
    text = pins.read_text()
    if pins.suffix == ".json":
        return text.partition(f'"{name}": "')[2].partition('"')[0]
    return text.partition(f"\n{name}==")[2].partition(" ")[0]


def _folder(name: str, *pins: Path) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(sys.version.encode() + b"".join(one.read_bytes() for one in pins)).hexdigest()
    return cache / "lockgate" / "bench" / f"{name}-{digest[:12]}"


def _fresh(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)


def _run(command: list[str], folder: Path | None = None) -> None:
    print(f"  installing: {' '.join(command[:4])} …", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(str(error)) from None
    if done.returncode:
        raise MissingError((done.stderr or done.stdout).strip()[-400:])
