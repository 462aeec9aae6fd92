"""Calls: retried when Google asks for it, bounded, and followed to the end of their operations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.web_request import BaseRequest

from lockgate.rehearsal import client as module
from lockgate.rehearsal.client import Client, Exchange, Refusal, Request

Answer = Callable[[BaseRequest, int], web.StreamResponse | None]


def ask(answer: Answer, request: Request, billed_to: str | None = None) -> tuple[dict[str, Any], list[Exchange]]:
    """Make a call of a server whose answers depend on how often it was asked. None drops the connection."""
    made: list[Exchange] = []

    async def run() -> dict[str, Any]:
        asked = 0

        async def handle(incoming: BaseRequest) -> web.StreamResponse:
            nonlocal asked
            asked += 1
            found = answer(incoming, asked)
            if found is None:
                assert incoming.transport is not None
                incoming.transport.close()
                return web.Response()
            return found

        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr,attr-defined]
        try:
            async with aiohttp.ClientSession() as session:
                return await Client(session, f"http://127.0.0.1:{port}", billed_to=billed_to).send(request, made)
        finally:
            await runner.cleanup()

    return _run(run()), made


def _run(task: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    return asyncio.run(task)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT_SECONDS", 0.001)


GET = Request("pubsub", "GET", "v1/projects/p/topics/t", {"view": "a b"})


def test_the_service_comes_first_and_the_query_is_encoded() -> None:
    seen = []

    def answer(request: BaseRequest, _: int) -> web.Response:
        seen.append((request.raw_path, request.headers.get("X-Goog-User-Project")))
        return web.json_response({"name": "t"})

    found, (exchange,) = ask(answer, GET, billed_to="p")
    assert found == {"name": "t"}
    assert seen == [("/pubsub/v1/projects/p/topics/t?view=a+b", "p")]
    assert exchange.url == "https://pubsub.googleapis.com/v1/projects/p/topics/t?view=a+b"
    assert exchange.status == 200


@pytest.mark.parametrize("status", [429, 503])
def test_it_tries_again_when_asked_to(status: int) -> None:
    def answer(_: BaseRequest, asked: int) -> web.Response:
        return web.json_response({"name": "t"}) if asked == 3 else web.Response(status=status)

    found, made = ask(answer, GET)
    assert found == {"name": "t"}
    assert [exchange.status for exchange in made] == [status, status, 200]


def test_it_waits_as_long_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []
    monkeypatch.setattr(module.asyncio, "sleep", lambda seconds: _noted(waited, seconds))

    def answer(_: BaseRequest, asked: int) -> web.Response:
        return web.json_response({}) if asked == 2 else web.Response(status=429, headers={"Retry-After": "2"})

    ask(answer, GET)
    assert 2.0 in waited


async def _noted(waited: list[float], seconds: float) -> None:
    waited.append(seconds)


def test_it_gives_up() -> None:
    error = {"error": {"code": 503, "message": "later", "status": "UNAVAILABLE"}}
    asked = []

    def answer(_: BaseRequest, __: int) -> web.Response:
        asked.append(1)
        return web.json_response(error, status=503)

    with pytest.raises(Refusal) as refusal:
        ask(answer, GET)
    assert len(asked) == module.ATTEMPTS
    assert (refusal.value.status, refusal.value.code, refusal.value.message) == (503, "UNAVAILABLE", "later")


def test_a_refusal_is_not_tried_again() -> None:
    asked = []

    def answer(_: BaseRequest, __: int) -> web.Response:
        asked.append(1)
        return web.json_response({"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}, status=404)

    with pytest.raises(Refusal):
        ask(answer, GET)
    assert len(asked) == 1


def test_a_dropped_connection_is_tried_again_and_remembered() -> None:
    def answer(_: BaseRequest, asked: int) -> web.Response | None:
        return None if asked == 1 else web.json_response({"error": {"code": 409, "message": "taken"}}, status=409)

    with pytest.raises(Refusal) as refusal:
        ask(answer, Request("pubsub", "POST", "v1/x", body={}))
    assert refusal.value.lost
    assert refusal.value.status == 409


def test_an_operation_is_followed_to_its_end() -> None:
    paths = []

    def answer(request: BaseRequest, asked: int) -> web.Response:
        paths.append(request.path)
        operation: dict[str, Any] = {"name": "projects/p/locations/l/operations/o"}
        if asked == 3:
            operation |= {"done": True, "response": {"@type": "x", "name": "made"}}
        return web.json_response(operation)

    found, _ = ask(answer, Request("run", "POST", "v2/projects/p/locations/l/services", body={}))
    assert found == {"name": "made"}
    assert paths[1:] == ["/run/v2/projects/p/locations/l/operations/o"] * 2


def test_an_operation_that_fails_is_a_refusal_of_the_call_that_began_it() -> None:
    def answer(_: BaseRequest, asked: int) -> web.Response:
        failed = {"done": True, "error": {"code": 9, "message": "no capacity"}}
        return web.json_response({"name": "operations/o", **(failed if asked == 2 else {})})

    with pytest.raises(Refusal) as refusal:
        ask(answer, Request("run", "POST", "v2/projects/p/locations/l/services", body={}))
    assert refusal.value.exchange.method == "POST"
    assert refusal.value.message == "the operation failed: no capacity"


def test_an_operation_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPERATION_SECONDS", 0.05)
    with pytest.raises(Refusal, match="not done after"):
        ask(lambda _, __: web.json_response({"name": "operations/o"}), Request("run", "POST", "v2/x", body={}))
