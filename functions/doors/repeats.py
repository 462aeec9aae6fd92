"""A request under a key is decided once: the claim on the key, and the decision that its repeats get.

Where no decision came of it, the claim is given back, so that a repeat is decided anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from doors.http import Headers, Incoming, Refused
from ledger.keeper import OverBudgetError
from ledger.store import Claim, FencedError
from serving.router import Repeats, Router

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
REPLAYED: Headers = [(b"idempotent-replayed", b"true")]


class Kept(msgspec.Struct, frozen=True):
    """A decision as it is kept for repeats."""

    status: int
    body: msgspec.Raw


def key(incoming: Incoming) -> str | None:
    """The request's Idempotency-Key; None where it has none. Raises Refused for one that is none."""
    given = incoming.headers.get(b"idempotency-key")
    if given is None:
        return None
    said = given.decode("latin-1")
    if not KEY.fullmatch(said):
        raise Refused(400, "bad-key", "Idempotency-Key takes 1 to 128 letters, digits and ._:-; send another")
    return said


def claim(router: Router, key: str, raw: bytes) -> Claim:
    """A claim on ``key`` for this body, not yet made."""
    return Claim(key, hashlib.sha256(raw).digest(), router.name(), router.clock())


async def known(router: Router, claim: Claim) -> Kept | None:
    """Make the claim: the decision that is there already, or None where it is this request's to decide.

    Raises Refused: the key is being decided (409 in-progress), or was used for another body (409 key-reused).
    """
    try:
        claimed = await router.ledger.claim(claim)
    except FencedError:
        raise Refused(503, "ledger", "the router joins its ledger again; send the request again", after=2) from None
    match claimed.state:
        case "mine":
            return None
        case "done" if claimed.result is not None:
            return msgspec.json.decode(claimed.result, type=Kept)
        case "open":
            raise Refused(409, "in-progress", "a request of this key is being decided; ask again", after=1)
        case _:
            raise Refused(409, "key-reused", "the key was used for another request; send this one under a new one")


def keeping(claim: Claim, status: int, body: bytes) -> Repeats:
    """What repeats of this claim get."""
    return Repeats(claim, msgspec.json.encode(Kept(status, msgspec.Raw(body))))


@asynccontextmanager
async def undecided(router: Router, claim: Claim | None) -> AsyncIterator[None]:
    """Around what decides: where it ends in no decision the claim is given back; raises Refused (429)."""
    try:
        yield
    except OverBudgetError as error:
        await router.give_back(claim)
        raise router.over_budget(error) from None
    except BaseException:
        if claim is not None:
            router.ledger.decided(claim, None)
        raise
