"""The store in one SQLite file, for one machine: write-ahead log, one writer at a time, no server.

What is written in PostgreSQL's words becomes SQLite's here: ``$1`` is ``?1``, ``= ANY($1)`` takes a JSON array,
``FOR UPDATE`` is not needed since every transaction holds the only write lock, and the clock is SQLite's own.
A number has 18 digits, so a budget may not pass 9.2 million of its currency; larger ones need PostgreSQL.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from ledger.ask import Ask, AskAll, Rows, StoreDownError, Transaction
from ledger.tables import create

T = TypeVar("T")

DIALECT = {"amount": "INTEGER", "bytes": "BLOB", "id": "INTEGER PRIMARY KEY AUTOINCREMENT"}
NOW = "((julianday('now') - 2440587.5) * 86400.0)"
BUSY_SECONDS = 10.0
# Rows of one statement: most commits have a dozen cases or fewer, and need but one for them.
_TOGETHER = (64, 32, 16, *range(12, 0, -1))
_ROW = re.compile(r"VALUES (\([^()]*\))")
# Pages of the log between checkpoints, each of which waits for the disk three times; SQLite's own 1,000 is every 400
# cases or so. The log stays below 33 MB.
CHECKPOINT_PAGES = 8_000


class TooLargeError(Exception):
    """A sum does not fit into SQLite's 64 bits; use PostgreSQL."""


class Sqlite:
    """One connection in a thread of its own, so that a commit never holds up the event loop."""

    def __init__(self, path: Path, *, survive_power_loss: bool = True, reads_only: bool = False) -> None:
        """``survive_power_loss`` waits for the disk at each commit; without it a commit survives kill -9 only.

        ``reads_only`` opens a file that is there, and changes nothing in it.
        """
        self._reads_only = reads_only
        self._path = path
        self._flush = "FULL" if survive_power_loss else "NORMAL"
        self._thread = ThreadPoolExecutor(1, "ledger-sqlite")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> Sqlite:
        """Connect, and make what is missing; raises StoreDownError."""
        if not self._reads_only:
            await self.run(create(DIALECT))
        return self

    async def run(self, transaction: Transaction[T]) -> T:
        """Carry out a transaction; raises StoreDownError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, functools.partial(self.run_here, transaction))

    def run_here(self, transaction: Transaction[T]) -> T:
        """Carry out a transaction in the caller's thread, which must be the only one that does; see ``run``."""
        try:
            connection = self._connection or self._connect()
            connection.execute("BEGIN" if self._reads_only else "BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise StoreDownError(f"{self._path}: {error}") from None
        try:
            result = _carry_out(connection, transaction)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            raise StoreDownError(f"{self._path}: {error}") from None
        except OverflowError:
            _roll_back(connection)
            raise TooLargeError(f"{self._path}: a sum passes 64 bits; use PostgreSQL for this budget") from None
        except BaseException:
            _roll_back(connection)
            raise
        return result

    async def close(self) -> None:
        """Let go of the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _connect(self) -> sqlite3.Connection:
        if not self._reads_only:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={'ro' if self._reads_only else 'rwc'}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        if self._reads_only:
            self._connection = connection
            return connection
        # Without it each value of bytes is searched for ways to adapt it, and an exception is made of finding none.
        sqlite3.register_adapter(bytes, bytes)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._flush}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _carry_out(connection: sqlite3.Connection, transaction: Transaction[T]) -> T:
    rows: Rows = []
    try:
        ask = next(transaction)
        while True:
            rows = _answer(connection, ask)
            ask = transaction.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        transaction.close()


def _answer(connection: sqlite3.Connection, ask: Ask | AskAll) -> Rows:
    if isinstance(ask, AskAll):
        _answer_all(connection, ask)
        return []
    statement, has_lists = _statement(ask.sql)
    parameters = [_value(value) for value in ask.parameters] if has_lists else ask.parameters
    return connection.execute(statement, parameters).fetchall()


def _answer_all(connection: sqlite3.Connection, ask: AskAll) -> None:
    """Insert up to 64 rows with one statement.

    A statement for each row would hand the interpreter's lock over twice for each: on a busy event loop a commit of
    64 cases then waits for it hundreds of times.
    """
    if _ROW.search(ask.sql) is None:
        connection.executemany(_statement(ask.sql)[0], ask.rows)
        return
    at = 0
    for size in _TOGETHER:
        while len(ask.rows) - at >= size:
            chunk = ask.rows[at : at + size]
            connection.execute(_of_many(ask.sql, size), [*itertools.chain.from_iterable(chunk)])
            at += size


@functools.lru_cache(maxsize=128)
def _of_many(sql: str, size: int) -> str:
    """The same insertion for ``size`` rows; few sizes, so that the statements stay compiled."""
    return _ROW.sub(lambda row: "VALUES " + ", ".join([re.sub(r"\$\d+[a-z0-9:]*", "?", row[1])] * size), sql)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@functools.lru_cache(maxsize=256)
def _statement(sql: str) -> tuple[str, int]:
    """The statement in SQLite's words, and how many of its parameters are lists."""
    sql, lists = re.subn(r"= ANY\(\$(\d+)\)", r"IN (SELECT value FROM json_each(?\1))", sql)
    return re.sub(r"\$(\d+)", r"?\1", sql).replace("{lock}", "").replace("{now}", NOW), lists


def _value(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else value
