"""The shell's postman: empties a cloud's outbox over HTTP. Each letter is tried once, for at most ten seconds, and
only to a loopback address:
an emulator calls nobody outside."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from emulator.cloud import Cloud
from emulator.services.pubsub import delivery

JSON = dict[str, Any]

LOG = logging.getLogger("lockgate.emulator")
SECONDS = 10.0
AT_ONCE = 8
"""Letters on their way at the same time."""
_PAUSE = 0.02
"""Seconds between two looks into the outbox."""


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.asynccontextmanager
async def delivering(cloud: Cloud) -> AsyncIterator[None]:
    """Delivers what the cloud puts into its outbox while the block runs."""
    task = asyncio.create_task(_deliver(cloud))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _deliver(cloud: Cloud) -> None:
    limit = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(
        connector=limit, timeout=aiohttp.ClientTimeout(total=SECONDS), trust_env=False
    ) as session:
        while True:
            await asyncio.sleep(_PAUSE)
            if cloud.outbox:
                letters, cloud.outbox[:] = list(cloud.outbox[:AT_ONCE]), cloud.outbox[AT_ONCE:]
                await asyncio.gather(*(_post(cloud, session, letter) for letter in letters))


async def _post(cloud: Cloud, session: aiohttp.ClientSession, letter: JSON) -> None:
    url = str(letter["url"])
    if not is_loopback(url):
        LOG.info("not delivered, not a loopback address: %s", url)
        return
    try:
        async with session.post(
            url, data=base64.b64decode(letter["body"]), headers=letter["headers"], allow_redirects=False
        ) as answer:
            delivery.pushed(cloud, letter, accepted=answer.status in (102, 200, 201, 202, 204))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        LOG.info("not delivered to %s: %s", url, error)
