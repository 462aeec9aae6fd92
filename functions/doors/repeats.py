"""A request under a key is decided once: the claim on the key, and the decision that its repeats get.

Where no decision came of it, the claim is given back, so that a repeat is decided anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import re

import msgspec

from doors.http import Headers, Incoming, Refused
from ledger.keeper import OverBudgetError
from ledger.store import Claim, FencedError
from serving.router import DURABLE_SECONDS, Repeats, Router

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
REPLAYED: Headers = [(b"idempotent-replayed", b"true")]


class Kept(msgspec.Struct, frozen=True, gc=False):
    """A decision as it is kept for repeats."""

    status: int
    body: msgspec.Raw


def key(incoming: Incoming) -> str | None:
    """The request's Idempotency-Key; None where it has none. Raises Refused for one that is none."""
    said = incoming.single(b"idempotency-key")
    if said is None:
        return None
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
        async with asyncio.timeout(DURABLE_SECONDS):
            claimed = await router.ledger.claim(claim)
    except TimeoutError:
        # Whatever becomes of it now, nobody waits for it.
        router.ledger.decided(claim, None)
        raise Refused(503, "ledger", "the ledger does not answer; send the request again", after=5) from None
    except FencedError:
        raise Refused(503, "ledger", "the router joins its ledger again; send the request again", after=2) from None
    except BaseException:
        router.ledger.decided(claim, None)
        raise
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


class Undecided:
    """Around what decides: where it ends in no decision the claim is given back; raises Refused (429)."""

    __slots__ = ("_claim", "_router")

    def __init__(self, router: Router, claim: Claim | None) -> None:
        self._router = router
        self._claim = claim

    async def __aenter__(self) -> None:
        """Nothing is to be done before."""

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Give the claim back, if an error left."""
        if isinstance(error, OverBudgetError):
            await self._router.give_back(self._claim)
            raise self._router.over_budget(error) from None
        if error is not None and self._claim is not None:
            self._router.ledger.decided(self._claim, None)
