"""Load a provider's SDK in an eighth of the time, while a program is recorded.

Nine tenths of loading ``pulumi_gcp`` is evaluating annotations, which the SDK itself reads only for the few types that
a program uses. Its modules are compiled here as if each began with ``from __future__ import annotations``, so that an
annotation is evaluated when it is asked for, as Python 3.14 does by itself. The compiled code has a cache of its own:
Python's must not hold it. A test shows that every type of the SDK resolves to the same as without this.
Never installed in a program that the engine runs. Standard library only.
"""

from __future__ import annotations
import __future__

import contextlib
import hashlib
import importlib.abc
import importlib.machinery
import marshal
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

PACKAGE = "pulumi_gcp"
DEFERRED = __future__.annotations.compiler_flag


def install(cache: Path) -> None:
    """Load the SDK so from now on, in this process; nothing is done where Python defers or ``cache`` is not writable.

    ``cache`` is a folder of this user's; it is made where it is missing.
    """
    if sys.version_info >= (3, 14):
        return
    folder = cache / f"{sys.implementation.cache_tag}-{sys.hexversion:x}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return
    if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
        sys.meta_path.insert(0, _Finder(folder))


def cache_folder(environment: dict[str, str]) -> Path:
    """Where compiled code is kept between processes."""
    base = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or tempfile.gettempdir()) / ".cache"
    return Path(base) / "lockgate" / "sdk"


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(f"{PACKAGE}."):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(fullname, spec.origin, self._folder)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, folder: Path) -> None:
        super().__init__(fullname, path)
        self._cached = folder / hashlib.sha256(path.encode()).hexdigest()

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 (importlib's own signature)
        status = Path(self.path).stat()
        stamp = status.st_mtime_ns.to_bytes(8, "little") + status.st_size.to_bytes(8, "little")
        with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
            content = self._cached.read_bytes()
            if content.startswith(stamp):
                kept = marshal.loads(content[len(stamp) :])  # noqa: S302 (this user's own folder, as __pycache__ is)
                if isinstance(kept, CodeType):
                    return kept
        code: CodeType = compile(self.get_data(self.path), self.path, "exec", flags=DEFERRED, dont_inherit=True)
        with contextlib.suppress(OSError):  # a full disk costs time, not the plan
            self._keep(stamp + marshal.dumps(code))
        return code

    def _keep(self, content: bytes) -> None:
        """Write as a whole or not at all: another process may read at any moment."""
        descriptor, name = tempfile.mkstemp(dir=self._cached.parent)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
            Path(name).replace(self._cached)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
