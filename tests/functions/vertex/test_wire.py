"""The wire against servers that behave, and others."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop
from certified import certified
from vertex import wire
from vertex.wire import BrokenOffError, NotSentError, TooLongError, Wire

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Seen:
    """What a server was asked, and on how many connections."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers = answers
        self.requests: list[bytes] = []
        self.connections = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    return
                # In pieces, since TCP keeps no boundaries.
                for at in range(0, len(answer), 1000):
                    writer.write(answer[at : at + 1000])
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if context else 'http'}://127.0.0.1:{port}/v1/models/m:generateContent"
    finally:
        server.close()


async def asked(url: str, connections: Wire, seconds: float = 5.0, body: bytes = b"{}") -> wire.Answered:
    return await connections.post(wire.target(url), b"Authorization: Bearer t\r\n", body, seconds)


async def answered(*answers: bytes | None, times: int = 1) -> tuple[list[wire.Answered], Seen]:
    seen, connections = Seen(list(answers)), Wire()
    async with serving(seen.handle) as url:
        found = [await asked(url, connections) for _ in range(times)]
        connections.close()
    return found, seen


def test_a_request_is_whole_and_the_connection_is_kept() -> None:
    found, seen = asyncio.run(answered(OK, times=3))
    assert [(one.status, one.body) for one in found] == [(200, b"hi")] * 3
    assert (len(seen.requests), seen.connections) == (3, 1)
    head, _, body = seen.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert (first, body) == (b"POST /v1/models/m:generateContent HTTP/1.1", b"{}")
    assert {line.partition(b":")[0] for line in lines} == {b"Host", b"Authorization", b"Content-Length"}


def test_chunks_are_joined_and_names_of_headers_are_in_lower_case() -> None:
    chunked = b"HTTP/1.1 429 Busy\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"
    (found,), _ = asyncio.run(answered(chunked))
    assert (found.status, found.body, found.headers[b"retry-after"]) == (429, b"hi!", b"7")


def test_an_interim_answer_is_none() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
    (found,), _ = asyncio.run(answered(hints + OK))
    assert (found.status, found.body, found.headers) == (200, b"hi", {b"content-length": b"2"})


def test_a_connection_that_the_server_closes_is_not_used_again() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    _, seen = asyncio.run(answered(closing, times=2))
    assert seen.connections == 2


def test_callers_at_once_have_connections_of_their_own() -> None:
    async def run() -> tuple[list[bytes], int]:
        seen, connections = Seen([OK]), Wire()
        async with serving(seen.handle) as url:
            found = await asyncio.gather(*(asked(url, connections) for _ in range(20)))
            connections.close()
        return [one.body for one in found], seen.connections

    bodies, count = asyncio.run(run())
    assert (bodies, count) == ([b"hi"] * 20, 20)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"<html>no HTTP</html>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
    ],
    ids=["closed", "half", "garbage", "bad-chunk", "two-lengths"],
)
def test_what_is_no_whole_answer_is_broken_off(answer: bytes | None) -> None:
    async def run() -> None:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer or b"")
            await writer.drain()
            writer.close()

        async with serving(handle) as url:
            with pytest.raises(BrokenOffError):
                await asked(url, Wire())

    asyncio.run(run())


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    async def run() -> int:
        sent = 0

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                while True:
                    writer.write(b"100000\r\n" + bytes(1 << 20) + b"\r\n")
                    await writer.drain()
                    sent += 1 << 20
            except ConnectionError:
                return

        async with serving(handle) as url:
            with pytest.raises(TooLongError):
                await asked(url, Wire(), 30.0)
        return sent

    assert asyncio.run(run()) < 4 * wire.MOST_BYTES


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_deadline() -> None:
    async def run() -> None:
        hung = asyncio.Event()

        async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await hung.wait()
            writer.close()

        connections = Wire()
        async with serving(handle) as url:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asked(url, connections, 1.0), 20)
            hung.set()

    asyncio.run(run())


def test_nothing_that_listens_is_nothing_that_was_sent() -> None:
    with pytest.raises(NotSentError):
        asyncio.run(asked("http://127.0.0.1:9/", Wire()))


def test_a_call_that_is_cancelled_leaves_no_answer_to_the_next() -> None:
    async def run() -> bytes:
        slow = asyncio.Event()
        served = 0

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal served
            served += 1
            mine = served
            await reader.readuntil(b"\r\n\r\n")
            if mine == 1:
                await slow.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % mine)
            writer.close()

        connections = Wire()
        async with serving(handle) as url:
            first = asyncio.create_task(asked(url, connections))
            await asyncio.sleep(0.1)
            first.cancel()
            slow.set()
            with pytest.raises(asyncio.CancelledError):
                await first
            return (await asked(url, connections)).body

    assert asyncio.run(run()) == b"2"


def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    twice = OK + OK
    found, seen = asyncio.run(answered(twice, times=2))
    assert [one.body for one in found] == [b"hi", b"hi"]
    assert seen.connections == 2


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"])
def test_a_connection_that_ends_before_the_request_has_left_has_sent_nothing(said: bytes) -> None:
    async def run() -> None:
        loop, connections = asyncio.get_running_loop(), Wire()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
            first = asyncio.create_task(asked(url, connections))
            peer, _ = await loop.run_in_executor(None, listening.accept)
            with peer:
                assert await loop.run_in_executor(None, peer.recv, 1 << 16)
                peer.sendall(OK)
                await first
                # In one step with the next request, so that the loop hears of it before the request is sent.
                peer.sendall(said)
                peer.shutdown(socket.SHUT_WR)
                with pytest.raises(NotSentError):
                    await asked(url, connections)
                assert peer.recv(1 << 16) == b""

    uvloop.run(run())


def test_requests_of_one_turn_are_sent_together_and_each_gets_its_own_answer() -> None:
    async def run() -> list[bytes]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(int(head.rpartition(b"Content-Length: ")[2]))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

        connections = Wire()
        async with serving(handle) as url:
            bodies = [b"%d" % at for at in range(30)]
            for _ in range(3):
                found = await asyncio.gather(*(asked(url, connections, body=body) for body in bodies))
                assert [one.body for one in found] == bodies
            gone = asyncio.create_task(asked(url, connections, body=b"gone"))
            rest = asyncio.create_task(asked(url, connections, body=b"rest"))
            await asyncio.sleep(0)
            gone.cancel()  # before it was sent
            answer = (await rest).body
            connections.close()
        return [answer]

    assert asyncio.run(run()) == [b"rest"]


def test_a_certificate_that_nobody_signed_is_taken_from_a_private_endpoint_only(tmp_path: Path) -> None:
    async def run() -> bytes:
        seen, connections = Seen([OK]), Wire()
        async with serving(seen.handle, certified(tmp_path)) as url:
            with pytest.raises(NotSentError):
                await asked(url, connections)
            answer = await connections.post(wire.target(url, verified=False), b"", b"{}", 5)
            connections.close()
        return answer.body

    assert asyncio.run(run()) == b"hi"
