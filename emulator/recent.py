"""The last calls, for a person who wants to see what a client of theirs has just done. Bounded, and never saved."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field

KEPT = 100
KEPT_REFUSALS = 50
MAX_PATH = 300
MAX_SAID = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """One call that was answered."""

    at: float
    """Seconds since 1970."""
    method: str
    path: str
    """Without the query, which may hold a key."""
    status: int
    """0 where the connection was dropped on purpose."""
    seconds: float
    said: str
    """Google's word and text of a refusal; empty when there was none."""


@dataclass
class Recent:
    """The last calls, and the last that were refused, which are looked for when the others have long gone by."""

    calls: deque[Seen] = field(default_factory=lambda: deque(maxlen=KEPT))
    refusals: deque[Seen] = field(default_factory=lambda: deque(maxlen=KEPT_REFUSALS))
    count: int = 0
    refused: int = 0

    def saw(self, at: float, method: str, path: str, *, status: int, seconds: float, body: bytes) -> None:
        """Remember a call by its answer."""
        self.count += 1
        bad = status >= 400 or status == 0
        seen = Seen(at, method[:20], path[:MAX_PATH], status, seconds, _said(body) if bad else "")
        self.calls.append(seen)
        if bad:
            self.refused += 1
            self.refusals.append(seen)

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.refusals.clear()
        self.count = self.refused = 0


def _said(body: bytes) -> str:
    """`PERMISSION_DENIED: The caller …`, of any of Google's envelopes."""
    try:
        error = json.loads(body)["error"]
        if isinstance(error, str):
            return error[:MAX_SAID]
        said = ": ".join(str(error[key]) for key in ("status", "message") if error.get(key))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return said[:MAX_SAID]
