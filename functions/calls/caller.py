"""Carries out what the flow asks: money first, then the call, then what it cost. Retries, next models, the breaker."""

from __future__ import annotations

import asyncio
import datetime
import random
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from functools import lru_cache
from typing import Literal

import msgspec

from calls.breaker import Breaker, State
from calls.retry import RetryBudget
from flow.decide import Ask
from flow.outcome import Asked
from ledger.bound import UnboundedError, most_tokens, tokenizer, worst_case
from ledger.budget import SECONDS_A_DAY
from ledger.journal import JournalError
from ledger.keeper import ClosedError, Ledger, OverBudgetError
from ledger.price import NoPriceError, PriceBook, Tariff, Usage
from ledger.store import StoreDownError
from route.table import Table, Tier
from vertex.call import Vertex
from vertex.shape import ModelError, Piece, Reply

# Spread, so that callers who were refused together do not come back together.
JITTER = (0.5, 1.5)
# No model answers sooner: a call that cannot be waited for would be paid for nothing.
LEAST_SECONDS = 0.05
# Another model would be asked the same, and may be less strict.
FINAL = frozenset({"blocked", "cut-off", "too-long"})
# An answer that was blocked or cut off came from a model that works. The refusal of a request for its content says
# nothing of the model, or one caller could close it to all, or keep it open; nor does a call that reached none.
WORKS = frozenset({"blocked", "cut-off"})
UNTOLD = frozenset({"status-400", "status-413", "no-token", "not-deployed", "too-late"})


NOTHING = Usage(0, 0)
Closed = Literal["settled", "charged", "released", "unpriced"]


class Job(msgspec.Struct, gc=False):
    """On whose account calls are made, by when (seconds of the monotonic clock), and which were made."""

    tenant: str
    tier: Tier
    deadline: float
    calls: list[Asked]


class _Attempt(msgspec.Struct, gc=False):
    """One attempt that is under way; without a tariff it is paid by the hour."""

    call: str
    ask: Ask
    model: str
    tariff: Tariff | None
    reserved: int
    started: float

    def counted(self, state: Closed, cause: str | None, used: Usage, paid: int | None, over: int) -> Asked:
        """What became of it; amounts in units of 1e-12."""
        taken = round((time.monotonic() - self.started) * 1000)
        return Asked(
            self.call,
            self.ask.role,
            self.model,
            state,
            cause,
            self.reserved,
            paid,
            used.input,
            used.output,
            used.cached,
            over,
            taken,
        )


