"""One call, understood, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.discovery.model import Api, Method

JSON = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A part of a body that is sent when its time has come."""

    data: bytes
    seconds: float = 0.0
    """To be waited for before it is sent."""
    cut: bool = False
    """Whether the connection is closed instead of sending it."""


@dataclass(frozen=True)
class Answer:
    """A handler's answer where a JSON object with status 200 is not enough: other status, headers, bytes."""

    body: JSON | bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    """The body in the pieces in which it is sent, where they do not go at once."""


@dataclass(frozen=True)
class Call:
    """One call, understood: the method, its path variables, its query, its checked body."""

    label: str
    api: Api
    method: Method
    variables: Mapping[str, str]
    """Path variables as the client wrote them, decoded."""
    query: Mapping[str, tuple[str, ...]]
    """Query parameters by their discovery name, without the ones common to all APIs."""
    body: JSON
    """The body in canonical form (see `wire.check`); `{}` if there was none."""
    raw: bytes
    headers: Mapping[str, str]
    """Header names in lower case."""
    target: str
    """What the path names after the version, project spelled by id, without a custom verb: `projects/p/secrets` for a
    create, `projects/p/secrets/s` for a get."""
    path: str
    """The path as it came, without a service prefix."""
    upload: bool = False
    download: bool = False
    sent: JSON = field(default_factory=dict)
    """The body as the client sent it: with nulls, false values and read-only fields."""
    alt: str = ""
    """The form of answer that is asked for: `json`, `sse`, `media`, …"""

    @property
    def collection(self) -> str:
        """Dotted collection of the method: `projects.secrets`."""
        return self.method.collection

    @property
    def verb(self) -> str:
        """Last word of the method's id."""
        return self.method.verb

    def arg(self, name: str, default: str = "") -> str:
        """A query parameter's (first) value."""
        found = self.query.get(name)
        return found[0] if found else default

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is true."""
        return self.arg(name).lower() == "true"
