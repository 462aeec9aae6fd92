"""The spend record in its bucket, over the JSON API of Cloud Storage: the guard writes it, the router reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import aiohttp
import msgspec

from spend.record import Record
from vertex.token import NoTokenError

Token = Callable[[], Awaitable[str]]
OBJECT = "spend.json"
TIMEOUT = aiohttp.ClientTimeout(total=5)
# The router asks again after FRESH seconds, and lives with what it knows for USABLE seconds when it gets no answer.
FRESH = 30.0
USABLE = 300.0


class StoreError(Exception):
    """The record could not be read or written; the text names the cause."""


class Store:
    """The record and its generation, which guards against two writers."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, root: str, bucket: str) -> None:
        self._session = session
        self._token = token
        self._root = root
        self._bucket = quote(bucket, safe="")

    async def read(self) -> tuple[Record | None, int]:
        """The record and its generation; None and 0 where nothing was written yet. Raises StoreError."""
        url = f"{self._root}/storage/v1/b/{self._bucket}/o/{OBJECT}?alt=media"
        status, generation, raw = await self._send("GET", url, None)
        if status == 404:
            return None, 0
        if status != 200:
            raise StoreError(f"reading the spend record: status {status}")
        try:
            return msgspec.json.decode(raw, type=Record), generation
        except msgspec.DecodeError as error:
            raise StoreError(f"the spend record is not what the spend guard writes: {error}") from None

    async def write(self, record: Record, generation: int) -> None:
        """Replace the generation that was read; raises StoreError, also when another writer was first."""
        url = f"{self._root}/upload/storage/v1/b/{self._bucket}/o?uploadType=media&name={OBJECT}"
        status, _, _ = await self._send("POST", f"{url}&ifGenerationMatch={generation}", msgspec.json.encode(record))
        if status != 200:
            raise StoreError(f"writing the spend record: status {status}")

    async def _send(self, method: str, url: str, data: bytes | None) -> tuple[int, int, bytes]:
        try:
            headers = {"authorization": f"Bearer {await self._token()}", "content-type": "application/json"}
            async with self._session.request(method, url, data=data, headers=headers, timeout=TIMEOUT) as response:
                generation = int(response.headers.get("x-goog-generation", "0"))
                return response.status, generation, await response.read()
        except (NoTokenError, TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise StoreError(f"the bucket of the spend record: {type(error).__name__}") from None


class Watch:
    """The record as the router last saw it. What it cannot see for too long counts as unknown, never as fine."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._lock = asyncio.Lock()
        self._record: Record | None = None
        self._read_at = float("-inf")
        self._asked_at = float("-inf")

    async def record(self) -> Record | None:
        """The record, at most USABLE seconds old; raises StoreError."""
        async with self._lock:
            if self._clock() - self._asked_at >= FRESH:
                self._asked_at = self._clock()
                try:
                    self._record, _ = await self._store.read()
                    self._read_at = self._clock()
                except StoreError:
                    if self._clock() - self._read_at >= USABLE:
                        self._asked_at = float("-inf")
                        raise
            return self._record
