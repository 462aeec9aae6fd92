"""The access token of the function's own service account, from google-auth."""

from __future__ import annotations

import asyncio

import google.auth
import urllib3
from google.auth.credentials import Credentials, TokenState
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.urllib3 import Request

SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class NoTokenError(Exception):
    """The metadata server gave no token."""


class Token:
    """Fetches a token when none is there, refreshes it before it expires, one refresh at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._credentials: Credentials | None = None
        # Bounded: a thread that waits for the metadata server cannot be cancelled.
        self._request = Request(urllib3.PoolManager(timeout=5, retries=1))  # type: ignore[no-untyped-call]

    async def __call__(self) -> str:
        """A bearer token; raises NoTokenError."""
        async with self._lock:
            known = self._credentials
            if known is None or known.token_state is not TokenState.FRESH:
                try:
                    known = await asyncio.to_thread(self._refresh)
                except (GoogleAuthError, urllib3.exceptions.HTTPError) as error:
                    raise NoTokenError(type(error).__name__) from error
            return str(known.token)

    def _refresh(self) -> Credentials:
        if self._credentials is None:
            self._credentials, _ = google.auth.default(scopes=[SCOPE], request=self._request)
        self._credentials.refresh(self._request)  # type: ignore[no-untyped-call]
        return self._credentials
