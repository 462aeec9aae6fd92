"""Time and chance, handed in: names, numbers, etags and timestamps that the server makes.

A seeded source makes a run repeatable; `freeze` pins the clock for tests.
"""

from __future__ import annotations

import base64
import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from emulator.wire.errors import invalid

_FIRST, _END = -62_135_596_800, 253_402_300_800
"""The years 1 to 9999 (google.protobuf.Timestamp), in seconds since 1970."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class Ids:
    """The clock and the source of chance of one emulated cloud."""

    def __init__(self, seed: int | None = None, clock: Callable[[], float] = time.time) -> None:
        self._random = random.Random(seed)  # noqa: S311 names of emulated resources, not secrets
        self.clock = clock

    def now(self) -> str:
        """The time as Google writes it: `2026-11-22T20:41:07.123456Z`."""
        return self.at(self.clock())

    def at(self, seconds: float) -> str:
        """A moment (seconds since 1970) as Google writes it; 400 for one that it cannot write."""
        if not _FIRST <= seconds < _END:
            raise invalid("A timestamp must be between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.")
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def digits(self, length: int) -> str:
        """A number without leading zero, as a string; with 19 digits it fits the signed 64 bits of a client."""
        most = 10**length if length != 19 else 2**63
        return str(self._random.randrange(10 ** (length - 1), most))

    def hexa(self, length: int) -> str:
        """Hexadecimal digits."""
        return f"{self._random.getrandbits(length * 4):0{length}x}"

    def word(self, length: int) -> str:
        """Lower-case letters and digits, a letter first."""
        return self._random.choice(_ALPHABET[:26]) + "".join(self._random.choices(_ALPHABET, k=length - 1))

    def uuid(self) -> str:
        """A version 4 UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def etag(self) -> str:
        """An opaque etag such as `BwYhq3Vcp6I=`."""
        return base64.b64encode(b"\x07\x06" + self._random.randbytes(6)).decode()
