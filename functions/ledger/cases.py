"""Cases in the store: which process decides one, what was decided, and which wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from ledger import chains
from ledger.ask import Ask, Transaction, insert

_REVIEW = """INSERT INTO review (id, at, tenant, tier, masked, proposal, reason, state)
    VALUES ($1::text, $2::float8, $3::text, $4::text, $5::bytea, $6::bytea, $7::text, $8::text)
    ON CONFLICT (id) DO NOTHING"""
# Claims and decisions in one statement, since both must take their locks in one order. A claim whose process died
# during the call may be made again, an open one is decided by its own call, also where its process was given up and
# lives; everything else stands. What was given back is nobody's: its holder is 0.
_CLAIM = """INSERT INTO claim (key, digest, call, holder, state, result, at)
    VALUES ($1::text, $2::bytea, $3::text, $4::bigint, $5::text, $6::bytea, $7::float8)
    ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, call = excluded.call, holder = excluded.holder,
    state = excluded.state, result = excluded.result, at = excluded.at WHERE (claim.state = 'cut' AND
    excluded.state = 'open') OR (claim.state = 'open' AND claim.call = excluded.call AND excluded.state <> 'open')
    OR (claim.state = 'cut' AND claim.call = excluded.call AND excluded.state = 'done' AND claim.holder <> 0)"""
_REVIEWS = "SELECT id, at, tenant, tier, masked, proposal, reason, state, decision, decided_by, decided_at FROM review "


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A process wants to decide the case of this key; ``digest`` of what was sent tells a repeat from a reuse."""

    key: str
    digest: bytes
    call: str
    at: float


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """What became of a claim.

    ``mine``: decide it. ``open``: another request is deciding it. ``done``: ``result`` is the decision. ``other``: the
    key was used for something else.
    """

    key: str
    state: Literal["mine", "open", "done", "other"]
    result: bytes | None = None


class Result(msgspec.Struct, frozen=True, gc=False):
    """The decision of a claimed case; without one the claim is given back, and a repeat starts anew."""

    claim: Claim
    result: bytes | None


class Review(msgspec.Struct, frozen=True, gc=False):
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


class Decided(msgspec.Struct, frozen=True, gc=False):
    """What became of a person's decision: ``counts`` where it is the one that ``review`` holds."""

    counts: bool
    review: Review


def keep(
    holder: int, claims: Sequence[Claim], results: Sequence[Result], reviews: Sequence[Review]
) -> Transaction[None]:
    """Write what one group commit says of cases."""
    yield from insert(_REVIEW, [msgspec.structs.astuple(one)[:8] for one in reviews])
    made = {claim.call for claim in claims}
    ended: dict[str, list[tuple[Any, ...]]] = {}
    # The one that was decided before those that gave up: each is of its own call, and one of them at most is the open
    # one's. What was given back before it was made is neither written nor undone.
    for said in sorted(results, key=lambda said: said.result is None):
        if said.claim.call not in made:
            ended.setdefault(said.claim.key, []).append(_ended(holder, said))
    rows, again = {key: of_key[0] for key, of_key in ended.items()}, []
    for key, claim in _first(_live(claims, results)).items():
        row = (key, claim.digest, claim.call, holder, "open", None, claim.at)
        if rows.setdefault(key, row) is not row:
            again.append(row)
    # In one order everywhere: two processes that claim the same keys must not wait in a circle.
    yield from insert(_CLAIM, [row for _, row in sorted(rows.items())])
    # A statement may have each key once.
    for nth in range(1, max(map(len, ended.values()), default=0)):
        yield from insert(_CLAIM, [of_key[nth] for _, of_key in sorted(ended.items()) if len(of_key) > nth])
    yield from insert(_CLAIM, sorted(again))


