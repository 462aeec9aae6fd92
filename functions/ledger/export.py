"""The audit trail as a file, and the anchors that it is held against. What is read is never held as a whole.

The file is JSON lines: first ``{"format": "lockgate.trail/1", "heads": [...]}``, where each chain ended when the export
began, then the entries up to there, chain by chain. An anchor is an object ``{"event": "anchor", "heads": [...]}``, as
the router writes it to its log: by itself, or as the payload of an entry of Cloud Logging (LogEntry.jsonPayload).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, BinaryIO, Final, Literal, TextIO

import msgspec

from ledger import store
from ledger.ask import Store
from ledger.trail import Entry, Head

PAGE = 500
# An entry holds at most 1,000 calls, or what one case says.
LONGEST = 64 << 20
_CHUNK = 1 << 16
_FORMAT: Final = "lockgate.trail/1"
_BETWEEN = " \t\r\n,[]"


class NoExportError(Exception):
    """The file is not what it should be, so nothing can be said about a trail."""


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A line of an export that is no entry; ``line`` counts from 1."""

    line: int
    what: str


# What the hash has room for.
Chain = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Instant = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class _Place(msgspec.Struct, forbid_unknown_fields=True):
    chain: Chain
    sequence: Chain
    hash: str


class _First(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["lockgate.trail/1"]
    heads: list[_Place]


class _Anchor(msgspec.Struct):
    event: Literal["anchor"]
    heads: list[_Place]


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``body`` is the text that was hashed; ``hex`` stands for a body that is no text."""

    chain: Chain
    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    at: Instant
    kind: str
    previous: str
    hash: str
    body: str = ""
    hex: str = ""


async def export(shared: Store, write: Callable[[bytes], object]) -> int:
    """Write the trail as it is now; how many entries. Raises StoreDownError.

    What is appended meanwhile is left out, so that the file agrees with its first line.
    """
    heads = await shared.run(store.heads())
    write(msgspec.json.encode(_First(_FORMAT, _written(heads.values()))) + b"\n")
    chain, after, count = 0, 0, 0
    while page := await shared.run(store.entries(chain, after, PAGE)):
        for entry in page:
            chain, after = entry.chain, entry.sequence
            last = heads.get(chain)
            if last is None or after > last.sequence:
                after = 1 << 62  # the rest of this chain is newer
                break
            write(line(entry) + b"\n")
            count += 1
    return count


def opened(file: BinaryIO) -> tuple[dict[int, Head], Iterator[Entry | Unreadable]]:
    """The heads of an export, and its entries as they are read; raises NoExportError."""
    try:
        heads = {one.chain: one for one in _read(msgspec.json.decode(file.readline(LONGEST), type=_First).heads)}
    except ValueError:
        raise NoExportError(
            'line 1 is not the beginning of an export: expected {"format": "lockgate.trail/1", "heads": [...]}'
        ) from None
    return heads, _entries(file)


def anchor(heads: Iterable[Head]) -> bytes:
    """Heads as they are written down elsewhere."""
    return msgspec.json.encode(_Anchor("anchor", _written(heads)))


def anchors(file: TextIO) -> Iterator[Head]:
    """The heads in JSON lines, or in an array, as ``gcloud logging read --format=json`` writes it.

    What is no anchor is passed over; raises NoExportError where the file is not JSON, or holds no anchor at all.
    """
    found = False
    for value in _values(file):
        payload = value.get("jsonPayload", value) if isinstance(value, dict) else None
        if isinstance(payload, dict) and payload.get("event") == "anchor":
            try:
                heads = _read(msgspec.convert(payload, type=_Anchor).heads)
            except ValueError as error:
                raise NoExportError(f"an anchor cannot be read: {error}") from None
            found = True
            yield from heads
    if not found:
        raise NoExportError('there is no anchor in it: expected JSON with {"event": "anchor", "heads": [...]}')


def line(entry: Entry) -> bytes:
    """The entry as a line of JSON, without its end."""
    said = _Line(
        entry.chain, entry.sequence, entry.at, entry.kind, previous=entry.previous.hex(), hash=entry.hash.hex()
    )
    try:
        said.body = entry.body.decode()
    except UnicodeDecodeError:
        said.hex = entry.body.hex()
    return msgspec.json.encode(said)


def parse(raw: bytes) -> Entry:
    """Read a line of an export; raises ValueError."""
    said = msgspec.json.decode(raw, type=_Line)
    if said.hex and said.body:
        raise ValueError("it has two bodies")
    body = bytes.fromhex(said.hex) if said.hex else said.body.encode()
    links = bytes.fromhex(said.previous), bytes.fromhex(said.hash)
    return Entry(said.chain, said.sequence, said.at, said.kind, body, *links)


def _written(heads: Iterable[Head]) -> list[_Place]:
    return [_Place(one.chain, one.sequence, one.hash.hex()) for one in heads]


def _read(places: Iterable[_Place]) -> list[Head]:
    return [Head(one.chain, one.sequence, bytes.fromhex(one.hash)) for one in places]


def _entries(file: BinaryIO) -> Iterator[Entry | Unreadable]:
    number = 1
    while raw := file.readline(LONGEST):
        number += 1
        try:
            entry = parse(raw)
        except ValueError as error:
            yield Unreadable(number, f"is no entry: {error}")
            continue
        # What is written otherwise may show a reader something else: of two keys of one name, say, only one was read.
        same = line(entry) == raw.rstrip(b"\r\n")
        yield entry if same else Unreadable(number, "is not written as an export writes it")


def _values(file: TextIO) -> Iterator[Any]:
    """JSON values one after the other, or the elements of one array."""
    decoder, text, done = json.JSONDecoder(parse_float=_number), "", False
    while not (done and not text):
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError as error:
            if text and (done or len(text) > LONGEST):
                raise NoExportError(f"it is not JSON: {error.msg}") from None
            # As much again as there is: a long value is not read over and over.
            more = file.read(max(_CHUNK, len(text)))
            text, done = (text + more).lstrip(_BETWEEN), not more
        else:
            yield value
            text = text[end:].lstrip(_BETWEEN)


def _number(text: str) -> float:
    """A whole number that came as 3.0: the numbers of a log entry's payload are doubles."""
    value = float(text)
    return int(value) if value.is_integer() else value
