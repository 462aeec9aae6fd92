"""Rounds: each server in turn for some seconds, again and again, so that what slows the machine slows all of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count

import msgspec

from benchmarks.router import payload
from benchmarks.router.load import Order, Told
from benchmarks.router.servers import AROUND, ROOT, Running, pinned

CALLERS = 64
# Each turn has numbers of its own, all of one kind: one that begins with 00 and no other 0 could be dialled abroad, and
# takes a router that looks for phone numbers several times as long.
_starts = count(100_000_000_000, 10_000_000)


class InvalidError(Exception):
    """A figure that does not count: an answer was wrong, or did not come from the upstream."""


@dataclass(frozen=True)
class Target:
    """A server, and which of its doors is asked."""

    name: str
    server: Running
    body: bytes
    path: str = "/v1/chat/completions"


@dataclass(frozen=True)
class Round:
    """What came of one turn. ``microseconds`` are the server's processor's for a request, ``around`` is how busy the
    core of the upstream and the callers was, from 0 to 1.
    """

    told: Told
    microseconds: float
    megabytes: float
    around: float


@dataclass(frozen=True)
class Rounds:
    """All turns of one target."""

    name: str
    rounds: Sequence[Round]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self._median(lambda one: one.told.rate)

    @property
    def microseconds(self) -> float:
        """Of the server's processor, for one answer."""
        return self._median(lambda one: one.microseconds)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return self._median(lambda one: one.told.p99)

    def of(self, other: Rounds, figure: Callable[[Round], float]) -> float:
        """The median of the ratios of a figure, each of one round: what slows the machine for seconds slows both."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(figure(one) / figure(peer) for one, peer in pairs)

    def __str__(self) -> str:
        rates = [one.told.rate for one in self.rounds]
        slow = [one.told.p99 for one in self.rounds]
        return (
            f"{self.name:24}{self.rate:9,.0f} ({min(rates):7,.0f} to {max(rates):7,.0f})"
            f"{self._median(lambda one: one.told.p50):9.1f}{self.p99:9.1f} ({min(slow):7.1f} to {max(slow):7.1f})"
            f"{self.microseconds:9,.0f}"
            f"{max(one.megabytes for one in self.rounds):7,.0f}"
            f"{sum(one.told.answers for one in self.rounds):10,}"
            f"{100 * self._median(lambda one: one.around):6.0f} %"
        )

    def _median(self, figure: Callable[[Round], float]) -> float:
        return statistics.median(figure(one) for one in self.rounds)


COLUMNS = {"answers a second": 29, "p50 ms": 9, "p99 ms": 30, "us each": 9, "MB": 7, "answers": 10, "around": 8}
HEAD = " " * 24 + "".join(f"{name:>{width}}" for name, width in COLUMNS.items())


def in_rounds(
    targets: Sequence[Target], upstream: Running, *, delay: int, seconds: float, rounds: int
) -> Mapping[str, Rounds]:
    """Ask the targets in turn, after a round that does not count; ``delay`` is the upstream's, in milliseconds.

    Raises InvalidError.
    """
    control(upstream, f"/_delay/{delay}")
    taken: dict[str, list[Round]] = {target.name: [] for target in targets}
    for number in range(rounds + 1):
        for target in targets:
            one = turn(target, upstream, seconds=seconds if number else min(2.0, seconds))
            if number:
                taken[target.name].append(one)
    control(upstream, "/_delay/0")
    return {name: Rounds(name, tuple(found)) for name, found in taken.items()}


def turn(target: Target, upstream: Running, *, seconds: float = 1e9, requests: int = 1 << 60) -> Round:
    """Ask one target for so long, or so often; raises InvalidError."""
    server = target.server
    order = Order(
        port=server.launch.port,
        path=target.path,
        body=target.body.decode(),
        expected=[payload.TOLD],
        headers=dict(server.launch.headers),
        callers=CALLERS,
        seconds=seconds,
        requests=requests,
        first=next(_starts),
    )
    used, others, calls = server.processor_seconds(), upstream.processor_seconds(), int(control(upstream, "/_count"))
    told = loaded(order)
    if told.errors:
        raise InvalidError(
            f"{target.name}: {told.errors} of {told.answers} answers were wrong; the first: {told.error}"
        )
    asked = int(control(upstream, "/_count")) - calls
    if asked != told.answers:
        raise InvalidError(f"{target.name}: {told.answers} answers, but the upstream was asked {asked} times")
    others = upstream.processor_seconds() - others
    return Round(
        told,
        1e6 * (server.processor_seconds() - used) / told.answers,
        server.megabytes(),
        (others + told.processor_seconds) / told.seconds,
    )


def loaded(order: Order) -> Told:
    """Carry out an order in a process of its own."""
    with pinned(AROUND):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.router.load"],
            cwd=ROOT,
            input=msgspec.json.encode(order),
            capture_output=True,
            check=False,
        )
    if done.returncode:
        raise InvalidError(f"the callers failed: {done.stderr[-600:].decode(errors='replace')}")
    return msgspec.json.decode(done.stdout, type=Told)


def control(upstream: Running, path: str) -> str:
    """Tell or ask the upstream something."""
    wire = HTTPConnection("127.0.0.1", upstream.launch.port, timeout=10)
    try:
        wire.request("GET", path)
        return wire.getresponse().read().decode()
    finally:
        wire.close()


def alone(upstream: Running, seconds: float) -> Told:
    """The callers and the upstream with nothing between them: what no server under test can pass."""
    order = Order(upstream.launch.port, "/v1/chat/completions", payload.chat().decode(), [payload.TOLD])
    return loaded(msgspec.structs.replace(order, callers=CALLERS, seconds=seconds))


def loads() -> str:
    """The machine's load average, of 1, 5 and 15 minutes."""
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def table(found: Iterable[Rounds]) -> str:
    """Rounds as they are printed."""
    return "\n".join([f"  {HEAD}", *(f"  {one}" for one in found)])
