"""Requests and answers as both servers see them: a plain ASGI server, and functions-framework on top of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from decimal import Decimal
from typing import Any, Literal

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

JSON = b"application/json"
EVENTS = b"text/event-stream; charset=utf-8"
# As OpenAI's clients know them, so that one form of error serves both doors.
ErrorType = Literal["invalid_request_error", "authentication_error", "rate_limit_error", "server_error"]

_KINDS: dict[int, ErrorType] = {
    401: "authentication_error",
    403: "authentication_error",
    429: "rate_limit_error",
}

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Refused(Exception):
    """A request that gets no decision: the status, a word for programs, and a sentence with the remedy for people."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        param: str | None = None,
        after: int = 0,
        headers: Headers | None = None,
        left: Left | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.after = after
        self.headers = headers or []
        self.left = left


class Left(msgspec.Struct, frozen=True, gc=False):
    """What a budget has left, what the call may cost at most, both in ``currency``, and when the budget starts again.

    ``budget`` is its scope, name, window and first day, such as ``tier/low/day/2026-11-23``.
    """

    budget: str
    left: Decimal
    needed: Decimal
    currency: str
    resets_at: str


class Error(msgspec.Struct, frozen=True, gc=False):
    """What every answer without a decision says; ``param`` names the key that is wrong, ``budget`` what is spent."""

    message: str
    type: ErrorType
    code: str
    param: str | None = None
    budget: Left | msgspec.UnsetType = msgspec.UNSET


class Failure(msgspec.Struct, frozen=True, gc=False):
    """The body of every answer without a decision."""

    error: Error


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A whole answer."""

    status: int
    body: bytes
    headers: Headers = []
    content_type: bytes = JSON


class Stream(msgspec.Struct, frozen=True):
    """An answer in parts; the reader's leaving ends the iterator."""

    parts: AsyncGenerator[bytes, None]
    headers: Headers = []
    content_type: bytes = EVENTS


class Incoming:
    """One request. Its body can be read once, and is never longer than what the reader allows."""

    __slots__ = ("_lines", "_receive", "headers", "method", "path")

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._lines: list[tuple[bytes, bytes]] = scope["headers"]
        self.headers: dict[bytes, bytes] = dict(self._lines)
        self._receive = receive

    def header(self, name: str) -> str | None:
        """A header by its name in lower case; None where it is absent, or no ASCII."""
        value = self.headers.get(name.encode())
        return value.decode() if value is not None and value.isascii() else None

    def single(self, name: bytes) -> str | None:
        """A header that must not stand twice: who checked one of them may not have seen the other.

        None where it is absent, empty where it is no ASCII; raises Refused.
        """
        if len(self.headers) < len(self._lines) and sum(known == name for known, _ in self._lines) > 1:
            raise Refused(400, "same-header", f"the header {name.decode()} stands twice; send it once")
        value = self.headers.get(name)
        if value is None:
            return None
        return value.decode() if value.isascii() else ""

    async def body(self, most: int) -> bytes:
        """The body; raises Refused where it is longer than ``most`` bytes or the caller went away."""
        message = await self._receive()
        if not message.get("more_body") and message["type"] == "http.request":
            raw: bytes = message.get("body", b"")
            return _bounded(raw, most)
        parts = bytearray()
        while True:
            if message["type"] != "http.request":
                raise Refused(400, "cut-off", "the request ended before its body did; send it again")
            parts += message.get("body", b"")
            _bounded(parts, most)
            if not message.get("more_body"):
                return bytes(parts)
            message = await self._receive()

    async def gone(self) -> None:
        """Return when the caller has gone away; only after ``body``."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def json(status: int, document: object, headers: Headers | None = None) -> Answer:
    """An answer of one JSON document."""
    return Answer(status, _encode(document), headers or [])


def refusal(refused: Refused) -> Answer:
    """The answer to a request that gets no decision."""
    kind = _KINDS.get(refused.status, "server_error" if refused.status >= 500 else "invalid_request_error")
    headers = [*refused.headers]
    if refused.after:
        headers.append((b"retry-after", str(refused.after).encode()))
    if refused.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    error = Error(str(refused), kind, refused.code, refused.param, refused.left or msgspec.UNSET)
    return json(refused.status, Failure(error), headers)


async def respond(answer: Answer | Stream, incoming: Incoming, send: Send) -> None:
    """Send the answer; a stream is ended as soon as its reader has gone away."""
    if isinstance(answer, Answer):
        length = str(len(answer.body)).encode()
        headers = [(b"content-type", answer.content_type), (b"content-length", length), *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
        return
    sending = asyncio.create_task(_sent(answer, send))
    leaving = asyncio.create_task(incoming.gone())
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not sending.done():
            sending.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
    if not sending.cancelled():
        sending.result()


async def _sent(stream: Stream, send: Send) -> None:
    headers = [(b"content-type", stream.content_type), (b"cache-control", b"no-store"), *stream.headers]
    async with aclosing(stream.parts) as parts:
        # What has not begun has no end that could settle it, should the reader leave before the first part.
        part = await anext(parts, None)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while part is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            part = await anext(parts, None)
    await send({"type": "http.response.body", "body": b""})


def _bounded(raw: bytes | bytearray, most: int) -> bytes:
    if len(raw) > most:
        raise Refused(413, "too-large", f"the body is larger than {most} bytes; send less")
    return raw  # type: ignore[return-value]
