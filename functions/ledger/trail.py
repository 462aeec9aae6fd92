"""The audit trail: hash chains that only grow. Pure; the store keeps the entries.

Each process writes a chain of its own, so that writers never wait for each other. Chain 0 is the register: it says
which process joined (its chain begins with the hash of that entry), which left, and where its chain then ended. So

- an entry that was edited, removed from the middle, or moved breaks its chain at that place;
- a chain that was cut at its end lacks the head that the store committed with its last entry, and that the register
  repeats when the process leaves; a chain removed as a whole lacks what the register says of it;
- whoever can write to the store can replace all of it, heads included, by a forgery that agrees with itself. Against
  that there are anchors: heads that are written down elsewhere (the log bucket, which is locked, say). ``verify``
  takes them, and every anchor must lie on its chain.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from ledger.book import Call

REGISTER = 0
GENESIS = bytes(32)
_HEAD = struct.Struct(">QQqI")


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry: ``sequence`` from 1 in its ``chain``, ``at`` in microseconds since 1970, ``body`` as it was given."""

    chain: int
    sequence: int
    at: int
    kind: str
    body: bytes
    previous: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where a chain ends."""

    chain: int
    sequence: int
    hash: bytes


class Fault(msgspec.Struct, frozen=True, gc=False):
    """What is wrong, and at which entry."""

    chain: int
    sequence: int
    what: str


def digest(before: Head, at: int, kind: str, body: bytes) -> bytes:
    """SHA-256 over all of an entry and what it continues; lengths are part of it, so that no two entries read alike."""
    name = kind.encode()
    fixed = _HEAD.pack(before.chain, before.sequence + 1, at, len(name))
    return hashlib.sha256(b"lockgate.trail/1\0" + fixed + name + before.hash + body).digest()


def append(head: Head, at: float, kind: str, body: bytes) -> Entry:
    """The entry after ``head``; ``at`` in seconds since 1970."""
    sequence, instant = head.sequence + 1, int(at * 1_000_000)
    found = digest(head, instant, kind, body)
    return Entry(head.chain, sequence, instant, kind, body, head.hash, found)


def start(chain: int, previous: bytes = GENESIS) -> Head:
    """The head of a chain without entries; a process's begins with the hash of its entry in the register."""
    return Head(chain, 0, previous)


def head(entry: Entry) -> Head:
    """The head of the chain that ends with this entry."""
    return Head(entry.chain, entry.sequence, entry.hash)


def calls(closed: Iterable[Call]) -> bytes:
    """The body of ``calls``: what was reserved and spent, each call as an object."""
    return msgspec.json.encode([msgspec.structs.asdict(call) for call in closed])


class Joined(msgspec.Struct, frozen=True, gc=False):
    """The body of ``joined`` in the register: a process whose chain this is began to write."""

    chain: int
    name: str


class Ended(msgspec.Struct, frozen=True, gc=False):
    """The body of ``left``, ``recovered`` and ``given-up`` in the register: the chain ended here, for good.

    ``calls`` were closed by the process, and its chain does not tell of them.
    """

    chain: int
    sequence: int
    hash: str
    calls: list[Call] = []


def verify(entries: Iterable[Entry], heads: Mapping[int, Head], anchors: Iterable[Head] = ()) -> Iterator[Fault]:
    """What is wrong with a trail; nothing, if it is whole.

    ``entries`` chain by chain from chain 0 and in sequence; ``heads`` as the store committed them; ``anchors`` as they
    were written down elsewhere. Memory is bounded by the chains and anchors, not by the entries.
    """
    pinned: dict[tuple[int, int], set[bytes]] = {}
    for anchor in anchors:
        pinned.setdefault((anchor.chain, anchor.sequence), set()).add(anchor.hash)
    starts: dict[int, bytes] = {REGISTER: GENESIS}
    ends: dict[int, Head] = {}
    reached: dict[int, Head] = {}
    latest = REGISTER
    for entry in entries:
        if entry.chain < latest:
            yield Fault(entry.chain, entry.sequence, f"comes after chain {latest}: entries are out of order")
        latest = max(latest, entry.chain)
        last = reached.get(entry.chain)
        if last is None:
            if entry.chain not in starts:
                yield Fault(entry.chain, entry.sequence, "the register does not say that this chain began")
            last = start(entry.chain, starts.get(entry.chain, GENESIS))
        yield from _link(last, entry)
        if pinned.pop((entry.chain, entry.sequence), {entry.hash}) != {entry.hash}:
            yield Fault(entry.chain, entry.sequence, "differs from the anchor that was written down")
        reached[entry.chain] = head(entry)
        if entry.chain == REGISTER:
            yield from _registered(entry, starts, ends)
    for (chain, sequence), hashes in sorted(pinned.items()):
        if sequence or chain not in starts:
            yield Fault(chain, sequence, "is missing, although an anchor was written down for it")
        elif hashes != {starts[chain]}:
            yield Fault(chain, sequence, "begins otherwise than the anchor that was written down")
    for chain in sorted(starts):
        found = reached.get(chain, start(chain, starts[chain]))
        yield from _ending(found, heads.get(chain), ends.get(chain))
    for chain in sorted(heads.keys() - starts.keys()):
        yield Fault(chain, 0, "has a head, but the register does not say that it began")


def _link(last: Head, entry: Entry) -> Iterator[Fault]:
    if entry.sequence != last.sequence + 1:
        yield Fault(entry.chain, entry.sequence, f"follows entry {last.sequence}: entries are missing or out of order")
    elif entry.previous != last.hash:
        yield Fault(entry.chain, entry.sequence, "does not continue the entry before it")
    before = Head(entry.chain, entry.sequence - 1, entry.previous)
    said = digest(before, entry.at, entry.kind, entry.body)
    if said != entry.hash:
        yield Fault(entry.chain, entry.sequence, "was edited: its hash is another one")


def _ending(found: Head, committed: Head | None, registered: Head | None) -> Iterator[Fault]:
    if committed is None:
        yield Fault(found.chain, found.sequence, "has no head in the store")
    for what, said in (("the store's head", committed), ("the register", registered)):
        if said is not None and said != found:
            yield Fault(found.chain, found.sequence, f"ends here, but {what} says that it ends at {said.sequence}")


def _registered(entry: Entry, starts: dict[int, bytes], ends: dict[int, Head]) -> Iterator[Fault]:
    try:
        if entry.kind == "joined":
            starts[msgspec.json.decode(entry.body, type=Joined).chain] = entry.hash
        elif entry.kind in {"left", "recovered", "given-up"}:
            said = msgspec.json.decode(entry.body, type=Ended)
            ends[said.chain] = Head(said.chain, said.sequence, bytes.fromhex(said.hash))
    except ValueError as error:  # msgspec's errors are ValueErrors
        yield Fault(entry.chain, entry.sequence, f"is not what the store writes: {error}")
