"""What the router's time goes to: ``uvicorn benchmarks.router.stages:app`` in an archive serves it with stopwatches on.

Each stage's share of the one thread that does the work is its own: what it calls of another stage counts there. An
asynchronous stage is timed step by step, so 64 callers may be under way at once. What the stopwatches cost themselves
is measured, and has a row of its own. ``GET /_stages`` gives the totals since the start.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

REST = "event loop, doors' own code"
WATCHES = "the stopwatches"
COMMIT_THREAD = "group commit, SQLite's thread"
TRIED = 2_000
STAGES: Mapping[str, tuple[str, ...]] = {
    "HTTP in and out (uvicorn)": (
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol.data_received",
        "uvicorn.protocols.http.httptools_impl:RequestResponseCycle.send",
    ),
    "caller's token": ("serving.who:Callers.tenant",),
    "parse": ("doors.cases:parse", "doors.chat:_read"),
    "normalise": ("normalise.intake:Intake.normalise",),
    "claim on the key": ("ledger.keeper:Ledger.claim",),
    "segments and tier": ("route.judge:Judge.placed",),
    "mask": ("mask.masker:Masker.case", "mask.masker:Masker.text", "mask.masker:Masker.instruction"),
    "spend record, switch": ("serving.stops:Stops.within",),
    "prompt, reading the answer": ("flow.decide:Core.case", "flow.decide:Core.talk"),
    "business rules": ("route.judge:Judge.broken", "route.judge:Judge.raised"),
    "bound, price, reserve": (
        "calls.caller:most_tokens",
        "calls.caller:worst_case",
        "ledger.price:PriceBook.tariff",
        "ledger.keeper:Ledger.reserve",
    ),
    "upstream call": (
        "vertex.call:Vertex.ask",
        "vertex.wire:_Connection.send",
        "vertex.wire:_Connection.data_received",
    ),
    "settle": ("ledger.keeper:Ledger.settle",),
    "audit record": ("serving.router:Router.kept",),
    "group commit": ("ledger.keeper:Ledger.commit",),
    "log line": ("serving.router:Router._log",),
    "response": ("doors.cases:json", "doors.chat:json", "doors.app:respond"),
}


class Watch:
    """One stopwatch, of whichever stage runs."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.lacking: list[str] = []
        """Places that the router no longer has."""
        self._running = [REST]
        self._since = time.thread_time_ns()
        self._turns = 0

    def enter(self, stage: str) -> None:
        self._turn()
        self._running.append(stage)

    def leave(self) -> None:
        self._turn()
        self._running.pop()

    def _turn(self) -> None:
        now = time.thread_time_ns()
        self._turns += 1
        self.totals[self._running[-1]] += now - self._since
        self._since = now

    def seen(self) -> dict[str, Any]:
        """Nanoseconds of each stage and of the process; how often a stopwatch was turned, and what one turn costs."""
        self._turn()
        seen = {"stages": dict(self.totals), "process": time.process_time_ns(), "turns": self._turns}
        return seen | {"turn": Watch().cost(), "lacking": self.lacking}

    def cost(self) -> float:
        """Nanoseconds of one turn of a stopwatch, and of the wrapper around it."""

        def nothing() -> None:
            return None

        def taken(function: Callable[[], None]) -> int:
            begun = time.thread_time_ns()
            for _ in range(TRIED):
                function()
            return time.thread_time_ns() - begun

        timed = self._timed(nothing, REST)
        return min(taken(timed) - taken(nothing) for _ in range(5)) / TRIED / 2

    def put_on(self, stage: str, place: str) -> None:
        """Wrap the function, method or generator at ``module:name``."""
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        try:
            owner = functools.reduce(getattr, owners, importlib.import_module(module))
            wrapped = getattr(owner, name)
        except (ImportError, AttributeError):
            self.lacking.append(place)
            return
        setattr(owner, name, self._timed(wrapped, stage))

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        in_steps = inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function)

        @functools.wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                made = function(*given, **named)
            finally:
                self.leave()
            return _Steps(self, stage, made) if in_steps or inspect.isgenerator(made) else made

        return timed


class _Steps(Generator[Any, Any, Any]):
    """A coroutine or a generator each of whose steps is timed."""

    def __init__(self, watch: Watch, stage: str, steps: Any) -> None:
        self._watch = watch
        self._stage = stage
        self._steps = steps

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def send(self, value: Any) -> Any:
        self._watch.enter(self._stage)
        try:
            return self._steps.send(value)
        finally:
            self._watch.leave()

    def throw(self, *error: Any) -> Any:
        self._watch.enter(self._stage)
        try:
            return self._steps.throw(*error)
        finally:
            self._watch.leave()

    def close(self) -> None:
        self._steps.close()


WATCH = Watch()


@functools.cache
def _router() -> Callable[[Message, Any, Send], Awaitable[None]]:
    for stage, places in STAGES.items():
        for place in places:
            WATCH.put_on(stage, place)
    served: Callable[[Message, Any, Send], Awaitable[None]] = importlib.import_module("asgi").app
    return served


async def app(scope: Message, receive: Any, send: Send) -> None:
    """The router, and its totals."""
    if scope["type"] != "http" or scope["path"] != "/_stages":
        await _router()(scope, receive, send)
        return
    body = json.dumps(WATCH.seen()).encode()
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


def between(before: Mapping[str, Any], after: Mapping[str, Any], requests: int) -> dict[str, float]:
    """Microseconds of the processor a request: of each stage, of what is left of the thread, and of other threads."""
    spent = {name: after["stages"].get(name, 0) - before["stages"].get(name, 0) for name in (*STAGES, REST)}
    beside = after["process"] - before["process"] - sum(spent.values())
    watches = (after["turns"] - before["turns"]) * after["turn"]
    spent |= {REST: spent[REST] - watches, WATCHES: watches, COMMIT_THREAD: beside}
    return {name: nanoseconds / requests / 1000 for name, nanoseconds in spent.items()}
