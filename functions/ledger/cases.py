"""Cases in the store: which process decides one, what was decided, and which wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from ledger import chains
from ledger.ask import Ask, Transaction, many

_REVIEW = """INSERT INTO review (id, at, tenant, tier, masked, proposal, reason, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting') ON CONFLICT (id) DO NOTHING"""
# A claim whose process died during the call may be made again; every other stands.
_CLAIM = """INSERT INTO claim (key, digest, call, holder, state, at) VALUES ($1, $2, $3, $4, 'open', $5)
    ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, call = excluded.call, holder = excluded.holder,
    state = 'open', at = excluded.at WHERE claim.state = 'cut'"""
_RESULT = "UPDATE claim SET state = $1, result = $2 WHERE key = $3 AND call = $4 AND state = 'open'"
_REVIEWS = "SELECT id, at, tenant, tier, masked, proposal, reason, state, decision, decided_by, decided_at FROM review "


class Claim(msgspec.Struct, frozen=True):
    """A process wants to decide the case of this key; ``digest`` of what was sent tells a repeat from a reuse."""

    key: str
    digest: bytes
    call: str
    at: float


class Claimed(msgspec.Struct, frozen=True):
    """What became of a claim.

    ``mine``: decide it. ``open``: another request is deciding it. ``done``: ``result`` is the decision. ``other``: the
    key was used for something else.
    """

    key: str
    state: Literal["mine", "open", "done", "other"]
    result: bytes | None = None


class Result(msgspec.Struct, frozen=True):
    """The decision of a claimed case; without one the claim is given back, and a repeat starts anew."""

    key: str
    call: str
    result: bytes | None


class Review(msgspec.Struct, frozen=True):
    """A case that waits for a person: the masked input, the proposal and the reason, as JSON or text."""

    id: str
    at: float
    tenant: str
    tier: str
    masked: bytes
    proposal: bytes | None
    reason: str
    state: Literal["waiting", "decided"] = "waiting"
    decision: bytes | None = None
    decided_by: str | None = None
    decided_at: float | None = None


def keep(
    holder: int, claims: Sequence[Claim], results: Sequence[Result], reviews: Sequence[Review]
) -> Transaction[None]:
    """Write what one group commit says of cases."""
    yield from many(_REVIEW, [msgspec.structs.astuple(one)[:7] for one in reviews])
    yield from many(
        _RESULT,
        [("cut" if said.result is None else "done", said.result, said.key, said.call) for said in results],
    )
    # In one order everywhere: two processes that claim the same keys must not wait in a circle.
    ordered = sorted(claims, key=lambda claim: claim.key)
    yield from many(_CLAIM, [(one.key, one.digest, one.call, holder, one.at) for one in ordered])


def claimed(claims: Sequence[Claim]) -> Transaction[list[Claimed]]:
    """What became of claims, in their order."""
    if not claims:
        return []
    rows = yield Ask(
        "SELECT key, digest, call, state, result FROM claim WHERE key = ANY($1)",
        [(sorted({one.key for one in claims}),)],
    )
    found = {row[0]: row for row in rows}
    return [_claimed(one, found[one.key]) for one in claims]


def cut(holder: int) -> Transaction[None]:
    """Let the cases that an ended process was deciding be tried again."""
    yield Ask("UPDATE claim SET state = 'cut' WHERE holder = $1 AND state = 'open'", [(holder,)])


def review(id_: str) -> Transaction[Review | None]:
    """A case that went to a person, or None."""
    rows = yield Ask(_REVIEWS + "WHERE id = $1", [(id_,)])
    return Review(*rows[0]) if rows else None


def waiting(most: int) -> Transaction[list[Review]]:
    """The cases that wait longest."""
    rows = yield Ask(_REVIEWS + "WHERE state = 'waiting' ORDER BY at, id LIMIT $1", [(most,)])
    return [Review(*row) for row in rows]


def decide(id_: str, decision: bytes, by: str, at: float) -> Transaction[bool]:
    """Write down a person's decision, and say so in the register; False where there was one already, or no case."""
    rows = yield Ask(
        "UPDATE review SET state = 'decided', decision = $1, decided_by = $2, decided_at = $3 "
        "WHERE id = $4 AND state = 'waiting' RETURNING id",
        [(decision, by, at, id_)],
    )
    if not rows:
        return False
    yield from chains.register("decided", {"review": id_, "by": by, "decision": decision.decode()}, at)
    return True


def forget_claims(before: float) -> Transaction[None]:
    """Drop decided claims from before a moment: a repeat that comes later is a new case."""
    yield Ask("DELETE FROM claim WHERE state <> 'open' AND at < $1", [(before,)])


def _claimed(asked: Claim, row: Sequence[Any]) -> Claimed:
    key, digest, call, state, result = row
    if bytes(digest) != asked.digest:
        return Claimed(key, "other")
    if state == "done":
        return Claimed(key, "done", bytes(result))
    return Claimed(key, "mine" if call == asked.call and state == "open" else "open")
