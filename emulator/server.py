"""The shell: sockets, bodies, limits, and the faults that touch the wire. Nothing else knows an HTTP library.

python -m emulator --port 8080
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from aiohttp.web_request import BaseRequest

from emulator import push, witness
from emulator.cloud import Cloud
from emulator.exchange import Request, Response
from emulator.wire.answer import encode
from emulator.wire.body import MAX_JSON, MAX_UPLOAD, too_large
from emulator.wire.errors import STANDARD, GoogleError, envelope, invalid

LOG = logging.getLogger("lockgate.emulator")
_DRAIN = 128 * 1024 * 1024
"""Bytes of an oversized body that are read and thrown away, so that the client gets to see the refusal."""
PATIENCE_SECONDS = 60.0
"""For how long a connection may stay open without a request that is being answered, and a body may take to come."""


def _last_words(error: GoogleError) -> Response:
    """A refusal after which the connection is of no use any more."""
    headers = {"Content-Type": "application/json; charset=UTF-8", "Connection": "close"}
    return Response(error.code, encode(envelope(error, STANDARD)), headers)


_TOO_LARGE = _last_words(too_large())
_TOO_SLOW = _last_words(GoogleError("DEADLINE_EXCEEDED", "The body of the request did not come in time.", code=408))
_UNREADABLE = _last_words(invalid("The body of the request is not what its headers say."))


class TooLarge(Exception):
    """A body beyond the limit."""


async def _read(request: BaseRequest, limit: int) -> bytes:
    """The body, or TooLarge: what is beyond the limit is read on for a while but not kept."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_chunked(1 << 16):
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > limit + _DRAIN:
            break
        else:
            chunks.clear()
    if size > limit:
        raise TooLarge
    return b"".join(chunks)


def _limit(path: str) -> int:
    """How many bytes a path takes: uploads and saved states are larger than JSON."""
    return MAX_UPLOAD if "upload/" in path or path == "/_state" else MAX_JSON


class Door:
    """Turns an HTTP request into the cloud's, and its answer back."""

    def __init__(self, cloud: Cloud, patience: float = PATIENCE_SECONDS) -> None:
        """`patience` is in seconds."""
        self.cloud = cloud
        self._patience = patience
        self._busy: set[web.RequestHandler] = set()
        self._since: dict[web.RequestHandler, float] = {}

    async def close_idle(self, server: web.Server) -> None:
        """For ever: close connections that ask for nothing, such as one that sends its headers byte by byte."""
        while True:
            await asyncio.sleep(self._patience / 4)
            now, there = time.monotonic(), server.connections
            self._since = {one: self._since.get(one, now) for one in there}
            for one in there:
                if one not in self._busy and now - self._since[one] > self._patience:
                    one.force_close()

    async def __call__(self, request: BaseRequest) -> web.StreamResponse:
        """Answers one request."""
        self._busy.add(request.protocol)
        try:
            return await self._answer(request)
        finally:
            self._busy.discard(request.protocol)
            self._since[request.protocol] = time.monotonic()

    async def _answer(self, request: BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        if path.startswith(("http://", "https://")):  # an absolute-form target, as a proxy is sent
            path = "/" + path.split("://", 1)[1].partition("/")[2]
        try:
            body = b""
            if request.body_exists:
                async with asyncio.timeout(self._patience):
                    body = await _read(request, _limit(path))
        except TooLarge:
            return _aiohttp(_TOO_LARGE)
        except TimeoutError:
            return _aiohttp(_TOO_SLOW)
        except web.RequestPayloadError:
            return _aiohttp(_UNREADABLE)
        headers = {k.lower(): v for k, v in request.headers.items()}
        answer = self.cloud.handle(Request(request.method, path, query, headers, body))
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.drop:
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError
        return await _in_pieces(request, answer) if answer.pieces else _aiohttp(answer)


async def _in_pieces(request: BaseRequest, answer: Response) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
    await response.prepare(request)
    for piece in answer.pieces:
        if piece.seconds:
            await asyncio.sleep(piece.seconds)
        if piece.cut:
            if request.transport is not None:
                request.transport.close()  # what was written before still arrives
            raise asyncio.CancelledError
        await response.write(piece.data)
    await response.write_eof()
    return response


def _aiohttp(answer: Response) -> web.Response:
    return web.Response(status=answer.status, body=answer.body or None, headers=dict(answer.headers))


@contextlib.asynccontextmanager
async def serving(
    cloud: Cloud, host: str = "127.0.0.1", port: int = 0, *, patience: float = PATIENCE_SECONDS
) -> AsyncIterator[int]:
    """Serves a cloud while the block runs; gives the port. `patience` is in seconds."""
    door = Door(cloud, patience)
    server = web.Server(door, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=1.0)
    await runner.setup()
    closing = asyncio.create_task(door.close_idle(server))
    try:
        site = web.TCPSite(runner, host, port, backlog=512)
        await site.start()
        bound = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        async with push.delivering(cloud):
            yield int(bound)
    finally:
        closing.cancel()
        if folder := os.environ.get(witness.FOLDER):  # first: who ends us may not wait for connections to close
            cloud.witnesses.leave(Path(folder))
        await runner.cleanup()


async def _forever(cloud: Cloud, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(name, stop.set)
    async with serving(cloud, host, port) as bound:
        sys.stdout.write(f"http://{host}:{bound}\n")
        sys.stdout.flush()
        await stop.wait()


def serve(host: str = "127.0.0.1", port: int = 8080, *, cloud: Cloud | None = None, seed: int | None = None) -> None:
    """Serves until SIGINT or SIGTERM. Port 0 takes a free one; the address is printed on stdout."""
    asyncio.run(_forever(cloud or Cloud(seed=seed), host, port))


def main(argv: list[str] | None = None) -> int:
    """The command line of `python -m emulator`."""
    parser = argparse.ArgumentParser(prog="emulator", description="An emulated Google Cloud on loopback.")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless given: the emulator checks no credential")
    parser.add_argument("--seed", type=int, help="makes ids and etags repeatable")
    options = parser.parse_args(argv)
    try:
        serve(options.host, options.port, seed=options.seed)
    except OSError as error:
        sys.stderr.write(f"emulator: cannot listen on {options.host}:{options.port}: {error.strerror or error}\n")
        return 2
    return 0
