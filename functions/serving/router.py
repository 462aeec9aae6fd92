"""The parts of one process, and what both doors do with them: run a flow, and keep what became of it."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, TypeVar

import aiohttp
import msgspec

from calls.caller import Caller, Job
from doors.http import Left, Refused
from doors.metadata import Metadata
from flow.decide import ATTACK, Ask, Core, Flow
from flow.outcome import Decided
from journal.entry import Entry, write
from ledger.keeper import Ledger, OverBudgetError
from ledger.store import Claim, Review, Store
from mask.masker import Masker
from normalise.intake import Intake
from route.judge import Judge
from route.table import Table, Tier
from screen.armor import Armor, Screened, ScreenError
from serving import record
from serving.record import Told
from serving.stops import Stops
from serving.who import Callers
from vertex.shape import ModelError, Turn
from vertex.token import Token
from vertex.wire import Wire

# How long an answer waits for its record; the model has been paid, but nobody may act on what nobody can audit.
DURABLE_SECONDS = 10.0
SCREEN_SECONDS = 5.0
# The worst of this size is read in some tens of milliseconds, and all but the worst in one.
LONG_BYTES = 16_384

# Decisions that no person has seen, and what an operator's stop is called. What is spent was spent for the answer too.
UNSEEN = frozenset({"automatic", "validated"})
SWITCHED = frozenset({"stopped", "paused", "switch-unknown"})

T = TypeVar("T")


class Shown(msgspec.Struct, frozen=True, gc=False):
    """The masked input, and the id under which a person and the caller find the case."""

    id: str
    document: Any


class Repeats(msgspec.Struct, frozen=True, gc=False):
    """The claim on a case, and its decision as repeats of it get it."""

    claim: Claim
    result: bytes


class Line(msgspec.Struct, frozen=True):
    """What the log is to say of a case when its record is durable; ``started`` is of the monotonic clock."""

    done: asyncio.Future[None]
    told: Told
    decided: Decided
    started: float
    trace: str


@dataclass(frozen=True)
class Router:
    """One process's parts. ``clock`` is in seconds since 1970, ``longest`` the longest route's deadline in seconds.

    ``declared`` are the names of the fields that the charter declares, in key form.
    """

    table: Table
    judge: Judge
    intake: Intake
    declared: frozenset[str]
    metadata: Metadata
    masker: Masker
    core: Core
    caller: Caller
    ledger: Ledger
    callers: Callers
    stops: Stops
    armor: Armor | None
    token: Token
    store: Store
    session: aiohttp.ClientSession
    wire: Wire
    longest: float
    clock: Callable[[], float] = time.time
    names: Iterator[int] = field(default_factory=partial(count, 1))
    process: str = field(default_factory=lambda: uuid.uuid4().hex)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    lines: deque[Line] = field(default_factory=deque)
    reader: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "long-requests"))

    def name(self) -> str:
        """A name that no other request has, in no process."""
        return f"{self.process}{next(self.names):x}"

    def fallen_to_person(self, decided: Decided) -> bool:
        """Whether a person has to look at it."""
        if decided.outcome == "review":
            return True
        return decided.outcome == "fallback" and self.table.fallback.action == "manual-review"

    def deadline(self) -> float:
        """By when a case that comes now has its outcome, whichever tier it ends in; of the monotonic clock."""
        return time.monotonic() + self.longest

    async def read(self, size: int, work: Callable[[], T]) -> T:
        """Do what reads and masks a request of ``size`` bytes: a long one in a thread, so that others go on."""
        if size <= LONG_BYTES:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self.reader, work)

    async def run(self, flow: Flow, job: Job) -> Decided:
        """Run a flow to its end; raises OverBudgetError.

        What stops the tier meanwhile stops the case as well: no further model is asked, and no answer goes out that
        nobody has looked at.
        """
        began = job.tier
        try:
            ask = next(flow)
            while True:
                try:
                    if ask.tier != began:
                        ask = await self._raised(ask, job)
                    elif job.calls:
                        await self.caller.still(job)
                    reply = await self.caller.ask(ask, job)
                except ModelError as failure:
                    ask = flow.throw(failure)
                else:
                    ask = flow.send(reply)
        except StopIteration as done:
            decided: Decided = done.value
            if decided.outcome in UNSEEN and (cause := await self.stops.within(decided.tier, job.deadline)) in SWITCHED:
                return self.core.fallback(decided.tier, decided.why, cause)
            return decided
        finally:
            flow.close()

    async def _raised(self, ask: Ask, job: Job) -> Ask:
        """The question of a case that its draft raised, as its tier now allows it; raises ModelError."""
        job.tier = ask.tier
        await self.caller.still(job)
        try:
            turns, attacks = await self.screened_turns(ask.tier, ask.prompt.turns, job.deadline)
        except ScreenError:
            raise ModelError("not-screened", sent=False) from None
        if attacks:
            raise ModelError(ATTACK, sent=False)
        return msgspec.structs.replace(ask, prompt=msgspec.structs.replace(ask.prompt, turns=turns))

    def screens(self, tier: Tier) -> bool:
        """Whether Model Armor reads what a model of this tier is about to see."""
        return self.armor is not None and tier in self.table.masking.screened

    async def screened(self, tier: Tier, document: Any, deadline: float) -> Screened:
        """The document as a model may see it, before ``deadline`` of the monotonic clock; raises ScreenError."""
        if self.armor is None or not self.screens(tier):
            return Screened(document, [])
        return await self.armor.screened(document, max(0.001, min(SCREEN_SECONDS, deadline - time.monotonic())))

    async def screened_turns(self, tier: Tier, turns: list[Turn], deadline: float) -> tuple[list[Turn], list[str]]:
        """The turns as a model may see them, and the attacks that were found; otherwise as ``screened``."""
        texts, attacks = await self.screened_texts(tier, [turn.text for turn in turns], deadline)
        return [Turn(turn.role, text) for turn, text in zip(turns, texts, strict=True)], attacks

    async def screened_texts(self, tier: Tier, texts: list[str], deadline: float) -> tuple[list[str], list[str]]:
        """The texts as a model may see them, and the attacks that were found; otherwise as ``screened``."""
        screened = await self.screened(tier, texts, deadline)
        if len(screened.document) != len(texts) or not all(isinstance(text, str) for text in screened.document):
            raise ScreenError("other-document")
        return screened.document, screened.attacks

    async def kept(
        self, told: Told, decided: Decided, shown: Shown | None, repeats: Repeats | None, *, started: float, trace: str
    ) -> None:
        """Make the record durable: audit entry, case for review, decision for repeats; then write the log's line.

        Without ``shown`` no person gets it. ``started`` is of the monotonic clock. Raises Refused (503).
        """
        self.ledger.note("case", record.encode(told))
        if shown is not None and self.fallen_to_person(decided):
            proposal = record.masked(decided.proposal) if decided.proposal else None
            reason = "; ".join(decided.objections) or decided.cause or "tier"
            at, tier, masked = self.clock(), decided.tier, record.masked(shown.document)
            self.ledger.review(Review(shown.id, at, told.tenant, tier, masked, proposal, reason))
        if repeats is not None:
            self.ledger.decided(repeats.claim, repeats.result)
        done = self.ledger.durable(DURABLE_SECONDS)
        self.lines.append(Line(done, told, decided, started, trace))
        try:
            await done
        except TimeoutError:
            raise _not_recorded() from None
        finally:
            self._log()

    def _log(self) -> None:
        """Write the lines of all whose records are in the store: whoever goes on first writes those of its commit.

        They are in the order of the commits, so none waits behind one whose record is not there yet.
        """
        now, entries = time.monotonic(), []
        while self.lines and self.lines[0].done.done():
            line = self.lines.popleft()
            if not line.done.cancelled() and line.done.exception() is None:
                entries.append(record.entry(self.table, line.told, line.decided, now - line.started, line.trace))
        if entries:
            write(*entries)

    async def durable(self) -> None:
        """Return when all that was said is in the store; raises Refused (503) where that takes too long."""
        try:
            await self.ledger.durable(DURABLE_SECONDS)
        except TimeoutError:
            raise _not_recorded() from None

    def over_budget(self, error: OverBudgetError) -> Refused:
        """The answer to a case for which too little money is left."""
        wait = max(1, math.ceil(error.resets_at.timestamp() - self.clock()))
        again, currency = error.resets_at.isoformat(), self.table.currency
        left = Left(str(error.account), error.left, error.needed, currency, again)
        return Refused(429, "over-budget", f"{error} (amounts in {currency})", after=wait, left=left)

    def refused(self, refused: Refused, trace: str) -> None:
        """Write the line of the log of a request without a decision."""
        write(Entry("WARNING", "refused", "a request was refused", cause=refused.code, trace=trace or None))

    async def give_back(self, claim: Claim | None) -> None:
        """Let a repeat of the case try again."""
        if claim is not None:
            self.ledger.decided(claim, None)
            with suppress(Refused):
                await self.durable()


def _not_recorded() -> Refused:
    message = "the decision could not be recorded, so it must not be acted on; send the case again later"
    return Refused(503, "not-recorded", message, after=5)