class Caller:
    """The models of one process, behind the ledger."""

    def __init__(
        self,
        table: Table,
        vertex: Vertex,
        ledger: Ledger,
        book: PriceBook,
        stopped: Callable[[Tier, float], Awaitable[str | None]],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``stopped`` says by a deadline why a tier may ask no model; ``clock`` (seconds since 1970) dates a price."""
        self._table = table
        self._vertex = vertex
        self._ledger = ledger
        self._book = book
        self._stopped = stopped
        self._clock = clock
        self._retries = RetryBudget(table.retries)
        self._breakers: Mapping[str, Breaker] = {name: Breaker(table.retries) for name in table.models}
        self._process = uuid.uuid4().hex
        self._count = 0

    async def ask(self, ask: Ask, job: Job) -> Reply:
        """The answer of the first model that gives one in time.

        Raises ModelError where none does, and OverBudgetError where a budget has too little left for a draft, and
        nothing was asked before: once money was spent on a case, it has an outcome.
        """
        self._retries.called()
        known, end = len(job.calls), min(time.monotonic() + ask.seconds, job.deadline)
        try:
            try:
                return await self._first(ask, job, end)
            except OverBudgetError:
                if ask.cheaper is None:
                    raise
                return await self._first(_cheaper(ask), job, end)
        except OverBudgetError:
            if ask.role != "draft" or _tried(job, known):
                raise ModelError("over-budget", sent=False) from None
            raise

    async def stream(self, ask: Ask, job: Job) -> AsyncGenerator[Piece, None]:
        """The answer as it comes. What was sent cannot be taken back, so only what fails before it is asked anew.

        Raises as ``ask``; where the reader stops early the call stays charged.
        """
        self._retries.called()
        known, end = len(job.calls), min(time.monotonic() + ask.seconds, job.deadline)
        over: OverBudgetError | None = None
        for one in [ask] if ask.cheaper is None else [ask, _cheaper(ask)]:
            try:
                async with aclosing(self._first_streamed(one, job, end)) as pieces:
                    async for piece in pieces:
                        yield piece
            except OverBudgetError as error:
                over = error
            else:
                return
        if over is None or _tried(job, known):
            raise ModelError("over-budget", sent=False) from None
        raise over

    async def still(self, job: Job) -> None:
        """See that the case's tier may go on asking models; raises ModelError where something stopped it meanwhile."""
        cause = await self._stopped(job.tier, job.deadline)
        if cause is not None:
            raise ModelError(cause, sent=False)

    async def _first(self, ask: Ask, job: Job, end: float) -> Reply:
        failure: ModelError | None = None
        for model, until in self._models(ask, end):
            if failure is not None:
                await self.still(job)
            try:
                return await self._asked(ask, model, job, until)
            except ModelError as error:
                failure = error
                if error.cause in FINAL:
                    break
        raise failure or ModelError("timeout", sent=False)

    async def _first_streamed(self, ask: Ask, job: Job, end: float) -> AsyncGenerator[Piece, None]:
        failure: ModelError | None = None
        for model, until in self._models(ask, end):
            begun = False
            if failure is not None:
                await self.still(job)
            try:
                async with aclosing(self._streamed(ask, model, job, end, until)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
            except ModelError as error:
                failure = error
                if begun or error.cause in FINAL:
                    raise
            else:
                return
        raise failure or ModelError("timeout", sent=False)

    def _models(self, ask: Ask, end: float) -> Iterator[tuple[str, float]]:
        """The models to ask while there is time, and until when each is waited for: they share what is left.

        Not those whose breaker is open; raises ModelError where all are.
        """
        known = False
        names = (ask.model, *ask.then)
        for at, model in enumerate(names):
            now = time.monotonic()
            if end - now < LEAST_SECONDS:
                return
            if self._breakers[model].allows(now):
                known = True
                later = [name for name in names[at + 1 :] if self._breakers[name].state is not State.OPEN]
                yield model, now + (end - now) / (1 + len(later))
        if not known:
            raise ModelError("breaker-open", sent=False)

    async def _asked(self, ask: Ask, model: str, job: Job, end: float) -> Reply:
        while True:
            attempt = await self._reserved(ask, model, job)
            try:
                known, left = self._table.models[model], _left(end)
                reply = await self._vertex.ask(model, known, ask.prompt, ask.limits.max_output_tokens, left)
            except ModelError as error:
                self._failed(attempt, error, job)
                wait = None if error.again is None else error.again * random.uniform(*JITTER)  # noqa: S311
                if wait is None or not self._again(model, end - wait):
                    raise
                await asyncio.sleep(wait)
                await self.still(job)
            except BaseException:
                self._cut_off(attempt, job)
                raise
            else:
                self._succeeded(attempt, reply.usage, job)
                return reply

    async def _streamed(self, ask: Ask, model: str, job: Job, end: float, until: float) -> AsyncGenerator[Piece, None]:
        attempt = await self._reserved(ask, model, job)
        usage: Usage | None = None
        try:
            known, most = self._table.models[model], ask.limits.max_output_tokens
            stream = self._vertex.stream(model, known, ask.prompt, most, timeout=_left(end), pause=_left(until))
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    usage = piece.usage or usage
                    # Nothing has begun as long as nothing was said: another model may still be asked.
                    if piece.text:
                        yield piece
        except ModelError as error:
            self._failed(attempt, error, job)
            raise
        except BaseException:
            self._cut_off(attempt, job)
            raise
        self._succeeded(attempt, usage, job)

    def _again(self, model: str, end: float) -> bool:
        """Whether a call that failed is made once more, if it can begin before ``end``; then that retry is taken.

        Not while the breaker is open, also where this failure opened it: the trial is one call and no retry.
        """
        early = end - time.monotonic() >= LEAST_SECONDS
        return early and self._breakers[model].state is State.CLOSED and self._retries.take()

    async def _reserved(self, ask: Ask, model: str, job: Job) -> _Attempt:
        """Set the most that one attempt can cost aside; each attempt has a reservation of its own.

        Without the money the model is not asked, so it was no trial of its breaker.
        """
        self._count += 1
        # Of one length, so that they come to the store's index in order.
        call = f"{self._process}-{self._count:010x}"
        if self._table.models[model].hosting == "deployed":
            return _Attempt(call, ask, model, None, 0, time.monotonic())
        try:
            tariff = self._book.tariff(model, self._table.region, _day(int(self._clock() // SECONDS_A_DAY)))
            most = most_tokens(ask.prompt.texts(), tokenizer(model))
            amount = worst_case(most, ask.limits.max_output_tokens, tariff)
            await self._ledger.reserve(call, job.tenant, job.tier, model, amount)
        except OverBudgetError:
            self._breakers[model].untold()
            job.calls.append(Asked(call, ask.role, model, "refused", "over-budget"))
            raise
        except (UnboundedError, NoPriceError, JournalError, ClosedError, StoreDownError) as error:
            self._breakers[model].untold()
            cause = {UnboundedError: "unbounded", NoPriceError: "no-price"}.get(type(error), "ledger")
            job.calls.append(Asked(call, ask.role, model, "refused", cause))
            raise ModelError(cause, sent=False) from error
        return _Attempt(call, ask, model, tariff, amount, time.monotonic())

    def _succeeded(self, attempt: _Attempt, usage: Usage | None, job: Job) -> None:
        self._breakers[attempt.model].succeeded()
        self._paid(attempt, usage, None, job)

    def _failed(self, attempt: _Attempt, error: ModelError, job: Job) -> None:
        breaker = self._breakers[attempt.model]
        if error.cause in WORKS:
            breaker.succeeded()
        elif error.cause in UNTOLD:
            breaker.untold()
        else:
            breaker.failed(time.monotonic())
        if error.sent:
            self._paid(attempt, error.usage, error.cause, job)
            return
        if attempt.tariff is not None:
            self._ledger.release(attempt.call)
        job.calls.append(attempt.counted("released", error.cause, NOTHING, None, 0))

    def _cut_off(self, attempt: _Attempt, job: Job) -> None:
        """The reader went away, or the process stops: the call may be billed, and says nothing of the model."""
        self._breakers[attempt.model].untold()
        self._paid(attempt, None, "cut-off-here", job)

    def _paid(self, attempt: _Attempt, usage: Usage | None, cause: str | None, job: Job) -> None:
        used = usage or NOTHING
        if attempt.tariff is None:
            job.calls.append(attempt.counted("unpriced", cause, used, None, 0))
        elif usage is None:
            self._ledger.charge(attempt.call)
            job.calls.append(attempt.counted("charged", cause, used, attempt.reserved, 0))
        else:
            spent = attempt.tariff.cost(usage)
            over = self._ledger.settle(attempt.call, spent, usage)
            job.calls.append(attempt.counted("settled", cause, used, spent, over))


@lru_cache(maxsize=4)
def _day(number: int) -> datetime.date:
    """The day so many days after 1970-01-01."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=number)


def _left(end: float) -> float:
    """The seconds until ``end``; raises ModelError where no model could answer in them, so that none is paid for it."""
    left = end - time.monotonic()
    if left < LEAST_SECONDS:
        raise ModelError("too-late", sent=False)
    return left


def _cheaper(ask: Ask) -> Ask:
    """The same question to the model that the charter names for when money is short."""
    return msgspec.structs.replace(ask, model=ask.cheaper or ask.model, then=())


def _tried(job: Job, known: int) -> bool:
    """Whether a model was asked since there were ``known`` calls."""
    return any(call.state != "refused" for call in job.calls[known:])
