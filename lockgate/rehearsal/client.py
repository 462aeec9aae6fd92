"""Calls to Google's REST APIs: retried and bounded, with their long-running operations waited for."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec
from yarl import URL

from lockgate.rehearsal import operations

MOST_AT_ONCE = 16
ATTEMPTS = 6
RETRIED = {429, 502, 503, 504}
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
CALL_SECONDS = 30.0
OPERATION_SECONDS = 60.0
FIRST_POLL_SECONDS = 0.01
LONGEST_POLL_SECONDS = 0.5
_READABLE = ",:/"
"""Characters that a query may hold as they are (RFC 3986, 3.4)."""


@dataclass(frozen=True)
class Exchange:
    """One call that was made."""

    method: str
    url: str
    """As Google's documentation has it, host included."""
    status: int
    """0 when nothing came back."""
    seconds: float


class Refusal(Exception):
    """Google refused a call, or an operation failed."""

    def __init__(self, exchange: Exchange, code: str, message: str, *, lost: bool = False) -> None:
        """``code`` is Google's word for the error; ``lost``: an earlier attempt got no answer and may have worked."""
        super().__init__(message)
        self.exchange = exchange
        self.code = code
        self.message = message
        self.lost = lost

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.status


@dataclass(frozen=True)
class Request:
    """One call, ready to be made."""

    service: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content: tuple[bytes, str] | None = None
    """Raw bytes and their media type, in the place of a JSON body."""

    @property
    def url(self) -> str:
        """The address that Google documents."""
        query = f"?{urlencode(self.query, safe=_READABLE)}" if self.query else ""
        return f"https://{self.service}.googleapis.com/{self.path}{query}"


class Client:
    """Google's APIs under one base address."""

    def __init__(self, session: aiohttp.ClientSession, base: str, *, billed_to: str | None) -> None:
        """``base`` is the emulator's address; ``billed_to`` goes out as the quota project."""
        self._session = session
        self._base = base.rstrip("/")
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)
        self._headers = {"X-Goog-User-Project": billed_to} if billed_to else {}

    async def send(self, request: Request, made: list[Exchange]) -> dict[str, Any]:
        """The answer to a call, of its operation where it has one. Each exchange is added to ``made``.

        Raises Refusal.
        """
        answer = await self._call(request, made)
        operation = operations.read(request, answer)
        deadline, wait = time.monotonic() + OPERATION_SECONDS, FIRST_POLL_SECONDS
        while operation is not None and not operation.done:
            if time.monotonic() > deadline:
                raise Refusal(made[-1], "DEADLINE", f"the operation was not done after {OPERATION_SECONDS:.0f} s")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_POLL_SECONDS)
            polled = Request(request.service, "GET", operation.path)
            answer = await self._call(polled, made)
            operation = operations.read(request, answer) or operations.Operation(operation.path, done=True)
        if operation is None:
            return answer
        if operation.error is not None:
            code, message = operation.error
            failed = Exchange(request.method, request.url, made[-1].status, made[-1].seconds)
            raise Refusal(failed, code, f"the operation failed: {message}")
        return operation.response

    async def own(self, door: str, document: Any, made: list[Exchange]) -> dict[str, Any]:
        """The answer of one of the emulator's own doors, such as ``_spend``; they are never retried.

        Raises Refusal.
        """
        started, status, raw = time.monotonic(), 0, b""
        limit = aiohttp.ClientTimeout(total=CALL_SECONDS)
        try:
            async with self._session.post(f"{self._base}/{door}", json=document, timeout=limit) as response:
                status, raw = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raw = msgspec.json.encode({"error": {"status": "UNAVAILABLE", "message": str(error) or "no answer"}})
        # Not Google's: there is no address that Google documents.
        made.append(Exchange("POST", f"/{door}", status, time.monotonic() - started))
        if status != 200:
            raise Refusal(made[-1], *operations.error(raw, status))
        return operations.decode(raw)

    async def _call(self, request: Request, made: list[Exchange]) -> dict[str, Any]:
        lost = False
        for attempt in range(1, ATTEMPTS + 1):
            started = time.monotonic()
            try:
                async with self._at_once:
                    status, after, raw = await self._once(request)
            except (aiohttp.ClientError, TimeoutError) as error:
                exchange = Exchange(request.method, request.url, 0, time.monotonic() - started)
                made.append(exchange)
                if attempt == ATTEMPTS:
                    reason = str(error) or type(error).__name__
                    raise Refusal(exchange, "UNAVAILABLE", f"no answer after {ATTEMPTS} attempts: {reason}") from None
                lost, after = True, None
            else:
                exchange = Exchange(request.method, request.url, status, time.monotonic() - started)
                made.append(exchange)
                if status < 400:
                    return operations.decode(raw)
                if status not in RETRIED or attempt == ATTEMPTS:
                    raise Refusal(exchange, *operations.error(raw, status), lost=lost)
            await asyncio.sleep(_pause(attempt, after))
        raise AssertionError  # the last attempt has returned or raised

    async def _once(self, request: Request) -> tuple[int, str | None, bytes]:
        headers = dict(self._headers)
        data: bytes | None = None
        if request.content is not None:
            data, headers["Content-Type"] = request.content
        elif request.body is not None:
            data, headers["Content-Type"] = msgspec.json.encode(request.body), "application/json"
        query = f"?{urlencode(request.query, safe=_READABLE)}" if request.query else ""
        url = URL(f"{self._base}/{request.service}/{request.path}{query}", encoded=True)
        limit = aiohttp.ClientTimeout(total=CALL_SECONDS)
        async with self._session.request(request.method, url, data=data, headers=headers, timeout=limit) as response:
            return response.status, response.headers.get("Retry-After"), await response.read()


def _pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait before the next attempt: what the server asks for, else twice as long each time, bounded."""
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), LONGEST_WAIT_SECONDS)
    doubled: float = FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
    return min(doubled, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1.0)  # noqa: S311
