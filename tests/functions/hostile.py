"""Requests that no well-meaning client sends, from a seed: the same seed makes the same ones, in the same order.

Each carries a mark in fields that the charter masks, in every spelling of their names.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from naughty import CHARSETS, FLAT_NAMES, MARK, MASKED_NAMES, NAUGHTY, NUMBERS, PATHS, TEXTS_OF_JSON


@dataclass(frozen=True)
class Attack:
    """One request. ``sent`` are the bytes; ``whole`` is whether they are a request that HTTP/1.1 allows."""

    kind: str
    method: str
    path: str
    sent: bytes
    whole: bool = True


@dataclass
class Hostile:
    """A generator of attacks."""

    seed: int
    random: random.Random = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 (reproducible, not secret)

    def attacks(self, most: int) -> Iterator[Attack]:
        """So many of them; every kind comes in turn."""
        kinds = (*_BODIES, *_BODIES, *_WIRES)
        for number in range(most):
            self.count = number
            kind = kinds[number % len(kinds)]
            yield kind(self)

    # What stands in a body.

    def mark(self) -> str:
        return f"{MARK}{self.count:x}"

    def marked(self) -> tuple[str, Any]:
        """A masked field, in one of the ways in which it can be written."""
        mark = self.mark()
        value: Any = self.random.choice(
            [mark, f" {mark}\n", [mark], {"first": mark, "last": [mark, {"x": mark}]}, [[mark], {"a": mark}], {mark: 1}]
        )
        return self.random.choice(MASKED_NAMES), value

    def value(self, depth: int = 0) -> Any:
        """Any JSON value."""
        choice = self.random.randrange(12 if depth < 4 else 8)
        match choice:
            case 0:
                return None
            case 1:
                return self.random.random() < 0.5
            case 2:
                return self.random.choice([0, -1, 10**33, -(10**33), 2**63, 2**64, 7])
            case 3:
                return self.random.choice([0.0, -0.0, 1.5, 1e30, 1e-9, 0.1])
            case 4 | 5 | 6:
                return self.random.choice(NAUGHTY)
            case 7:
                return self.random.choice(["", " ", "x" * 5000, "\x00", "900.00", "1.200,50", "ja", "2026-02-30"])
            case 8 | 9:
                return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
            case _:
                whole = {self.name(): self.value(depth + 1) for _ in range(self.random.randrange(4))}
                return {**whole, **dict([self.marked()])}

    def name(self) -> str:
        known = ["amount", "injury", "description", "papers", "incident", "betrag", "AMOUNT", "amount "]
        return self.random.choice([*known, self.random.choice(NAUGHTY)])

    def fields(self) -> dict[str, Any]:
        """Fields with marks: every other time declared ones only, so that a model is asked."""
        fields: dict[str, Any] = {"amount": "900", "injury": False, "description": self.random.choice(NAUGHTY)}
        if self.random.random() < 0.5:
            name, value = self.random.choice(FLAT_NAMES), self.mark()
        else:
            name, value = self.marked()
            fields |= {self.name(): self.value() for _ in range(self.random.randrange(4))}
        fields[name] = value
        if self.random.random() < 0.5:
            fields["papers"] = self.random.choice([dict([self.marked()]), [dict([self.marked()])], {"a": self.value()}])
        return fields

    def case(self) -> dict[str, Any]:
        schema = self.random.choice(["2", "2", "2", "2", "2", "1", None, "99", "", "2 "])
        return {"case_id": f"h-{self.seed}-{self.count}", "source": "portal", "schema": schema, "fields": self.fields()}

    def turn(self) -> dict[str, Any]:
        messages = [{"role": "user", "content": self.random.choice(NAUGHTY) or "x"}]
        metadata = {"amount": "900", "injury": "false", self.random.choice(MASKED_NAMES): self.mark()}
        return {"model": "claims-triage", "messages": messages, "metadata": metadata}

    def door(self) -> tuple[str, dict[str, Any]]:
        if self.random.random() < 0.65:
            return "/v1/cases", self.case()
        return "/v1/chat/completions", {**self.turn(), "stream": self.random.random() < 0.3}

    # Requests whose bodies are hostile.

    def valid(self) -> Attack:
        path, document = self.door()
        return self.posted("valid", path, _json(document))

    def wrong_type(self) -> Attack:
        path, document = self.door()
        document[self.random.choice([*document])] = self.value()
        return self.posted("wrong-type", path, _json(document))

    def missing(self) -> Attack:
        path, document = self.door()
        del document[self.random.choice([*document])]
        return self.posted("missing", path, _json(document))

    def surplus(self) -> Attack:
        path, document = self.door()
        document[self.random.choice(["tools", "n", "stop", "logprobs", self.name()])] = self.value()
        return self.posted("surplus", path, _json(document))

    def odd_turn(self) -> Attack:
        document = self.turn()
        parts: list[Any] = [{"type": "text", "text": self.random.choice(NAUGHTY)}, self.value()]
        document["messages"].append(
            {
                "role": self.random.choice(["user", "system", "tool", ""]),
                "content": self.random.choice([parts, None, ""]),
            }
        )
        document["temperature"] = self.random.choice([0, 2, 3, -1, "1", None])
        return self.posted("odd-turn", "/v1/chat/completions", _json(document))

    def spliced(self) -> Attack:
        """A value that JSON does not have, or that few read alike, where another stood."""
        path, document = self.door()
        inner = document["fields"] if path == "/v1/cases" else document["metadata"]
        inner[self.random.choice(["amount", "description", "x"])] = "@@splice@@"
        text = _json(document).replace(b'"@@splice@@"', self.random.choice(NUMBERS + TEXTS_OF_JSON).encode())
        return self.posted("spliced", path, text)

    def twice(self) -> Attack:
        path, document = self.door()
        raw = _json(document)
        name = self.random.choice([*document])
        more = f"{json.dumps(name)}: {json.dumps(self.value())}, ".encode()
        inner = b'"holder_name": "' + self.mark().encode() + b'", "holder_name": 1, '
        at = raw.index(b"{", 1) + 1 if self.random.random() < 0.5 else 0
        raw = raw[:at] + inner + raw[at:] if at else raw[:1] + more + raw[1:]
        return self.posted("twice", path, raw)

    def deep(self) -> Attack:
        path, document = self.door()
        levels = self.random.choice([9, 100, 1000, 50_000])
        opening, closing = self.random.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'{"holder_name":', b"}")])
        inner = opening * levels + json.dumps(self.mark()).encode() + closing * self.random.choice([levels, 0])
        raw = _json({**document, "deep": "@@"}).replace(b'"@@"', inner)
        return self.posted("deep", path, raw.replace(b'"deep"', self.random.choice([b'"fields"', b'"deep"'])))

    def long(self) -> Attack:
        path, document = self.door()
        size = self.random.choice([30_000, 262_144, 400_000, 1_100_000])
        filler: Any = self.random.choice(["x" * size, ["y"] * (size // 4), {str(n): n for n in range(size // 16)}])
        inner = document["fields"] if path == "/v1/cases" else document["metadata"]
        inner["description"] = filler
        return self.posted("long", path, _json(document))

    def cut(self) -> Attack:
        path, document = self.door()
        raw = _json(document)
        return self.posted("cut", path, raw[: self.random.randrange(len(raw))])

    def flipped(self) -> Attack:
        path, document = self.door()
        # Without a mark: a name with another letter in it is another name.
        raw = bytearray(_json(document).replace(MARK.encode(), b"unmarked"))
        for _ in range(self.random.randrange(1, 6)):
            raw[self.random.randrange(len(raw))] = self.random.randrange(256)
        return self.posted("flipped", path, bytes(raw))

    def noise(self) -> Attack:
        path, _ = self.door()
        return self.posted("noise", path, self.random.randbytes(self.random.randrange(300)))

    def charset(self) -> Attack:
        path, document = self.door()
        codec = self.random.choice(["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252"])
        raw = json.dumps(document, ensure_ascii=codec == "cp1252").encode(codec, "surrogatepass")
        says = f"application/json; charset={self.random.choice(CHARSETS)}"
        return self.posted("charset", path, raw, ("Content-Type", says))

    def surrogate(self) -> Attack:
        path, document = self.door()
        bad = self.random.choice([b"\xed\xa0\x80", b"\xc0\x80", b"\xff\xfe", b"\xf5\x80\x80\x80", b"\xe2\x82"])
        return self.posted("surrogate", path, _json(document).replace(b"900", bad, 1))

    def keyed(self) -> Attack:
        path, document = self.door()
        key = self.random.choice([self.random.choice(NAUGHTY), "k-1", "k-2", f"k-{self.count}"]).encode()
        return self.posted("keyed", path, _json(document), ("Idempotency-Key", _header(key)))

    # Requests that are hostile before their bodies.

    def framed(self) -> Attack:
        """A Content-Length or a chunked body that is not true."""
        path, document = self.door()
        raw = _json(document)
        chunk = f"{len(raw):x}\r\n".encode() + raw + b"\r\n"
        length = self.random.choice([0, 1, len(raw) - 1, len(raw) + 1, 10**9, 10**30, -1])
        framing, body, whole = self.random.choice(
            [
                (f"Content-Length: {length}", raw, False),
                ("Content-Length: abc", raw, False),
                (f"Content-Length: {len(raw)}\r\nContent-Length: {len(raw) - 1}", raw, False),
                (f"Content-Length: {len(raw)}\r\nTransfer-Encoding: chunked", chunk + b"0\r\n\r\n", False),
                ("Transfer-Encoding: chunked", chunk + b"0\r\n\r\n", True),
                ("Transfer-Encoding: chunked", chunk, False),
                ("Transfer-Encoding: chunked", b"zz\r\n" + raw, False),
                ("Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n" + raw, False),
                ("Transfer-Encoding: gzip, chunked", chunk + b"0\r\n\r\n", False),
                ("Expect: 100-continue\r\nTransfer-Encoding: chunked", chunk + b"0\r\n\r\n", False),
            ]
        )
        return Attack("framed", "POST", path, _head("POST", path, framing.encode()) + body, whole)

    def odd_path(self) -> Attack:
        method = self.random.choice(["GET", "POST"])
        path = self.random.choice(
            [
                "/v1/cases/" + "x" * self.random.choice([128, 129, 70_000]),
                "/v1/cases/%00",
                "/v1/cases/%ff%fe",
                "/v1/cases/../../etc/passwd",
                "/v1/cases//c-1",
                "/v1/cases/c-1?x=" + "y" * 1000,
                "//v1/cases",
                "/v1/%63ases",
                "/v1/cases;x=1",
                "/V1/CASES",
                "/",
                "*",
                "http://127.0.0.1/v1/models",
                "/v1/models#x",
                "/v1/cases/" + "%2e" * 30,
            ]
        )
        return Attack("odd-path", method, path, _head(method, path, b"Content-Length: 0"), whole=path != "*")

    def odd_header(self) -> Attack:
        path, document = self.door()
        raw = _json(document)
        line, whole = self.random.choice(
            [
                (b"X-Null: a\x00b", False),
                (b"X-\x00: a", False),
                (b"X Space: a", False),
                (b": nameless", False),
                (b"no colon", False),
                (b"X-Bare: a\rb", False),
                (b"X-High: " + bytes(range(128, 256)), True),
                (b"X-Long: " + b"x" * 30_000, True),
                (b"\r\n".join(b"X-%d: y" % number for number in range(200)), True),
                (b"X-Cloud-Trace-Context: " + self.mark().encode() + b"!/1", True),
                (b"X-Cloud-Trace-Context: \xff\xfe", True),
                (b"Authorization: Bearer " + b"a." * 5000, True),
                (b"Content-Type: " + b";" * 500 + b"charset=", True),
                (b"Content-Encoding: gzip", True),
                (b"Connection: Upgrade\r\nUpgrade: h2c", True),
            ]
        )
        head = _head("POST", path, b"Content-Length: %d\r\n" % len(raw) + line)
        return Attack("odd-header", "POST", path, head + raw, whole)

    def odd_method(self) -> Attack:
        path = self.random.choice(PATHS)
        method = self.random.choice(
            ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "GET", "POST", "BREW", "get"]
        )
        whole = method not in {"BREW", "get"}
        return Attack("odd-method", method, path, _head(method, path, b"Content-Length: 0"), whole)

    def no_http(self) -> Attack:
        sent = self.random.choice(
            [
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                b"GET /\r\n\r\n",
                b"POST /v1/cases HTTP/9.9\r\nHost: x\r\n\r\n",
                b"POST /v1/cases HTTP/1.1\r\n\r\n",
                b"\r\n" * 50,
                b"\x00" * 100,
                self.random.randbytes(200),
            ]
        )
        return Attack("no-http", "POST", "/v1/cases", sent, whole=False)

    def upgrade(self) -> Attack:
        wish = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        wish += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        path = self.random.choice(PATHS)
        return Attack("upgrade", "GET", path, _head("GET", path, wish), whole=False)

    def posted(self, kind: str, path: str, raw: bytes, *headers: tuple[str, str | bytes]) -> Attack:
        lines = [f"Content-Length: {len(raw)}".encode()]
        lines += [
            name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) for name, value in headers
        ]
        return Attack(kind, "POST", path, _head("POST", path, b"\r\n".join(lines)) + raw)


def _json(document: Any) -> bytes:
    """As clients write it, with texts as they are; a lone surrogate of a naughty string is escaped."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(document).encode()


def _header(value: bytes) -> bytes:
    """A value that a header can have."""
    return bytes(byte for byte in value if byte >= 32 and byte != 127).strip() or b"-"


def _head(method: str, path: str, more: bytes) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + more + b"\r\n\r\n"


Kind = Callable[[Hostile], Attack]
_BODIES: tuple[Kind, ...] = (
    Hostile.valid,
    Hostile.valid,
    Hostile.wrong_type,
    Hostile.missing,
    Hostile.surplus,
    Hostile.odd_turn,
    Hostile.spliced,
    Hostile.twice,
    Hostile.deep,
    Hostile.cut,
    Hostile.flipped,
    Hostile.noise,
    Hostile.charset,
    Hostile.surrogate,
    Hostile.keyed,
)
_WIRES: tuple[Kind, ...] = (
    Hostile.framed,
    Hostile.odd_path,
    Hostile.odd_header,
    Hostile.odd_method,
    Hostile.no_http,
    Hostile.upgrade,
    Hostile.long,
)
