"""The group commit: what is said to the store between two commits goes into it together, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger import trail
from ledger.book import Call
from ledger.cases import Claim, Claimed, Result, Review
from ledger.store import Batch, Membership
from timing.wakeup import Wakeup

# The most calls of one entry: after a while without the store there are many.
_CALLS = 1000
_FOR_EVER = float("inf")


@dataclass
class _Pending:
    """What the next group commit takes; ``done`` is resolved when it is durable, or by the loop's time beside it."""

    notes: list[tuple[float, str, bytes]] = field(default_factory=list)
    claims: list[tuple[Claim, asyncio.Future[Claimed]]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    done: list[tuple[asyncio.Future[None], float]] = field(default_factory=list)

    def before(self, later: _Pending) -> _Pending:
        return _Pending(
            self.notes + later.notes,
            self.claims + later.claims,
            self.results + later.results,
            self.reviews + later.reviews,
            self.done + later.done,
        )


class Group:
    """What waits for the next commit, and what is on its way with this one."""

    def __init__(self) -> None:
        self._pending = _Pending()
        self._sent: tuple[_Pending, Batch] | None = None
        self._wakeup = Wakeup(self._late)

    @property
    def unanswered(self) -> list[Call]:
        """Closed calls that are on their way."""
        return self._sent[1].calls if self._sent is not None else []

    @property
    def is_sent(self) -> bool:
        """Whether a batch is on its way, or may be in the store without anybody knowing."""
        return self._sent is not None

    def note(self, at: float, kind: str, body: bytes) -> None:
        """An entry for the trail; ``at`` in seconds since 1970."""
        self._pending.notes.append((at, kind, body))

    def review(self, case: Review) -> None:
        """A case for a person."""
        self._pending.reviews.append(case)

    def result(self, result: Result) -> None:
        """The decision of a claimed case."""
        self._pending.results.append(result)

    def claim(self, claim: Claim) -> asyncio.Future[Claimed]:
        """A claim; what becomes of it."""
        answer: asyncio.Future[Claimed] = asyncio.get_running_loop().create_future()
        self._pending.claims.append((claim, answer))
        return answer

    def durable(self, seconds: float | None = None) -> asyncio.Future[None]:
        """What is resolved when all that was said so far is in the store; TimeoutError after ``seconds``."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        end = _FOR_EVER if seconds is None else loop.time() + seconds
        self._pending.done.append((done, end))
        if seconds is not None:
            self._wakeup.by(end)
        return done

    def send(self, holder: Membership, closed: Sequence[Call]) -> Batch:
        """What is to be committed now, with the calls that were ``closed`` since; after ``answered``, or ``fenced``."""
        gathered, self._pending = self._pending, _Pending()
        batch = _batch(holder, closed, gathered)
        self._sent = gathered, batch
        return batch

    def again(self) -> Batch | None:
        """The batch whose answer was lost."""
        return self._sent[1] if self._sent is not None else None

    def answered(self, claimed: Sequence[Claimed]) -> None:
        """The batch is in the store: wake whoever waits for it."""
        assert self._sent is not None  # noqa: S101 - only what was sent is answered
        gathered, self._sent = self._sent[0], None
        for (_, waiting), said in zip(gathered.claims, claimed, strict=True):
            if not waiting.done():
                waiting.set_result(said)
        for done, _ in gathered.done:
            if not done.done():
                done.set_result(None)

    def fenced(self) -> list[Call]:
        """The batch is not in the store and cannot be: it waits for the next chain; its calls."""
        assert self._sent is not None  # noqa: S101 - only what was sent is refused
        gathered, batch = self._sent
        self._sent = None
        self._pending = gathered.before(self._pending)
        return batch.calls

    def close(self) -> None:
        """Let nobody be told any more that it takes too long."""
        self._wakeup.stop()

    def _waiting(self) -> Iterator[tuple[asyncio.Future[None], float]]:
        for gathered in (self._sent[0] if self._sent is not None else None, self._pending):
            if gathered is not None:
                yield from (one for one in gathered.done if not one[0].done())

    def _late(self, now: float) -> float | None:
        later = []
        for done, end in self._waiting():
            if end <= now:
                done.set_exception(TimeoutError())
            elif end < _FOR_EVER:
                later.append(end)
        return min(later, default=None)


def _batch(holder: Membership, closed: Sequence[Call], gathered: _Pending) -> Batch:
    said = gathered.notes
    if closed:
        # One entry for all calls of a commit: a commit is whole or not there, so they need no more.
        parts = [closed[at : at + _CALLS] for at in range(0, len(closed), _CALLS)]
        said = [*((part[-1].closed_at, "calls", trail.calls(part)) for part in parts), *said]
    head, entries = holder.head, []
    for at, kind, body in said:
        entry = trail.append(head, at, kind, body)
        entries.append(entry)
        head = trail.head(entry)
    claims = [claim for claim, _ in gathered.claims]
    return Batch(holder.holder, holder.head, entries, list(closed), claims, gathered.results, gathered.reviews)
