"""``python -m benchmarks.router.load``: callers that each ask, wait for the answer, and ask again.

An ``Order`` comes on standard input as JSON, a ``Told`` leaves on standard output. The number of callers and the
seconds are bounded, and so is the wait for the last answers. Raw protocols: the callers share one core with the
upstream, and must not be what limits a server under test.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import cast

import httptools
import msgspec
import uvloop

from benchmarks.router.payload import NUMBER

LONGEST_WAIT = 120.0


class Order(msgspec.Struct):
    """What to ask, of which port of loopback, and for how long: seconds, or as many requests."""

    port: int
    path: str
    body: str
    expected: list[str]
    """Each of these stands in a good answer."""
    headers: dict[str, str] = {}
    callers: int = 64
    seconds: float = 1e9
    requests: int = 1 << 60
    first: int = 0
    """The number that is put into the first request; each has the next one."""


class Told(msgspec.Struct):
    """What came back. Latencies are in milliseconds, from the last byte written to the last byte read."""

    answers: int
    errors: int
    error: str
    """The first one."""
    seconds: float
    p50: float
    p99: float
    longest: float
    processor_seconds: float
    """Of the callers."""
    answer_bytes: int
    """Of the last answer's body."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Load:
    """What all callers share."""

    def __init__(self, order: Order) -> None:
        body = order.body.encode()
        lines = "".join(f"{name}: {value}\r\n" for name, value in order.headers.items())
        head = (
            f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1:{order.port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        )
        self._before, _, self._after = (head.encode() + body).partition(NUMBER)
        self.expected = [part.encode() for part in order.expected]
        self._next, self._last = order.first, order.first + order.requests
        self.latencies: list[float] = []
        self.errors: list[str] = []
        self.answer_bytes = 0
        self.until = time.perf_counter() + order.seconds
        self.open = 0
        self.done = asyncio.Event()

    def request(self) -> bytes | None:
        """The next one, or None when it was the last."""
        if self._next >= self._last or time.perf_counter() >= self.until or self.errors:
            return None
        self._next += 1
        return b"%b%012d%b" % (self._before, self._next, self._after)

    def left(self) -> None:
        """A caller is done."""
        self.open -= 1
        if not self.open:
            self.done.set()


class Caller(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.open += 1
        self.ask()

    def ask(self) -> None:
        request = self._load.request()
        if request is None:
            self._transport.close()
            return
        self._waiting = True
        self._transport.write(request)
        self._asked = time.perf_counter()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._load.errors.append(f"no HTTP: {error}")
            self._transport.close()

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        load, body = self._load, b"".join(self._body)
        load.latencies.append(time.perf_counter() - self._asked)
        self._body.clear()
        self._waiting = False
        status = self._parser.get_status_code()
        if status != 200 or any(part not in body for part in load.expected):
            load.errors.append(f"status {status}: {body[:600].decode(errors='replace')}")
        load.answer_bytes = len(body)
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting:
            self._load.errors.append(f"the connection was closed before the answer: {exc}")
        self._load.left()


async def drive(order: Order) -> Told:
    """Ask until the order is fulfilled or something went wrong."""
    load = Load(order)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    for _ in range(order.callers):
        await loop.create_connection(lambda: Caller(load), "127.0.0.1", order.port)
    try:
        await asyncio.wait_for(load.done.wait(), min(order.seconds, 3600) + LONGEST_WAIT)
    except TimeoutError:
        load.errors.append(f"{load.open} callers had no answer for {LONGEST_WAIT:g} s")
    seconds = time.perf_counter() - started
    ordered = sorted(1000 * one for one in load.latencies) or [0.0]
    return Told(
        answers=len(load.latencies),
        errors=len(load.errors),
        error=load.errors[0] if load.errors else "",
        seconds=seconds,
        p50=ordered[len(ordered) // 2],
        p99=ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)],
        longest=ordered[-1],
        processor_seconds=time.process_time(),
        answer_bytes=load.answer_bytes,
    )


if __name__ == "__main__":
    ordered_ = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(drive(ordered_))))
