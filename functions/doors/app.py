"""The ASGI application: paths to doors, refusals to answers, and nothing that a caller sent into a log."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from doors import cases, chat, health, openapi
from doors.http import Answer, Incoming, Receive, Refused, Send, Stream, refusal, respond
from journal.entry import Entry, write
from serving.router import Router

CASE = re.compile(r"/v1/cases/([A-Za-z0-9][A-Za-z0-9._:-]{0,127})")
Door = Callable[[Router, Incoming, str], Awaitable[Answer | Stream]]


class App:
    """Serves one router, which is opened with the first request, or by the server's lifespan where it has one."""

    def __init__(self, opened: Callable[[], Awaitable[Router]], closed: Callable[[Router], Awaitable[None]]) -> None:
        self._open = opened
        self._close = closed
        self._router: Router | None = None
        self._doors: dict[str, tuple[str, Door]] = {}
        self._opening = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            incoming = Incoming(scope, receive)
            await respond(await self._answer(incoming), incoming, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})

    async def _answer(self, incoming: Incoming) -> Answer | Stream:
        trace = ""
        try:
            router = self._router or await self._opened()
            trace = _trace(router, incoming)
            return await _door(self._doors, incoming)(router, incoming, trace)
        except Refused as refused:
            if self._router is not None:
                self._router.refused(refused, trace)
            return refusal(refused)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not show a caller's data, here or in the log
            where = traceback.extract_tb(error.__traceback__)[-1]
            message = f"{type(error).__name__} at {where.filename.rpartition('/')[2]}:{where.lineno}"
            write(Entry("ERROR", "fault", message, cause="fault", trace=trace or None))
            return refusal(Refused(500, "fault", "the router failed; the case is not decided, send it again"))

    async def _opened(self) -> Router:
        async with self._opening:
            if self._router is None:
                router = await self._open()
                self._doors = _doors(router.table.doors)
                self._router = router
                self._keeper = asyncio.create_task(self._kept_open(self._router))
            return self._router

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """For a server that takes the beginning and the end of an application as one context."""
        await self._opened()
        try:
            yield
        finally:
            await self._closed()

    async def _closed(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _kept_open(self, router: Router) -> None:
        """Close the router when the event loop ends, where no server says that the application does.

        ``asyncio.run`` cancels what is left and waits for it, after the server has finished its requests.
        """
        try:
            await asyncio.Event().wait()
        finally:
            self._router = None
            await self._close(router)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._opened()
        except Exception as error:  # noqa: BLE001 - the server is to print it and end
            await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._closed()
        await send({"type": "lifespan.shutdown.complete"})


def _doors(open_doors: Sequence[str]) -> dict[str, tuple[str, Door]]:
    """Each path with its method; a door that the charter does not open is not there."""
    found: dict[str, tuple[str, Door]] = {"/probe": ("POST", health.probe), "/openapi.json": ("GET", openapi.get)}
    if "cases" in open_doors:
        found["/v1/cases"] = ("POST", cases.post)
    if "chat" in open_doors:
        found |= {"/v1/chat/completions": ("POST", chat.post), "/v1/models": ("GET", chat.models)}
    return found


def _door(doors: dict[str, tuple[str, Door]], incoming: Incoming) -> Door:
    """The door of a path; raises Refused (404, 405)."""
    path, method = incoming.path, incoming.method
    allowed, door = doors.get(path, ("", None))
    if door is None and (found := CASE.fullmatch(path)) is not None:
        key = found[1]
        allowed, door = "GET", lambda router, incoming, _: cases.get(router, incoming, key)
    if door is None:
        raise Refused(404, "no-such-path", f"there is nothing here; expected one of {', '.join(sorted(doors))}")
    if method != allowed:
        raise Refused(405, "method", f"this path takes {allowed} only", headers=[(b"allow", allowed.encode())])
    return door


def _trace(router: Router, incoming: Incoming) -> str:
    found = (incoming.header("x-cloud-trace-context") or "").partition("/")[0]
    return f"projects/{router.table.project}/traces/{found}" if found.isalnum() else ""
