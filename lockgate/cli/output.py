"""Results: to standard output, or to a file that is there in whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from lockgate.errors import InputError, LockgateError


class ReaderGoneError(LockgateError):
    """Whoever read standard output stopped reading. Nothing is said: that reader would not see it."""

    def __str__(self) -> str:
        """Empty."""
        return ""


def put(text: str, out: Path | None) -> None:
    """Write a result to ``out``, or to standard output when it is None. Raises InputError when that fails."""
    if out is None:
        to_stdout(text)
    else:
        to_file(text, out)


def to_stdout(text: str) -> None:
    """Write to standard output and see that it has arrived."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _forget_stdout()
        if isinstance(error, BrokenPipeError):
            raise ReaderGoneError from None
        raise InputError(
            f"standard output: the result could not be written: {error.strerror}. {_remedy(error)}"
        ) from None


def to_file(text: str, path: Path) -> None:
    """Replace the content of ``path`` in one step, through a file beside it. A device or a pipe is written to.

    Raises InputError, naming the file and the reason, when it cannot be written; the file is then as before.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise InputError(f"{path}: is a folder, so the result could not be written. Name a file in it.")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8") as device:
                device.write(text)
        else:
            _replace(target, text.encode())
    except OSError as error:
        raise InputError(f"{path}: the result could not be written: {error.strerror}. {_remedy(error)}") from None


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:200]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _forget_stdout() -> None:
    """Let the interpreter flush what is left into nothing, instead of failing once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _remedy(error: OSError) -> str:
    import errno

    return {
        errno.ENOSPC: "Free some space, or write elsewhere with --out FILE.",
        errno.EDQUOT: "Free some space, or write elsewhere with --out FILE.",
        errno.EACCES: "Choose a place where you may write.",
        errno.EPERM: "Choose a place where you may write.",
        errno.EROFS: "Choose a place where you may write.",
        errno.ENOENT: "Create the folder first, or choose another.",
        errno.ENOTDIR: "Choose a path below a folder.",
    }.get(error.errno or 0, "Choose another place with --out FILE.")


def wants_colour(choice: bool | None, environment: dict[str, str] | os._Environ[str]) -> bool:
    """Whether text goes out in colour: as told, else when a terminal reads it and NO_COLOR (no-color.org) is unset."""
    if choice is not None:
        return choice
    return sys.stdout.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def width() -> int:
    """Columns for text: the terminal's between 60 and 100, 80 where none reads it."""
    if not sys.stdout.isatty():
        return 80
    with contextlib.suppress(OSError):
        return max(60, min(100, os.get_terminal_size(sys.stdout.fileno()).columns))
    return 80
