"""The journal of one process: a file that survives kill -9 of it, and a lock that proves whether it still lives.

An event is in the file when ``write`` has returned: the kernel holds it, whatever becomes of the process. It is not on
the disk, so the machine's end can take it; then the lease, which the store granted before, still bounds what was spent.
A record is its length, the CRC-32 of its body, and its body in MessagePack; what follows the last whole record was
being written when the process died, and nobody had acted on it.

The file is mapped, so that an event is copied to where the kernel keeps the file and no call of the system is made for
it. It is as long as its room, which is written with zeros before it is mapped: a disk that is full says so then.

``<holder>.journal`` is replaced as a whole when it has grown, and ``<holder>.lock`` is held as long as the process
lives (flock(2): the kernel releases it with the process, however it ends).
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from ledger.book import Event

FRAME = struct.Struct("<II")
LONGEST = 1 << 20
# How much longer a file becomes that is full. No record is longer.
ROOM = FRAME.size + LONGEST

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Event).decode


class JournalError(Exception):
    """The journal cannot be written, so nothing may be reserved."""


class LivesError(Exception):
    """The journal belongs to a process that lives."""


def frame(event: Event) -> bytes:
    """The event as one record."""
    body = _encode(event)
    return FRAME.pack(len(body), zlib.crc32(body)) + body


def events(raw: bytes) -> Iterator[Event]:
    """The events of a journal, up to the first record that is not whole."""
    for body in _bodies(raw):
        yield _decode(body)


def _bodies(raw: bytes) -> Iterator[bytes]:
    at, end = 0, len(raw)
    while end - at >= FRAME.size:
        size, check = FRAME.unpack_from(raw, at)
        at += FRAME.size
        body = raw[at : at + size]
        # No event is empty: zeros are the room behind the last.
        if not 0 < size <= LONGEST or len(body) < size or zlib.crc32(body) != check:
            return
        yield body
        at += size


class Journal:
    """The file of this process."""

    def __init__(self, folder: Path, holder: str) -> None:
        """Raises LivesError where another process holds the lock, and JournalError where the folder cannot be used."""
        self.holder = holder
        self._path = folder / f"{holder}.journal"
        self._lock_path = folder / f"{holder}.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._lock_path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(f"{folder}: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise LivesError(holder) from None
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._map: mmap.mmap | None = None
        self._closed = False
        self._room = 0
        self.size = sum(FRAME.size + len(body) for body in _bodies(self._path.read_bytes()))

    def write(self, event: Event) -> None:
        """Append one event; raises JournalError, and then the event is not in the file."""
        record = frame(event)
        end = self.size + len(record)
        if end > self._room or self._map is None:
            self._map = self._longer(end)
        self._map[self.size : end] = record
        self.size = end

    def _longer(self, end: int) -> mmap.mmap:
        """Map the file with room up to ``end`` and beyond."""
        room = max(end, self.size + ROOM)
        try:
            # What is mapped without being there kills the process where the disk is full.
            written = os.pwrite(self._file, bytes(room - self.size), self.size)
            longer = mmap.mmap(self._file, room) if written == room - self.size else None
        except OSError as error:
            raise JournalError(f"{self._path}: {error.strerror}") from None
        if longer is None:
            raise JournalError(f"{self._path}: {os.strerror(errno.ENOSPC)}")
        if self._map is not None:
            self._map.close()
        self._room = room
        return longer

    def read(self) -> list[Event]:
        """All events in the file."""
        return list(events(self._path.read_bytes()))

    def replace(self, snapshot: Iterable[Event]) -> None:
        """Put other events in the place of all; a process that dies half-way leaves the old file whole."""
        fresh = self._path.with_suffix(".new")
        raw = b"".join(map(frame, snapshot))
        try:
            with fresh.open("wb") as file:
                file.write(raw)
            fresh.rename(self._path)
            self._unmap()
            self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise JournalError(f"{self._path}: {error.strerror}") from None
        self.size = len(raw)

    def drop(self) -> None:
        """Remove the journal: the store has all that it says."""
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".new").unlink(missing_ok=True)
        self._lock_path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the files, as the end of the process does; once more changes nothing."""
        if not self._closed:
            self._closed = True
            self._unmap()
            os.close(self._lock)

    def _unmap(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None
        os.close(self._file)
        self._room = 0


def orphans(folder: Path) -> list[str]:
    """The holders that have a journal here, alive or not."""
    return sorted(path.stem for path in folder.glob("*.journal"))
