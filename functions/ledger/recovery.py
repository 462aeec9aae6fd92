"""What dead processes of this machine left in their journals, booked to the last unit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger import journal, store
from ledger.book import Book, Call, Charged
from ledger.budget import Budgets
from ledger.journal import Journal, LivesError
from ledger.store import Store, Total, Transaction


async def recover(
    shared: Store, budgets: Budgets, folder: Path, at: float, booked: Callable[[list[Call]], None]
) -> list[str]:
    """Book what is in the folder, at ``at`` seconds since 1970; the names of those processes. Raises StoreDownError.

    ``booked`` is told of each process the calls that nobody knew of, before its journal is dropped.
    """
    found = []
    for name in journal.orphans(folder):
        try:
            left = Journal(folder, name)
        except LivesError:
            continue
        try:
            booked(await shared.run(_last_will(left, budgets, at)))
        except BaseException:
            left.close()
            raise
        left.drop()
        found.append(name)
    return found


def totals(book: Book) -> dict[str, Total]:
    """What a process spent of each account, as the store books it at the end."""
    return {str(one.limit.account): Total(one.spent, one.overrun) for one in book.counters()}


def _last_will(left: Journal, budgets: Budgets, at: float) -> Transaction[list[Call]]:
    book = Book(budgets)
    book.replay(left.read())
    for held in book.open_calls():
        book.charge(Charged(held.call, at))
    return store.finish(left.holder, book.closed, totals(book), at, left=False)
