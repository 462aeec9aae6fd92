"""What no client should send: an error or a result comes back, the process lives, and the next call works."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import logging
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.cloud import Cloud
from emulator.server import serving

from .conftest import PROJECT, SEED, Emulator

SECRETS = f"/secretmanager/v1/projects/{PROJECT}/secrets"
AUTOMATIC: dict[str, Any] = {"replication": {"automatic": {}}}
HOST = b"Host: x\r\n"
POST = b"POST " + SECRETS.encode() + b"?secretId=wire HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
BODY = json.dumps(AUTOMATIC).encode()
PATIENCE = 0.6


def talk(port: int, sent: bytes, *, seconds: float = 0.5) -> bytes:
    """All that comes back for some bytes, until the server closes or has said nothing for so long."""
    received = b""
    with socket.create_connection(("127.0.0.1", port)) as wire, contextlib.suppress(OSError):
        wire.settimeout(seconds)
        with contextlib.suppress(OSError):
            wire.sendall(sent)  # what is closed already has its answer waiting
        while chunk := wire.recv(1 << 16):
            received += chunk
    return received


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def refused(answer: bytes, *, silent: bool = False) -> bool:
    """Whether every answer is a refusal; `silent`: none is one too."""
    said = statuses(answer)
    return (bool(said) or silent) and all(400 <= status < 500 or status == 501 for status in said)


@pytest.fixture(autouse=True)
def _no_fault_of_our_own(caplog: pytest.LogCaptureFixture, emulator: Emulator) -> Iterator[None]:
    """After each test the emulator still works, and it has logged no fault of its own."""
    with caplog.at_level(logging.ERROR, logger="lockgate.emulator"):
        yield
    assert not [one.getMessage() for one in caplog.records if one.name == "lockgate.emulator"]
    emulator.ok("GET", "/_calls")


class TestRequestLines:
    @pytest.mark.parametrize(
        "sent",
        [
            b"\r\n\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,  # a TLS greeting on a plain port
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET / HTTP/1.1 HTTP/1.1\r\n" + HOST + b"\r\n",
            b"G\xc3\x89T / HTTP/1.1\r\n" + HOST + b"\r\n",
            b"GET /\xff\xfe\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
            b"A" * 200_000,
            b"M" * 9_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
            b"GET http:// HTTP/1.1\r\n" + HOST + b"\r\n",
            b"GET http://[::1 HTTP/1.1\r\n" + HOST + b"\r\n",
            b"CONNECT example.com:443 HTTP/1.1\r\n" + HOST + b"\r\n",
            b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
            b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n",
        ],
    )
    def test_garbage_is_refused(self, emulator: Emulator, sent: bytes) -> None:
        answer = talk(emulator.port, sent)
        assert refused(answer, silent=not sent.strip()), answer[:300]

    def test_random_bytes(self, emulator: Emulator) -> None:
        chance = random.Random(4)  # noqa: S311
        for _ in range(100):
            talk(emulator.port, chance.randbytes(chance.randrange(1, 2000)), seconds=0.05)

    def test_mutilated_requests(self, emulator: Emulator) -> None:
        chance = random.Random(5)  # noqa: S311
        whole = POST + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY
        for _ in range(200):
            cut = bytearray(whole)
            for _ in range(chance.randrange(1, 6)):
                cut[chance.randrange(len(cut))] = chance.randrange(256)
            answer = talk(emulator.port, bytes(cut[: chance.randrange(1, len(cut) + 1)]), seconds=0.05)
            assert 500 not in statuses(answer), (bytes(cut), answer)


class TestFraming:
    @pytest.mark.parametrize(
        ("framing", "body"),
        [
            (b"Content-Length: 99999\r\n", BODY),  # longer than what comes
            (b"Content-Length: 5\r\nContent-Length: 6\r\n", BODY),
            (b"Content-Length: 5, 6\r\n", BODY),
            (b"Content-Length: +5\r\n", BODY),
            (b"Content-Length: 0x10\r\n", BODY),
            (b"Content-Length: 99999999999999999999999999\r\n", BODY),
            (b"Content-Length: \r\n", BODY),
            (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
            (b"Transfer-Encoding: chunked\r\n", b"-5\r\nhello\r\n0\r\n\r\n"),
            (b"Transfer-Encoding: chunked\r\n", b"5\r\nhello"),  # ends within
            (b"Transfer-Encoding: chunked\r\n", b"5\r\nhelloXX0\r\n\r\n"),  # no line end after a chunk
            (b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffffffff\r\nhello\r\n"),
            (b"Transfer-Encoding: chunked\r\n", b"5;" + b"e" * 100_000 + b"\r\nhello\r\n0\r\n\r\n"),
            (b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n"),
            (b"Transfer-Encoding: gzip, identity\r\n", BODY),
        ],
    )
    def test_wrong_lengths_and_chunks(self, emulator: Emulator, framing: bytes, body: bytes) -> None:
        answer = talk(emulator.port, POST + framing + b"\r\n" + body)
        unfinished = not body.endswith(b"\r\n") and not body.endswith(BODY[-1:])
        assert refused(answer, silent=unfinished or b"99999\r\n" in framing), answer[:300]
        emulator.refused(404, "GET", f"{SECRETS}/wire")

    def test_what_follows_a_short_length_is_another_request(self, emulator: Emulator) -> None:
        short = POST + b"Content-Length: 2\r\n\r\n{}" + b"rest of the body\r\n\r\n"
        answer = talk(emulator.port, short)
        assert refused(answer), answer[:300]

    def test_chunks_make_a_body(self, emulator: Emulator) -> None:
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\nTrailer: x\r\n\r\n"
        answer = talk(emulator.port, POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
        assert statuses(answer) == [200]
        assert emulator.ok("GET", f"{SECRETS}/wire")

    def test_pipelined_requests_are_answered_in_turn(self, emulator: Emulator) -> None:
        one = f"GET {SECRETS} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        assert statuses(talk(emulator.port, one * 200 + last)) == [200] * 201

    def test_a_client_that_leaves_before_the_answer(self, emulator: Emulator) -> None:
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", emulator.port)) as wire:
                wire.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)


class TestHeaders:
    @pytest.mark.parametrize(
        "headers",
        [
            b"X-Large: " + b"a" * 1_000_000 + b"\r\n",
            b"".join(b"X-%d: a\r\n" % number for number in range(10_000)),
            b"X" * 100_000 + b": a\r\n",
            b": nameless\r\n",
            b"X Y: space in the name\r\n",
            b" folded: first\r\n",
            b"X: \x00\r\n",
        ],
    )
    def test_headers_that_are_none_or_too_large(self, emulator: Emulator, headers: bytes) -> None:
        answer = talk(emulator.port, b"GET /_calls HTTP/1.1\r\n" + HOST + headers + b"\r\n")
        assert refused(answer), answer[:300]

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Goog-User-Project": "\u20ac" * 10},
            {"X-Goog-User-Project": "../../x"},
            {"X-HTTP-Method-Override": "NONSENSE"},
            {"X-HTTP-Method-Override": "\x7f"},
            {"Content-Type": "application/json; charset=nonsense"},
            {"Content-Type": "multipart/related"},
            {"Content-Type": ";;;"},
            {"Authorization": "Bearer " + "a" * 7000},
            {"If-Match": '"', "If-None-Match": "*"},
            {"Range": "bytes=9-1", "X-Upload-Content-Length": "-1"},
            {"Host": "evil.example.com:99999"},
            {"Expect": "something-else"},
        ],
    )
    def test_odd_values(self, emulator: Emulator, headers: dict[str, str]) -> None:
        given = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}
        status, _, _ = emulator.raw("POST", f"{SECRETS}?secretId=odd", BODY, given)
        assert status < 500 or status == 501
        bucket = {"/storage/upload/storage/v1/b/none/o?uploadType=multipart", "/storage/upload/storage/v1/b/none/o"}
        assert all(emulator.raw("POST", path, BODY, given)[0] < 500 for path in bucket)


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'{"labels": {"a": Infinity}}',
            b'{"labels": -NaN}',
            b'{"labels": {"a": "\xed\xa0\x80"}}',  # a surrogate in UTF-8
            b"\xff\xfe{\x00}\x00",  # UTF-16
            b'{"labels": {"\x00": "a"}}',
            b'{"ttl": "' + b"9" * 100_000 + b's"}',
            b'{"expireTime": "99999-99-99T99:99:99Z"}',
            b'{"replication": {"automatic": {}, "userManaged": 3}}',
            b'{"replication": [], "labels": "x"}',
            b'{"etag": {"a": []}}',
            b"1e999999",
            b"-",
            b'"text"',
            b"[]",
            b"true",
            b"\xef\xbb\xbf{",
        ],
    )
    def test_is_400(self, emulator: Emulator, body: bytes) -> None:
        status, _, answer = emulator.raw("POST", f"{SECRETS}?secretId=x", body, {"Content-Type": "application/json"})
        assert status == 400, answer[:300]
        assert json.loads(answer)["error"]["code"] == 400

    @pytest.mark.parametrize("door", ["/_seed", "/_faults", "/_script", "/_spend", "/_quotas"])
    @pytest.mark.parametrize("body", [b"", b"{", b"[" * 50_000, b"NaN", b"\xff", b'"x"', b"3", b"[[]]", b'{"x": 1}'])
    def test_own_doors_refuse_it(self, emulator: Emulator, door: str, body: bytes) -> None:
        status, _, answer = emulator.raw("POST", door, body)
        assert status < 500, answer[:300]

    def test_a_small_body_that_unpacks_to_a_large_one(self, emulator: Emulator) -> None:
        bomb = gzip.compress(b" " * 60_000_000 + BODY)
        status, _, _ = emulator.raw("POST", f"{SECRETS}?secretId=x", bomb, {"Content-Encoding": "gzip"})
        assert status == 400

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "nonsense"])
    def test_a_coding_that_it_is_not(self, emulator: Emulator, coding: str) -> None:
        status, _, _ = emulator.raw("POST", f"{SECRETS}?secretId=x", BODY, {"Content-Encoding": coding})
        assert status == 400 or (coding in {"nonsense", "zstd", "br"} and status < 500)

    def test_many_keys(self, emulator: Emulator) -> None:
        body = {**AUTOMATIC, "annotations": {f"k{number}": "v" for number in range(50_000)}}
        assert emulator.call("POST", f"{SECRETS}?secretId=wide", body)[0] < 500
        assert emulator.call("POST", f"{SECRETS}?secretId=x", {f"k{number}": 1 for number in range(50_000)})[0] == 400


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/" + "a/" * 3000,
            f"{SECRETS}/" + "%2f" * 2000,
            f"{SECRETS}/%00",
            f"{SECRETS}/%zz%",
            f"{SECRETS}/{'x' * 7000}",
            f"{SECRETS}/..%2f..%2fx",
            f"{SECRETS}?pageSize=-1",
            f"{SECRETS}?pageSize=99999999999999999999",
            f"{SECRETS}?pageSize=x",
            f"{SECRETS}?pageToken=%ff%fe",
            f"{SECRETS}?pageToken=AAAA",
            f"{SECRETS}?filter=" + "(" * 3000,
            f"{SECRETS}?filter=a" + "%20AND%20a" * 600,
            f"{SECRETS}?fields=" + "a(" * 3000,
            f"{SECRETS}?" + "&".join(["pageSize=1"] * 700),
            f"{SECRETS}?alt=nonsense&prettyPrint=maybe",
            f"{SECRETS}?callback=alert(1)",
        ],
    )
    def test_an_error_or_a_result(self, emulator: Emulator, path: str) -> None:
        status, _, answer = emulator.raw("GET", path)
        assert status < 500, answer[:300]


@pytest.fixture(scope="module")
def impatient() -> Iterator[int]:
    """The port of an emulator that waits for nobody."""
    ports: list[int] = []
    ready, stop = threading.Event(), threading.Event()

    async def main() -> None:
        async with serving(Cloud(seed=2), patience=PATIENCE) as port:
            ports.append(port)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    stop.set()
    thread.join(5)


class TestSlowClients:
    def drip(self, port: int, start: bytes, drop: bytes) -> bytes:
        """Send a drop at a time until the server has had enough; what it said."""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(start)
            deadline = time.monotonic() + 30
            said = b""
            wire.settimeout(PATIENCE / 6)
            while time.monotonic() < deadline:
                try:
                    wire.sendall(drop)
                    chunk = wire.recv(1 << 16)
                except TimeoutError:
                    continue
                except OSError:
                    return said
                if not chunk:
                    return said
                said += chunk
        raise AssertionError("the connection is still open")

    def test_headers_that_never_end(self, impatient: int) -> None:
        assert statuses(self.drip(impatient, b"GET / HTTP/1.1\r\n" + HOST, b"X-A: b\r\n")) == []

    def test_a_request_line_that_never_ends(self, impatient: int) -> None:
        assert statuses(self.drip(impatient, b"GET /", b"a")) == []

    def test_a_body_that_never_ends(self, impatient: int) -> None:
        assert statuses(self.drip(impatient, POST + b"Content-Length: 100000\r\n\r\n", b" ")) == [408]

    def test_chunks_that_never_end(self, impatient: int) -> None:
        assert statuses(self.drip(impatient, POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n")) == [408]

    def test_somebody_who_says_nothing(self, impatient: int) -> None:
        assert talk(impatient, b"", seconds=20) == b""

    def test_a_slow_answer_is_not_cut(self, impatient: int) -> None:
        slow = Emulator(impatient, Cloud())
        slow.ok("POST", "/_seed", SEED)
        slow.ok("POST", "/_faults", {"kind": "slow", "service": "secretmanager", "seconds": PATIENCE * 3})
        assert slow.ok("GET", SECRETS) == {}

    def test_two_hundred_at_once_do_not_keep_others_waiting(self, impatient: int) -> None:
        wires = [socket.create_connection(("127.0.0.1", impatient)) for _ in range(200)]
        for wire in wires:
            wire.sendall(b"GET / HTTP/1.1\r\nHost:")
        Emulator(impatient, Cloud()).ok("GET", "/_calls")
        for wire in wires:
            wire.settimeout(20)
            assert wire.recv(1) == b""
            wire.close()


class TestMany:
    def test_ten_thousand_resources_page_by_page(self, emulator: Emulator) -> None:
        for number in range(10_000):
            name = f"projects/{PROJECT}/secrets/s{number}"
            emulator.cloud.store.put("secretmanager", name, {"name": name, **AUTOMATIC})
        names: list[str] = []
        token = ""
        while True:
            answer = emulator.ok("GET", f"{SECRETS}?pageSize=2500&pageToken={token}")
            names += [one["name"] for one in answer["secrets"]]
            if not (token := answer.get("nextPageToken", "")):
                break
        assert len(names) == len(set(names)) == 10_000
        assert emulator.ok("GET", f"{SECRETS}?filter=name:s9999&pageSize=5")["secrets"]
        emulator.ok("DELETE", f"{SECRETS}/s5000")
        emulator.refused(404, "GET", f"{SECRETS}/s5000")
        saved = emulator.ok("GET", "/_state")
        emulator.ok("PUT", "/_state", saved)
        assert emulator.ok("GET", f"{SECRETS}/s9999")

    def test_what_is_kept_of_the_past_is_bounded(self, emulator: Emulator) -> None:
        jobs = f"/run/v2/projects/{PROJECT}/locations/europe-west4/jobs"
        template = {"template": {"template": {"containers": [{"image": "i"}]}}}
        emulator.ok("POST", f"{jobs}?jobId=j", template)
        from emulator.state import operations

        operation = emulator.ok("DELETE", f"{jobs}/j")
        emulator.ok("GET", f"/run/v2/{operation['name']}")
        assert operations.LIMIT <= 5_000
        assert emulator.cloud.recent.calls.maxlen == 100
