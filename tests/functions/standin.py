"""A stand-in for Vertex AI, Model Armor, Cloud Storage and the metadata server: an aiohttp server on loopback.

It is not the emulator and proves nothing about Google Cloud: it answers what a test scripts, over a real socket.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from typing import Any

from aiohttp import web


def generated(text: str, finish: str = "STOP", tokens: tuple[int, int] = (100, 20)) -> dict[str, Any]:
    """A reply of generateContent."""
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish}],
        "usageMetadata": {"promptTokenCount": tokens[0], "candidatesTokenCount": tokens[1]},
    }


def predicted(text: str, finish: str = "stop", tokens: tuple[int, int] = (90, 10)) -> dict[str, Any]:
    """A reply of predict, as Model Garden's vLLM container wraps a chat completion."""
    return {
        "predictions": {
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
            "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]},
        }
    }


# What Model Armor says where Sensitive Data Protection found nothing to hide.
CLEAN = {
    "sdp": {
        "sdpFilterResult": {"deidentifyResult": {"executionState": "EXECUTION_SUCCESS", "matchState": "NO_MATCH_FOUND"}}
    }
}


def hide(text: str) -> dict[str, Any]:
    """Model Armor's answer to a text whose name it hides."""
    shown = {"text": text.replace("Herr Beispiel", "[PERSON_NAME]")}
    done = {"executionState": "EXECUTION_SUCCESS", "matchState": "MATCH_FOUND", "data": shown}
    return {"filterResults": {"sdp": {"sdpFilterResult": {"deidentifyResult": done}}}}


class Streamed:
    """A scripted stream: pieces of text, then the counts, unless it is cut after so many events."""

    def __init__(self, *texts: str, tokens: tuple[int, int] = (100, 20), cut_after: int | None = None) -> None:
        self.texts = texts
        self.tokens = tokens
        self.cut_after = cut_after

    def events(self) -> list[bytes]:
        documents: list[dict[str, Any]] = [{"candidates": [{"content": {"parts": [{"text": t}]}}]} for t in self.texts]
        documents[-1]["candidates"][0]["finishReason"] = "STOP"
        counted = {"promptTokenCount": self.tokens[0], "candidatesTokenCount": self.tokens[1]}
        documents[-1]["usageMetadata"] = counted
        return [f"data: {json.dumps(one)}\r\n\r\n".encode() for one in documents]


class Slow:
    """An answer after so many seconds."""

    def __init__(self, seconds: float, answer: Any) -> None:
        self.seconds = seconds
        self.answer = answer


class Body:
    """A body in parts, with pauses of so many seconds between them.

    ``announced`` is its Content-Length where it says one, true or not; ``cut`` drops the connection after the parts.
    """

    def __init__(self, *parts: bytes | float, announced: int | None = None, cut: bool = False) -> None:
        self.parts = parts
        self.announced = announced
        self.cut = cut


