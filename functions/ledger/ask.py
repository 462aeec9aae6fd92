"""How a transaction speaks with a database: no driver, no socket, no clock.

A transaction is a generator: it yields what to ask the database, gets the rows, and returns its result. ``sqlite`` and
``postgres`` run the same generators, so what is proven of one holds for the other as far as the two databases agree.
Statements are PostgreSQL's, within what SQLite understands after the substitutions that ``sqlite`` documents.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]


class StoreDownError(Exception):
    """The store did not answer; whether it did what was asked is not known, and asking again is safe."""


class FencedError(Exception):
    """This process was given up by another: what it was leased counts as spent, and its chain has ended."""


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One statement with its parameters."""

    sql: str
    parameters: Sequence[Any] = ()


class AskAll(msgspec.Struct, frozen=True, gc=False):
    """One statement for each row of parameters, in whatever way the database takes many of them; it returns nothing."""

    sql: str
    rows: Sequence[Sequence[Any]]


Transaction = Generator[Ask | AskAll, Rows, T]


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
    """Insert rows, where there are any; ``sql`` says how one is, in ``VALUES ($1::type, ...)``, one for each column."""
    if rows:
        yield AskAll(sql, rows)
