"""The audit trail of a ledger: taken out of its store, and verified by whoever has the file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import functions, ledgers
from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from ledger.trail import Entry, Head


def export(store: str, out: Path) -> str:
    """Write the trail of a store (a SQLite file, or PostgreSQL's DSN) to a file, as a whole or not at all.

    What was written, as text. Raises InputError where the store cannot be read, or the file not be written.
    """
    functions.on_path()
    from ledger import export as exports

    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name[:200]}.", dir=out.parent)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}. Choose another place with --out FILE.") from None
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            entries = ledgers.asked(store, lambda shared: exports.export(shared, file.write))
        fresh.replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}. Choose another place with --out FILE.") from None
    finally:
        fresh.unlink(missing_ok=True)
    return f"{entries} entries in {out}\n"


def verify(file: Path, anchors: Path | None) -> bool:
    """Say on standard output what is wrong with an exported trail; whether it is whole.

    Raises InputError where the file is no export, or ``anchors`` holds no anchor.
    """
    functions.on_path()
    from ledger import trail
    from ledger.export import NoExportError, opened

    found = _Found()
    try:
        pinned = [] if anchors is None else list(_anchors(anchors))
        with file.open("rb") as stream:
            try:
                heads, entries = opened(stream)
            except NoExportError as error:
                raise InputError(f"{file}: {error}. Make one with 'lockgate trail export'.") from None
            for fault in trail.verify(found.entries(entries), heads, pinned):
                found.say(f"chain {fault.chain}, entry {fault.sequence}: {fault.what}")
    except OSError as error:
        raise InputError(f"{error.filename or file}: cannot be read: {error.strerror}.") from None
    return found.told(len(heads), None if anchors is None else len(pinned))


class _Found:
    """What a verification has come across."""

    def __init__(self) -> None:
        self._entries = self._faults = 0

    def entries(self, lines: Iterator[object]) -> Iterator[Entry]:
        """The entries among the lines; any other line is a fault."""
        from ledger.export import Unreadable
        from ledger.trail import Entry

        for one in lines:
            if isinstance(one, Entry):
                self._entries += 1
                yield one
            elif isinstance(one, Unreadable):
                self.say(f"line {one.line}: {one.what}")

    def say(self, what: str) -> None:
        """Say a fault at once: there may be more of them than memory."""
        self._faults += 1
        sys.stdout.write(f"{safe.line(what)}\n")

    def told(self, chains: int, anchors: int | None) -> bool:
        """Say the sum of it; whether all is whole."""
        held = "" if anchors is None else f", held against {anchors} anchors"
        verdict = f"{self._faults} faults" if self._faults else "whole"
        sys.stdout.write(f"{self._entries} entries in {chains} chains{held}: {verdict}\n")
        sys.stdout.flush()
        return not self._faults


def _anchors(file: Path) -> Iterator[Head]:
    from ledger.export import NoExportError, anchors

    try:
        with file.open(encoding="utf-8") as stream:
            yield from anchors(stream)
    except NoExportError as error:
        raise InputError(f"{file}: {error}. Take them with 'gcloud logging read --format=json'.") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: is not UTF-8. Take anchors with 'gcloud logging read --format=json'.") from None
