"""The source archive of the functions: which files it holds, what else, and a digest that changes when they do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def files(folder: Path = FUNCTIONS) -> dict[str, Path]:
    """The files of the archive by their name in it: the modules and the pinned requirements, nothing else."""
    found = [*folder.rglob("*.py"), folder / "requirements.txt"]
    return {path.relative_to(folder).as_posix(): path for path in sorted(found)}


def contents(held: Mapping[str, Path], compiled: Mapping[str, str]) -> dict[str, bytes]:
    """What lies in the archive: the files, and beside main.py the documents compiled from the charter."""
    return {
        **{name: path.read_bytes() for name, path in held.items()},
        **{name: text.encode() for name, text in compiled.items()},
    }


def digest(contents: Mapping[str, bytes]) -> str:
    """SHA-256, in hexadecimal, over names and contents; the order of the mapping does not matter."""
    total = hashlib.sha256()
    for name in sorted(contents):
        total.update(f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n".encode())
    return total.hexdigest()
