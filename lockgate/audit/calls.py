"""Calls that read, made through Google's own clients: bounded, retried, and cached for one audit.

Only the libraries that a plan needs are loaded. An answer that says "not there" is Absent; every other failure is
Unreadable, so that what could not be read is never taken for what is not there.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from lockgate.audit import clients
from lockgate.audit.kinds import parsed
from lockgate.rehearsal.mapping import template

ATTEMPTS = 6
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 20.0
RETRIED = {408, 429, 500, 502, 503, 504}
_CREDENTIAL = re.compile(
    r"ya29\.[\w.-]+|(?i:bearer)\s+\S+|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN[^-]+KEY-----.*", re.DOTALL
)
"""What looks like an access token, an identity token or a private key."""


class Absent(Exception):
    """Google says that there is no such resource."""


class Unreadable(Exception):
    """It is not known whether a resource is there, or what it is like; the argument says why."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        """``status`` is the HTTP status of the last answer, None when there was none."""
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True)
class Call:
    """One call, ready to be made. Two equal calls are made once."""

    by: str
    service: str
    """The first label of the service's host."""
    host: str
    method: str
    arguments: tuple[tuple[str, str], ...]

    @property
    def subject(self) -> str:
        """What it reads, for people."""
        return next((value for key, value in self.arguments if key in _NAMES), "/".join(v for _, v in self.arguments))


_NAMES = {"name", "resource", "topic", "parent"}


def call(text: str, values: Mapping[str, Any], *, by: str, service: str, host: str = "") -> Call:
    """A call of ``kinds.yaml`` with its templates filled. Raises template.Missing when a value is not there."""
    method, arguments = parsed(text)
    filled = {key: template.expand(value, values, encode=False) or "" for key, value in arguments.items()}
    where = template.expand(host, values, encode=False) if host else ""
    return Call(by, service, where or "", method, tuple(filled.items()))


@dataclass
class Reader:
    """Google Cloud, read for one audit."""

    access: clients.Access
    deadline: float
    """By ``time.monotonic``: no call starts, and no wait lasts, beyond it."""
    sleep: Callable[[float], None] = time.sleep
    made: int = 0
    """HTTP attempts, of which a page of a list is not counted by itself."""
    _answers: dict[Call, Future[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, call: Call) -> Any:
        """The answer, as JSON would have it: an object, or for a list all elements of all pages.

        Raises Absent or Unreadable.
        """
        with self._lock:
            known = self._answers.get(call)
            if known is None:
                mine: Future[Any] = Future()
                self._answers[call] = mine
        if known is not None:
            return known.result()
        try:
            mine.set_result(self._tried(call))
        except BaseException as error:  # noqa: BLE001 - raised again for whoever asks
            mine.set_exception(error)
        return mine.result()

    def _tried(self, call: Call) -> Any:
        wait = FIRST_WAIT_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise Unreadable("the audit's time was over before it was read; allow more with --timeout")
            with self._lock:
                self.made += 1
            try:
                return self.access.send(call, left)
            except Exception as error:  # noqa: BLE001 - six libraries have their own; none is swallowed
                failed = clients.failure(error)
            if failed.status == 404:
                raise Absent(failed.message)
            again = failed.status in RETRIED or (failed.status is None and failed.lost)
            pause = max(wait * random.uniform(0.5, 1), _after(failed.retry_after))  # noqa: S311 - spreads calls
            if not again or attempt == ATTEMPTS or time.monotonic() + pause > self.deadline:
                raise Unreadable(_clean(failed.message), failed.status)
            self.sleep(pause)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        raise AssertionError


def _after(header: str | None) -> float:
    """The seconds of a Retry-After header (RFC 9110, 10.2.3), at most what an audit ever waits."""
    if not header:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return 0.0
    return max(0.0, seconds)


def _clean(message: str) -> str:
    return _CREDENTIAL.sub("(a credential)", message)[:300]
