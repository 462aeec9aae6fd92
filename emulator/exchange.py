"""One HTTP request and one response, without sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.call import Piece


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path` is encoded and without query; header names are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One HTTP response. `delay` is to be waited for before it is sent; `drop` means: close the connection, send
    nothing."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    pieces: tuple[Piece, ...] = ()
    """The body in the pieces in which it is sent, where they do not go at once."""
