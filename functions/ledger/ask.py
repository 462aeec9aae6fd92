"""How a transaction speaks with a database: no driver, no socket, no clock.

A transaction is a generator: it yields what to ask the database, gets the rows, and returns its result. ``sqlite`` and
``postgres`` run the same generators, so what is proven of one holds for the other as far as the two databases agree.
Statements are PostgreSQL's, within what SQLite understands after the substitutions that ``sqlite`` documents.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]


class StoreDownError(Exception):
    """The store did not answer; whether it did what was asked is not known, and asking again is safe."""


class FencedError(Exception):
    """This process was given up by another: what it was leased counts as spent, and its chain has ended."""


class Ask(msgspec.Struct, frozen=True):
    """One statement with its parameters."""

    sql: str
    parameters: Sequence[Any] = ()


Transaction = Generator[Ask, Rows, T]

_TOGETHER = (64, 8, 1)
_ROW = re.compile(r"VALUES (\([^()]*\))")
_PARAMETER = re.compile(r"\$(\d+)")


class Store(Protocol):
    """The store, as the keeper uses it. Each method is one transaction; each raises StoreDownError."""

    async def run(self, transaction: Transaction[T]) -> T:
        """Carry out the transaction: all of it is committed when this returns, and nothing when it raises.

        After StoreDownError it may have been committed all the same.
        """
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


def insert(sql: str, rows: Sequence[Sequence[Any]]) -> Transaction[None]:
    """Insert rows, up to 64 with one statement; ``sql`` says how one is, in ``VALUES (...)`` and from ``$1``.

    A statement for each row would hand the interpreter's lock over twice for each: on a busy event loop a commit of
    64 cases then waits for it hundreds of times.
    """
    at = 0
    for size in _TOGETHER:
        while len(rows) - at >= size:
            chunk = rows[at : at + size]
            yield Ask(_of_many(sql, size), [*itertools.chain.from_iterable(chunk)])
            at += size


@functools.lru_cache(maxsize=64)
def _of_many(sql: str, size: int) -> str:
    """The same insertion for ``size`` rows; few sizes, so that the databases know the statements."""
    found = _ROW.search(sql)
    if found is None:
        raise ValueError(f"{sql}: has no VALUES (...) with parameters")
    row = found[1]
    width = len(set(_PARAMETER.findall(row)))
    rows = [_PARAMETER.sub(lambda one, shift=place * width: f"${int(one[1]) + shift}", row) for place in range(size)]
    return sql[: found.start(1)] + ", ".join(rows) + sql[found.end(1) :]
