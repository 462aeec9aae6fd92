"""The bench notices what would make a figure worthless. No clock is asserted anywhere."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.router import payload, rounds
from benchmarks.router.load import NUMBER, Load, Order, Told, drive

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntold"


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A server that gives each connection this answer once, and closes it; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def order(port: int, requests: int) -> Order:
    return Order(port, "/", payload.chat().decode(), ["told"], callers=1, requests=requests)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nelse", "status 200: else"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\ntold", "status 500: told"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntold", "the connection was closed before the answer"),
        (b"", "the connection was closed before the answer"),
        (b"no answer\r\n\r\n", "no HTTP"),
    ],
    ids=["other-text", "status", "cut-off", "nothing", "no-http"],
)
def test_a_wrong_answer_is_an_error(answer: bytes, said: str) -> None:
    with answering(answer) as port:
        told = asyncio.run(drive(order(port, 1)))
    assert told.errors >= 1
    assert told.error.startswith(said)


def test_a_good_answer_is_none() -> None:
    with answering(GOOD) as port:
        told = asyncio.run(drive(order(port, 1)))
    assert (told.answers, told.errors, told.answer_bytes) == (1, 0, 4)


def test_a_chunked_answer_is_read_to_its_end() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nto\r\n2\r\nld\r\n0\r\n\r\n"
    with answering(chunks) as port:
        told = asyncio.run(drive(order(port, 1)))
    assert (told.answers, told.errors, told.answer_bytes) == (1, 0, 4)


def test_each_request_is_another_one_of_the_same_length() -> None:
    load = Load(order(1, 3))
    requests = [load.request() for _ in range(4)]
    assert requests[3] is None
    sent = [one for one in requests if one is not None]
    assert len(set(sent)) == 3
    assert {len(one) for one in sent} == {len(sent[0])}
    for one in sent:
        head, _, body = one.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"


@pytest.mark.parametrize("body", [payload.chat(), payload.case()], ids=["chat", "case"])
def test_a_body_has_one_place_for_its_number(body: bytes) -> None:
    assert body.count(NUMBER) == 1


def test_both_replies_say_the_same() -> None:
    assert payload.TOLD.encode() in payload.completed()
    assert payload.TOLD.encode() in payload.generated()
    for count in (b"412", b"58", b"470"):
        assert count in payload.completed()
        assert count in payload.generated()


def test_a_median_of_rounds_is_not_their_best() -> None:
    def one(answers: int) -> rounds.Round:
        told = Told(answers, 0, "", 1.0, 1.0, 2.0, 3.0, 0.5, 4)
        return rounds.Round(told, 100.0, 50.0, 0.5)

    assert rounds.Rounds("x", [one(5), one(900), one(7)]).rate == 7
