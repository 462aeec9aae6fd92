"""A ledger's store, opened to be read: a SQLite file, or PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from lockgate.cli import functions
from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from ledger.ask import Store

SCHEMES = ("postgres://", "postgresql://")
# Seconds for a connection, and for each question: more than a router has, because many calls are added up.
PATIENCE = 60.0

T = TypeVar("T")


def asked(where: str, ask: Callable[[Store], Awaitable[T]]) -> T:
    """What the store at ``where`` (a SQLite file, or PostgreSQL's DSN) answers; it is only read.

    Raises InputError where it cannot be read.
    """
    functions.on_path()
    from ledger.ask import StoreDownError
    from ledger.sqlite import TooLargeError

    try:
        return asyncio.run(_asked(where, ask))
    except StoreDownError as error:
        raise InputError(
            f"the ledger's store cannot be read: {safe.line(str(error))}. Expected a SQLite file or a PostgreSQL in "
            "which a router has kept its ledger."
        ) from None
    except (TooLargeError, ValueError, TypeError, ArithmeticError):
        raise InputError("the ledger's store holds what no router writes. Expected a router's ledger.") from None


async def _asked(where: str, ask: Callable[[Store], Awaitable[T]]) -> T:
    shared = await _opened(where)
    try:
        return await ask(shared)
    finally:
        await shared.close()


def _check(where: str) -> None:
    """See that an address is one, and shows no password; raises InputError."""
    try:
        parts = urlsplit(where)
        # A port that is none is found out where it is asked for.
        shown, _ = parts.password is not None, parts.port
    except ValueError:
        raise InputError("--store: the address is none. Expected postgresql://USER@HOST:PORT/NAME.") from None
    if shown:
        raise InputError("--store: the address has a password, which others could see. Put it into PGPASSWORD.")


async def _opened(where: str) -> Store:
    if where.startswith(SCHEMES):
        _check(where)
        try:
            from ledger.postgres import Postgres
        except ModuleNotFoundError as error:
            raise InputError(f"{error.name} is not installed. Run: pip install 'lockgate[ledger]'") from None
        return await Postgres(where, timeout=PATIENCE, reads_only=True).open()
    from ledger.sqlite import Sqlite

    path = Path(where)
    if not path.is_file():
        raise InputError(f"{safe.line(where)}: is no file. Expected a ledger's SQLite file, or postgresql://HOST/NAME.")
    return await Sqlite(path, reads_only=True).open()
