"""One object of a bucket, over the JSON API of Cloud Storage, with its generation against two writers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal
from urllib.parse import quote

import aiohttp
import msgspec

from vertex.token import NoTokenError

Token = Callable[[], Awaitable[str]]
TIMEOUT = aiohttp.ClientTimeout(total=5)


class _Item(msgspec.Struct):
    name: str


class _Listed(msgspec.Struct):
    kind: Literal["storage#objects"]
    items: list[_Item] = []


class StoreError(Exception):
    """The object could not be read or written; the text names the cause."""


class Object:
    """One object by name."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, root: str, bucket: str, name: str) -> None:
        self._session = session
        self._token = token
        self._root = root
        self._bucket = quote(bucket, safe="")
        self._name = name

    async def read(self) -> tuple[bytes | None, int]:
        """The content and its generation; None and 0 where nothing was written yet. Raises StoreError."""
        url = f"{self._root}/storage/v1/b/{self._bucket}/o/{quote(self._name, safe='')}?alt=media"
        status, generation, raw = await self._send("GET", url, None)
        if status == 404 and await self._is_missing():
            return None, 0
        if status != 200:
            raise StoreError(f"reading {self._name}: status {status}")
        return raw, generation

    async def _is_missing(self) -> bool:
        """Whether there is a bucket without the object; a bucket that is not there answers a read in the same way."""
        url = f"{self._root}/storage/v1/b/{self._bucket}/o?prefix={quote(self._name, safe='')}"
        status, _, raw = await self._send("GET", url, None)
        try:
            listed = msgspec.json.decode(raw, type=_Listed) if status == 200 else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            listed = None
        return listed is not None and all(one.name != self._name for one in listed.items)

    async def write(self, content: bytes, generation: int) -> None:
        """Replace the generation that was read; raises StoreError, also when another writer was first."""
        url = f"{self._root}/upload/storage/v1/b/{self._bucket}/o?uploadType=media&name={quote(self._name, safe='')}"
        status, _, _ = await self._send("POST", f"{url}&ifGenerationMatch={generation}", content)
        if status != 200:
            raise StoreError(f"writing {self._name}: status {status}")

    async def _send(self, method: str, url: str, data: bytes | None) -> tuple[int, int, bytes]:
        try:
            headers = {"authorization": f"Bearer {await self._token()}", "content-type": "application/json"}
            async with self._session.request(method, url, data=data, headers=headers, timeout=TIMEOUT) as response:
                generation = int(response.headers.get("x-goog-generation", "0"))
                return response.status, generation, await response.read()
        except (NoTokenError, TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise StoreError(f"the bucket of {self._name}: {type(error).__name__}") from None
