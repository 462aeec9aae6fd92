"""HTTP/1.1 for the call that every case makes: one request on a connection that is kept for the next.

httptools parses and uvloop carries it; docs/decisions (router) says what aiohttp's client cost here, and why it serves
everything else. What it does not do, Vertex AI does not need: redirects, cookies, proxies, compressed answers, and
answers that end with the connection.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from functools import cache
from typing import cast
from urllib.parse import urlsplit

import httptools
import msgspec

from timing.wakeup import Wakeup

# Google's front ends close a connection after ten minutes without a request; ours goes before, so that none is used
# that is just being closed.
IDLE_SECONDS = 60.0
MOST_BYTES = 16 << 20
# More at a time are not faster, and the first of them waits for the last.
MOST_TOGETHER = 4


class NotSentError(Exception):
    """No connection could be had in time, so nothing left this machine."""


class BrokenOffError(Exception):
    """The answer did not come whole: it may have been made, and be billed."""


class TooLongError(Exception):
    """The answer is longer than any is, so it was not read to its end."""


class Answered(msgspec.Struct, frozen=True, gc=False):
    """A whole answer; names of headers are in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Target(msgspec.Struct, frozen=True, gc=False):
    """Where a request goes, taken apart once; ``head`` is its first line and its Host."""

    host: str
    port: int
    tls: bool
    verified: bool
    head: bytes


def target(url: str, *, verified: bool = True) -> Target:
    """Take the URL of a POST apart; ``verified`` is whether the server's certificate is checked."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    tls = parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, tls, verified, f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode("ascii"))


class _Connection(asyncio.Protocol):
    """One connection; at most one request is under way on it."""

    def __init__(self, held: list[_Connection]) -> None:
        self._held = held
        self._parser = httptools.HttpResponseParser(self)
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answered] | None = None
        self._unsent = b""
        self._wakeup = Wakeup(self._late)
        self._end = 0.0
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._size = 0
        self.since = 0.0

    def ask(self, request: bytes, timeout: float) -> asyncio.Future[Answered]:
        """The answer to a request that ``send`` is to send; it is waited for ``timeout`` seconds from now on."""
        self._answer = answer = self._loop.create_future()
        self._unsent = request
        self._end = self._loop.time() + timeout
        self._wakeup.by(self._end)
        return answer

    def send(self) -> None:
        """Send what was asked, if its answer is still waited for."""
        if self._answer is not None and not self._answer.done() and not self.transport.is_closing():
            self.transport.write(self._unsent)
            self._unsent = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _: Exception | None) -> None:
        if self in self._held:
            self._held.remove(self)
        self._fail(BrokenOffError)
        self._wakeup.stop()

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._unsent:
            self.transport.abort()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(BrokenOffError)

    def on_message_begin(self) -> None:
        if self._answer is None:
            self.transport.abort()  # an answer that nobody asked for would be taken for the next one's
            return
        # Also after an interim answer (1xx), which is none.
        self._headers, self._body, self._size = {}, [], 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > MOST_BYTES:
            self._fail(TooLongError)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200 or self._answer is None:
            return
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        answer, self._answer = self._answer, None
        if self._parser.should_keep_alive():
            self.since = time.monotonic()
            self._held.append(self)
        else:
            self.transport.close()
        if not answer.done():
            answer.set_result(Answered(status, self._headers, body))

    def _fail(self, error: type[Exception]) -> None:
        answer, self._answer = self._answer, None
        self.transport.abort()
        if answer is not None and not answer.done():
            answer.set_exception(NotSentError(error.__name__) if self._unsent else error())

    def _late(self, now: float) -> float | None:
        if self._answer is None:
            return None
        if now < self._end:
            return self._end
        self._fail(TimeoutError)
        return None


class Wire:
    """The connections of one process, by where they lead."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int, bool], list[_Connection]] = {}
        self._due: list[_Connection] = []

    async def post(self, where: Target, headers: bytes, body: bytes, timeout: float) -> Answered:
        """Send ``body`` and return the answer, whatever its status, within ``timeout`` seconds.

        ``headers`` are whole lines. Raises NotSentError, BrokenOffError, TooLongError and TimeoutError. A call that is
        cancelled takes its connection with it.
        """
        began = time.monotonic()
        connection = self._idle(where, began)
        if connection is None:
            connection = await self._connected(where, timeout)
            timeout = max(0.0, timeout - (time.monotonic() - began))
        answer = connection.ask(b"%b%bContent-Length: %d\r\n\r\n%b" % (where.head, headers, len(body), body), timeout)
        # Between the work for two cases each request would have to wake anew whoever reads it, which takes a tenth of
        # all the work for a case; so those of one turn of the loop are written together.
        if not self._due:
            asyncio.get_running_loop().call_soon(self._send)
        self._due.append(connection)
        if len(self._due) >= MOST_TOGETHER:
            self._send()
        try:
            return await answer
        except asyncio.CancelledError:
            connection.transport.abort()
            raise

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        for held in self._held.values():
            while held:
                held.pop().transport.abort()

    def _send(self) -> None:
        due, self._due = self._due, []
        for connection in due:
            connection.send()

    def _idle(self, where: Target, now: float) -> _Connection | None:
        held = self._held.get((where.host, where.port, where.verified))
        while held:
            # The one that was used last: it is the least likely to be closed by the other side.
            connection = held.pop()
            if now - connection.since < IDLE_SECONDS and not connection.transport.is_closing():
                return connection
            connection.transport.abort()
        return None

    async def _connected(self, where: Target, timeout: float) -> _Connection:
        held = self._held.setdefault((where.host, where.port, where.verified), [])
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                _, connection = await loop.create_connection(
                    lambda: _Connection(held),
                    where.host,
                    where.port,
                    ssl=_context(where.verified) if where.tls else None,
                )
        except (OSError, TimeoutError, ssl.SSLError) as error:
            raise NotSentError(type(error).__name__) from None
        return connection


@cache
def _context(verified: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