def claimed(claims: Sequence[Claim], results: Sequence[Result] = ()) -> Transaction[list[Claimed]]:
    """What became of claims, in their order; nobody waits for one that ``results`` give back."""
    if not claims:
        return []
    first = _first(_live(claims, results))
    # Only what somebody else has: as a rule that is nothing.
    rows = yield Ask(
        "SELECT key, digest, call, state, result FROM claim WHERE key = ANY($1) AND NOT (call = ANY($2) "
        "AND state = 'open')",
        [[*first], [one.call for one in first.values()]],
    )
    taken = {row[0]: row for row in rows}
    return [_claimed(one, first.get(one.key), taken.get(one.key)) for one in claims]


def cut(holder: int) -> Transaction[None]:
    """Let the cases that an ended process was deciding be tried again."""
    yield Ask("UPDATE claim SET state = 'cut' WHERE holder = $1 AND state = 'open'", [holder])


def find_result(key: str) -> Transaction[bytes | None]:
    """The decision of the case that was claimed by this key; None where there is no such case, or none yet."""
    rows = yield Ask("SELECT result FROM claim WHERE key = $1 AND state = 'done'", [key])
    return bytes(rows[0][0]) if rows else None


def find_review(id_: str, tenant: str | None = None) -> Transaction[Review | None]:
    """A case that went to a person, or None; with ``tenant`` only where it is that tenant's."""
    rows = yield Ask(_REVIEWS + "WHERE id = $1", [id_])
    found = Review(*rows[0]) if rows else None
    return found if found is None or tenant in {None, found.tenant} else None


def waiting(most: int) -> Transaction[list[Review]]:
    """The cases that wait longest."""
    rows = yield Ask(_REVIEWS + "WHERE state = 'waiting' ORDER BY at, id LIMIT $1", [most])
    return [Review(*row) for row in rows]


def decide_review(id_: str, decision: bytes, by: str, at: float) -> Transaction[Decided | None]:
    """Write down a person's decision (text in UTF-8), and say so in the register; None where there is no such case.

    A case is decided once: whoever comes second is told what the first decided, and changes nothing.
    """
    rows = yield Ask(
        "UPDATE review SET state = 'decided', decision = $1, decided_by = $2, decided_at = $3 "
        "WHERE id = $4 AND state = 'waiting' RETURNING id",
        [decision, by, at, id_],
    )
    found = yield from find_review(id_)
    if found is None:
        return None
    if rows:
        said = {"review": id_, "tenant": found.tenant, "tier": found.tier, "by": by, "decision": decision.decode()}
        yield from chains.register("decided", said, at)
    return Decided(bool(rows), found)


def forget_claims(before: float) -> Transaction[None]:
    """Drop decided claims from before a moment: a repeat that comes later is a new case."""
    yield Ask("DELETE FROM claim WHERE state <> 'open' AND at < $1", [before])


def _live(claims: Sequence[Claim], results: Sequence[Result]) -> list[Claim]:
    """The claims that were not given back while they were being made."""
    gone = {said.claim.call for said in results}
    return [one for one in claims if one.call not in gone]


def _first(claims: Sequence[Claim]) -> dict[str, Claim]:
    """Of several claims of one key in one commit the first counts."""
    return {one.key: one for one in reversed(claims)}


def _ended(holder: int, said: Result) -> tuple[Any, ...]:
    claim = said.claim
    if said.result is None:
        return (claim.key, claim.digest, claim.call, 0, "cut", None, claim.at)
    return (claim.key, claim.digest, claim.call, holder, "done", said.result, claim.at)


def _claimed(asked: Claim, first: Claim | None, taken: Sequence[Any] | None) -> Claimed:
    if first is None:
        return Claimed(asked.key, "open")
    if taken is None:
        if asked is first:
            return Claimed(asked.key, "mine")
        return Claimed(asked.key, "open" if asked.digest == first.digest else "other")
    key, digest, _, state, result = taken
    if bytes(digest) != asked.digest:
        return Claimed(key, "other")
    return Claimed(key, "done", bytes(result)) if state == "done" else Claimed(key, "open")
