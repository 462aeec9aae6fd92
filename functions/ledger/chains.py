"""The audit trail in the store: a chain of each process, and the register, which is chain 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ledger import trail
from ledger.ask import Ask, FencedError, Transaction, insert
from ledger.trail import Entry, Head

_ENTRY = """INSERT INTO trail (chain, sequence, at, kind, body, previous, hash)
    VALUES ($1::bigint, $2::bigint, $3::bigint, $4::text, $5::bytea, $6::bytea, $7::bytea)"""


def begin(chain: int, previous: bytes) -> Transaction[None]:
    """Let a process's chain begin after its entry in the register."""
    yield Ask("INSERT INTO chain (chain, sequence, hash, state) VALUES ($1, 0, $2, 'open')", [chain, previous])


def extend(before: Head, entries: Sequence[Entry]) -> Transaction[bool]:
    """Append to an open chain whose head is ``before``; False where these entries are its last already.

    Raises FencedError where the chain ended without them, or goes on otherwise.
    """
    after = trail.head(entries[-1]) if entries else before
    moved = yield Ask(
        "UPDATE chain SET sequence = $1, hash = $2 WHERE chain = $3 AND sequence = $4 AND hash = $5 AND state = 'open' "
        "RETURNING chain",
        [after.sequence, after.hash, before.chain, before.sequence, before.hash],
    )
    if moved:
        yield from insert(_ENTRY, [_columns(entry) for entry in entries])
        return True
    rows = yield Ask("SELECT sequence, hash, state FROM chain WHERE chain = $1", [before.chain])
    ends = [(int(sequence), bytes(hash_)) for sequence, hash_, state in rows if entries or state == "open"]
    if ends != [(after.sequence, after.hash)]:
        raise FencedError(f"process {before.chain} was given up")
    return False


def end(chain: int) -> Transaction[Head]:
    """Close a process's chain for good; where it ended."""
    rows = yield Ask("UPDATE chain SET state = 'closed' WHERE chain = $1 RETURNING sequence, hash", [chain])
    sequence, hash_ = rows[0]
    return Head(chain, int(sequence), bytes(hash_))


def register(kind: str, body: object, at: float) -> Transaction[Entry]:
    """Append to the register; ``at`` in seconds since 1970."""
    rows = yield Ask("SELECT sequence, hash FROM chain WHERE chain = 0 {lock}")
    head = Head(trail.REGISTER, int(rows[0][0]), bytes(rows[0][1]))
    entry = trail.append(head, at, kind, msgspec.json.encode(body))
    yield Ask("UPDATE chain SET sequence = $1, hash = $2 WHERE chain = 0", [entry.sequence, entry.hash])
    yield from insert(_ENTRY, [_columns(entry)])
    return entry


def heads() -> Transaction[dict[int, Head]]:
    """Where each chain ends; write these down elsewhere, and they are anchors."""
    rows = yield Ask("SELECT chain, sequence, hash FROM chain ORDER BY chain")
    return {int(row[0]): Head(int(row[0]), int(row[1]), bytes(row[2])) for row in rows}


def anchors(chain: int) -> Transaction[list[Head]]:
    """Where the register and one process's chain end. The register tells of the chains that ended before."""
    rows = yield Ask("SELECT chain, sequence, hash FROM chain WHERE chain IN (0, $1) ORDER BY chain", [chain])
    return [Head(int(row[0]), int(row[1]), bytes(row[2])) for row in rows]


def entries(chain: int, after: int, most: int) -> Transaction[list[Entry]]:
    """At most ``most`` entries after a place: those of ``chain`` after the sequence ``after``, then of later chains."""
    rows = yield Ask(
        "SELECT chain, sequence, at, kind, body, previous, hash FROM trail "
        "WHERE chain > $1 OR (chain = $1 AND sequence > $2) ORDER BY chain, sequence LIMIT $3",
        [chain, after, most],
    )
    return [
        Entry(int(row[0]), int(row[1]), int(row[2]), row[3], bytes(row[4]), bytes(row[5]), bytes(row[6]))
        for row in rows
    ]


def _columns(entry: Entry) -> tuple[Any, ...]:
    return msgspec.structs.astuple(entry)
