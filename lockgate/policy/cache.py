"""The user's cache folder, and files in it that are there in whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def folder(env: Mapping[str, str]) -> Path:
    """``$XDG_CACHE_HOME/lockgate``, or ``~/.cache/lockgate``; it need not exist."""
    root = env.get("XDG_CACHE_HOME", "")
    if root and Path(root).is_absolute():  # the XDG specification says that a relative one is ignored
        return Path(root) / "lockgate"
    home = env.get("HOME", "")
    return (Path(home) if home else Path.home()) / ".cache" / "lockgate"


def write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put ``content`` at ``path`` in one step: a reader sees the old file or the new one.

    Raises OSError when the folder or the file cannot be written; then nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