class Standin:
    """Scripted answers, by model.

    Each is a JSON document, raw bytes, a status, seconds to wait, a stream, a body in parts, one of these after a
    while, or None to drop the connection.
    """

    def __init__(self) -> None:
        self.script: dict[str, deque[Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.tokens_given = 0
        self.endpoint: dict[str, Any] = {}
        self.looked_up: list[str] = []
        self.objects: dict[str, tuple[bytes, int]] = {}
        self.screened: list[str] = []
        self.screen: Any = None
        self.retry_after: str | None = None
        self.storage_status: int | None = None
        self.no_buckets: set[str] = set()
        self.hung: set[str] = set()
        self.expires_in = 3600
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def answers(self, model: str, *answers: Any) -> None:
        """What the model answers, in order; the last one again and again."""
        self.script[model] = deque(answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Standin:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        place = "/v1/projects/{project}/locations/{region}"
        app.router.add_post(place + "/publishers/{publisher}/models/{call}", self._model)
        app.router.add_post(place + "/endpoints/{call}", self._model)
        app.router.add_get(place + "/endpoints/{call}", self._endpoint)
        app.router.add_post(place + "/templates/{call}", self._screen)
        app.router.add_get("/storage/v1/b/{bucket}/o/{name}", self._read)
        app.router.add_get("/storage/v1/b/{bucket}/o", self._list)
        app.router.add_post("/upload/storage/v1/b/{bucket}/o", self._write)
        app.router.add_get("/{tail:.*}", self._metadata)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]

    async def _model(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != "Bearer stand-in":
            return web.json_response({"error": {"code": 401}}, status=401)
        call = request.match_info["call"]
        self.asked.append((call, json.loads(await request.read())))
        scripted = self.script[call.partition(":")[0]]
        answer = scripted.popleft() if len(scripted) > 1 else scripted[0]
        if isinstance(answer, Slow):
            await asyncio.sleep(answer.seconds)
            answer = answer.answer
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(answer, Streamed):
            return await self._stream(request, answer)
        if isinstance(answer, Body):
            return await self._parts(request, answer)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.json_response({})
        if isinstance(answer, int):
            headers = {} if self.retry_after is None else {"retry-after": self.retry_after}
            error = {"error": {"code": answer, "message": "prompt: Erika Example"}}
            return web.json_response(error, status=answer, headers=headers)
        return web.Response(body=answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    async def _endpoint(self, request: web.Request) -> web.Response:
        if request.headers.get("authorization") != "Bearer stand-in":
            return web.json_response({"error": {"code": 401}}, status=401)
        self.looked_up.append(request.match_info["call"])
        return web.json_response(self.endpoint)

    async def _metadata(self, request: web.Request) -> web.Response:
        if request.headers.get("metadata-flavor") != "Google":
            return web.Response(status=403)
        headers = {"metadata-flavor": "Google"}
        if request.path.endswith("/token"):
            await self._hang("token")
            self.tokens_given += 1
            document = {"access_token": "stand-in", "expires_in": self.expires_in, "token_type": "Bearer"}
            return web.json_response(document, headers=headers)
        if request.path.endswith("/project-id"):
            return web.Response(text="example", headers=headers)
        # google-auth asks for the account by its address from the second token on.
        if request.path.rstrip("/").endswith(("/service-accounts/default", "gserviceaccount.com")):
            return web.json_response({"email": "router@example.iam.gserviceaccount.com", "scopes": []}, headers=headers)
        return web.Response(text="", headers=headers)

    async def _stream(self, request: web.Request, answer: Streamed) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for number, event in enumerate(answer.events()):
            if number == answer.cut_after:
                assert request.transport is not None
                request.transport.abort()
                return response
            # In two parts, since TCP keeps no boundaries.
            await response.write(event[:20])
            await response.write(event[20:])
        return response

    async def _parts(self, request: web.Request, answer: Body) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        response.content_length = answer.announced
        await response.prepare(request)
        for part in answer.parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                await response.write(part)
        if answer.cut:
            assert request.transport is not None
            request.transport.abort()
        return response

    async def _screen(self, request: web.Request) -> web.Response:
        text = json.loads(await request.read())["userPromptData"]["text"]
        self.screened.append(text)
        if isinstance(self.screen, Slow):
            await asyncio.sleep(self.screen.seconds)
        if isinstance(self.screen, int):
            return web.Response(status=self.screen)
        scripted = self.screen.answer if isinstance(self.screen, Slow) else self.screen
        found = scripted(text) if callable(scripted) else scripted
        result = {"filterMatchState": "NO_MATCH_FOUND", "filterResults": CLEAN, "invocationResult": "SUCCESS"}
        return web.json_response({"sanitizationResult": {**result, **(found or {})}})

    async def _hang(self, service: str) -> None:
        """Wait for as long as this service (``token`` or ``storage``) is in ``hung``."""
        while service in self.hung:
            await asyncio.sleep(0.05)

    async def _read(self, request: web.Request) -> web.Response:
        await self._hang("storage")
        if self.storage_status is not None:
            return web.Response(status=self.storage_status)
        content, generation = self.objects.get(request.match_info["name"], (None, 0))
        if content is None or request.match_info["bucket"] in self.no_buckets:
            return web.Response(status=404)
        return web.Response(body=content, headers={"x-goog-generation": str(generation)})

    async def _list(self, request: web.Request) -> web.Response:
        if self.storage_status is not None or request.match_info["bucket"] in self.no_buckets:
            return web.Response(status=self.storage_status or 404)
        found = [{"name": name} for name in self.objects if name.startswith(request.query["prefix"])]
        return web.json_response({"kind": "storage#objects", **({"items": found} if found else {})})

    async def _write(self, request: web.Request) -> web.Response:
        if self.storage_status is not None:
            return web.Response(status=self.storage_status)
        name = request.query["name"]
        _, generation = self.objects.get(name, (b"", 0))
        if request.query["ifGenerationMatch"] != str(generation):
            return web.Response(status=412)
        self.objects[name] = await request.read(), generation + 1
        return web.json_response({"generation": str(generation + 1)})
