"""``python -m benchmarks.router.upstream``: the model behind every server under test, on loopback.

It answers an OpenAI-compatible path and Vertex AI's with the same text and counts, and what the router reads of Google
besides: a token, and buckets in which nothing lies. A raw protocol, so that it never limits a server under test.

``POST /_delay/50`` makes every answer of a model wait so many milliseconds from then on; ``GET /_count`` says how many
calls of models there were. Its port is its first line on standard output.
"""

from __future__ import annotations

import asyncio
import json
from typing import cast

import httptools
import uvloop

from benchmarks.router import payload

_TOKEN = {"access_token": "stand-in", "expires_in": 36000, "token_type": "Bearer"}
_ACCOUNT = {"email": "router@example.iam.gserviceaccount.com", "scopes": ["cloud-platform"], "aliases": ["default"]}


def _whole(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nMetadata-Flavor: Google\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


COMPLETED = _whole(payload.completed())
GENERATED = _whole(payload.generated())
GOOGLE = (
    (b"/token", _whole(json.dumps(_TOKEN).encode())),
    (b"/project-id", _whole(b"example-claims", kind="text/plain")),
    (b"/service-accounts/default/", _whole(json.dumps(_ACCOUNT).encode())),
    (b"/storage/", _whole(b'{"error": {"code": 404}}', "404 Not Found")),
    (b"/computeMetadata", _whole(b"computeMetadata/", kind="text/plain")),
)
EMPTY = _whole(b'{"kind": "storage#objects"}')
NOWHERE = _whole(b"{}", "404 Not Found")


class Upstream:
    """What all connections share."""

    delay = 0.0
    calls = 0

    def answer(self, path: bytes) -> tuple[bytes, float]:
        """What to send, and after how many seconds."""
        if path.endswith(b"/chat/completions"):
            self.calls += 1
            return COMPLETED, self.delay
        if path.endswith(b":generateContent"):
            self.calls += 1
            return GENERATED, self.delay
        if path.startswith(b"/_delay/"):
            self.delay = int(path.rpartition(b"/")[2]) / 1000
            return _whole(b"{}"), 0
        if path == b"/":  # by which google-auth recognises a metadata server
            return _whole(b"{}"), 0
        if path.endswith(b"/o"):  # what lies in a bucket
            return EMPTY, 0
        if path == b"/_count":
            return _whole(str(self.calls).encode()), 0
        return next((answer for part, answer in GOOGLE if part in path), NOWHERE), 0


class Connection(asyncio.Protocol):
    """One caller; it asks again when it was answered."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path = url.partition(b"?")[0]

    def on_message_complete(self) -> None:
        answer, delay = self._upstream.answer(self._path)
        if delay:
            self._loop.call_later(delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def main() -> None:
    """Serve until the process is ended."""
    upstream = Upstream()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(upstream), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
