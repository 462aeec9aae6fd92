"""A proxy that only forwards: the least that an ASGI application and aiohttp's client can do.

Served by ``uvicorn benchmarks.router.bare:app`` with uvloop and httptools. It reads no body, has no time limit, no
token and no log, and gives back what the upstream answered. ``UPSTREAM`` is the address of the upstream.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

import aiohttp
import yarl

Message = MutableMapping[str, Any]
URL = yarl.URL(os.environ["UPSTREAM"] + "/v1/chat/completions", encoded=True)
NO_LIMIT = aiohttp.ClientTimeout(total=None, connect=None, sock_read=None, sock_connect=None)


@cache
def session() -> aiohttp.ClientSession:
    """One for the process, made inside its event loop. Each option was measured, and takes a little time off."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=NO_LIMIT,
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
    )


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Forward a request; answer as the upstream did."""
    if scope["type"] != "http":
        await _lifespan(receive, send)
        return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    headers = {"Content-Type": "application/json", "Authorization": "Bearer stand-in"}
    async with session().post(URL, data=body, headers=headers) as response:
        answer = await response.read()
        kept = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": response.status, "headers": kept})
    await send({"type": "http.response.body", "body": answer})


async def _lifespan(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await session().close()
    await asyncio.sleep(0)
    await send({"type": "lifespan.shutdown.complete"})
