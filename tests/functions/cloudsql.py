"""A PostgreSQL as the router sees it on Cloud SQL: only through TLS, and its user logs in with an access token.

The server is real. The wheel's build of it has no TLS, so that is ended in front of it; the password is checked by it.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
from certified import certified

from soak.server import Server

USER = "router@example-claims.iam"
DATABASE = "ledger"
# PostgreSQL's protocol 3.0, "SSLRequest": eight bytes long, and the number that stands for it.
SSL_REQUEST = struct.pack(">II", 8, 80877103)
SECONDS = 10


@contextmanager
def cloudsql(server: Server, folder: Path, token: str) -> Iterator[dict[str, str]]:
    """What a router's environment says of a new database whose user's password is ``token``."""
    asyncio.run(_made(server, token))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    proxy = _Proxy(server.port, folder)
    try:
        port = asyncio.run_coroutine_threadsafe(proxy.start(), loop).result(SECONDS)
        yield {
            "LEDGER_FILE": "-",
            "LEDGER_HOST": f"127.0.0.1:{port}",
            "LEDGER_DATABASE": DATABASE,
            "LEDGER_USER": USER,
        }
    finally:
        asyncio.run_coroutine_threadsafe(proxy.close(), loop).result(SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.close()


def dsn(server: Server) -> str:
    """The same database, for whoever looks at it from behind."""
    return f"postgresql://postgres@127.0.0.1:{server.port}/{DATABASE}"


async def _made(server: Server, token: str) -> None:
    connection = await asyncpg.connect(server.dsn)
    with suppress(asyncpg.DuplicateObjectError):
        await connection.execute(f'CREATE ROLE "{USER}" LOGIN')
    await connection.execute(f"ALTER ROLE \"{USER}\" PASSWORD '{token}'")
    await connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await connection.execute(f'CREATE DATABASE {DATABASE} OWNER "{USER}"')
    rules = Path(await connection.fetchval("SHOW hba_file"))
    rule = f'host {DATABASE} "{USER}" 127.0.0.1/32 scram-sha-256\n'
    before = rules.read_text()
    if rule not in before:
        rules.write_text(rule + before)
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


class _Proxy:
    """Takes the TLS off, and refuses whoever comes without."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = port
        self._context = certified(folder)

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._served, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                return
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(self._context)
            inner, outer = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(_piped(reader, outer), _piped(inner, writer))
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
