"""The access token of the function's own service account, from google-auth."""

from __future__ import annotations

import asyncio
import time

import google.auth
import urllib3
from google.auth.credentials import Credentials, TokenState
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.urllib3 import Request

SCOPE = "https://www.googleapis.com/auth/cloud-platform"

# A fresh token is good for minutes (google.auth._helpers.REFRESH_THRESHOLD), so it need not be looked at each time.
LOOK_SECONDS = 1.0


class NoTokenError(Exception):
    """The metadata server gave no token."""


class Token:
    """Fetches a token when none is there, refreshes it before it expires, one refresh at a time.

    A token that is about to expire is still good, so nobody waits for the next one.
    """

    def __init__(self) -> None:
        self._looking: asyncio.Task[None] | None = None
        self._credentials: Credentials | None = None
        self._known = ""
        self._looked_at = float("-inf")
        # Bounded: a thread that waits for the metadata server cannot be cancelled.
        self._request = Request(urllib3.PoolManager(timeout=5, retries=1))  # type: ignore[no-untyped-call]

    async def __call__(self, seconds: float | None = None) -> str:
        """A bearer token, waited for no longer than ``seconds``; raises NoTokenError."""
        now = time.monotonic()
        if now < self._looked_at + LOOK_SECONDS:
            return self._known
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            # Who waits for it may give up, and then nobody else hears of its failure.
            self._looking.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._credentials is not None and self._credentials.token_state is TokenState.STALE:
            return str(self._credentials.token)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(self._looking)
        except TimeoutError:
            raise NoTokenError("the metadata server does not answer") from None
        return self._known

    async def _look(self) -> None:
        try:
            known = self._credentials
            if known is None or known.token_state is not TokenState.FRESH:
                try:
                    known = await asyncio.to_thread(self._refresh)
                except (GoogleAuthError, urllib3.exceptions.HTTPError) as error:
                    # A stale token is renewed early, and still good.
                    if known is None or known.token_state is not TokenState.STALE:
                        raise NoTokenError(type(error).__name__) from error
            self._known, self._looked_at = str(known.token), time.monotonic()
        finally:
            self._looking = None

    def _refresh(self) -> Credentials:
        if self._credentials is None:
            self._credentials, _ = google.auth.default(scopes=[SCOPE], request=self._request)
        self._credentials.refresh(self._request)  # type: ignore[no-untyped-call]
        return self._credentials
