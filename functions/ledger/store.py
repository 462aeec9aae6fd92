"""What processes share, as transactions over one set of tables; ``sqlite`` and ``postgres`` carry them out.

Locks are taken in one order (holder, accounts by name, chain, claims by key, register), so that no two transactions
wait in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ledger import bank, cases, chains, trail
from ledger.ask import Ask, AskAll, FencedError, Rows, Store, StoreDownError, Transaction, insert
from ledger.bank import AccountRow, Answer, LeaseRow, Report
from ledger.book import Call
from ledger.cases import (
    Claim,
    Claimed,
    Decided,
    Result,
    Review,
    decide_review,
    find_result,
    find_review,
    forget_claims,
    waiting,
)
from ledger.chains import anchors, entries, heads
from ledger.tables import create
from ledger.trail import Entry, Head

__all__ = [
    "Ask", "Batch", "Claim", "Claimed", "Decided", "FencedError", "Membership", "Result", "Review", "Rows", "Store",
    "StoreDownError", "Total", "Transaction", "accounts", "anchors", "calls", "commit", "create", "decide_review",
    "entries", "exchange", "find_result", "find_review", "finish", "forget_claims", "give_up", "heads", "join",
    "waiting",
]  # fmt: skip

_CALL = """INSERT INTO call (call, at, closed_at, tenant, tier, model, state, reserved, amount, input, output, cached)
    VALUES ($1::text, $2::float8, $3::float8, $4::text, $5::text, $6::text, $7::text, $8::bigint, $9::bigint,
    $10::bigint, $11::bigint, $12::bigint) ON CONFLICT (call) DO NOTHING"""


class Membership(msgspec.Struct, frozen=True, gc=False):
    """A process in the store: its number, which is its chain's, and where its chain begins."""

    holder: int
    head: Head


class Batch(msgspec.Struct, frozen=True, gc=False):
    """What one group commit makes durable; ``before`` is the chain's head that ``entries`` continue."""

    holder: int
    before: Head
    entries: list[Entry]
    calls: list[Call]
    claims: list[Claim]
    results: list[Result]
    reviews: list[Review]


class Total(msgspec.Struct, frozen=True, gc=False):
    """What a process spent of an account since it joined."""

    spent: int
    overrun: int


def join(name: str, at: float) -> Transaction[Membership]:
    """Make a process known, under a name that no other has had."""
    rows = yield Ask("INSERT INTO holder (name, seen_at, state) VALUES ($1, {now}, 'live') RETURNING id", [name])
    holder = int(rows[0][0])
    entry = yield from chains.register("joined", trail.Joined(holder, name), at)
    yield from chains.begin(holder, entry.hash)
    return Membership(holder, trail.start(holder, entry.hash))


def commit(batch: Batch) -> Transaction[list[Claimed]]:
    """Make a batch durable; raises FencedError, and then none of it is. Committing it twice is committing it once."""
    if (yield from chains.extend(batch.before, batch.entries)):
        yield from insert(_CALL, [_columns(call) for call in batch.calls])
        yield from cases.keep(batch.holder, batch.claims, batch.results, batch.reviews)
    return (yield from cases.claimed(batch.claims, batch.results))


def exchange(holder: int, turn: int, reports: Sequence[Report]) -> Transaction[list[Answer]]:
    """Book what a process spent and settle what it may spend; raises FencedError.

    ``turn`` grows with each exchange of a process, so that one that was held up on its way cannot overtake.
    """
    seen = yield Ask(
        "UPDATE holder SET turn = $1, seen_at = {now} WHERE id = $2 AND turn < $1 AND state = 'live' RETURNING id",
        [turn, holder],
    )
    if not seen:
        raise FencedError(f"process {holder} was given up, or a later exchange of it came first")
    if not reports:
        return []
    by_name = {str(report.account): report for report in reports}
    accounts = yield from _accounts(list(by_name))
    missing = [bank.opened(report) for name, report in by_name.items() if name not in accounts]
    if missing:
        names = [name for name in by_name if name not in accounts]
        yield from insert(
            "INSERT INTO account (account, ceiling, revision, allowed, spent, leased, lost, overrun, wanted) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
            "ON CONFLICT (account) DO NOTHING",
            [(name, *_columns(row)) for name, row in sorted(zip(names, missing, strict=True))],
        )
        accounts = yield from _accounts(list(by_name))
    leases = yield from _leases(holder, list(by_name))
    answers = []
    for name, report in by_name.items():
        accounts[name], leases[name], said = bank.exchange(accounts[name], leases.get(name, LeaseRow()), report)
        answers.append(said)
    yield from _write(holder, accounts, leases)
    return answers


def finish(
    name: str, calls: Sequence[Call], totals: Mapping[str, Total], at: float, *, left: bool
) -> Transaction[list[Call]]:
    """End a process that left, or one whose journal proves what it did: what it did not spend goes back.

    ``totals`` by account; one that is missing there was reported in full before, and where a journal could not take a
    closing it says less than was reported, which then holds. Which of ``calls`` the store did not know; none where the
    process had ended already, or had never joined.
    """
    # The turn ends here too: an exchange that was held up on its way finds a state that is not live.
    rows = yield Ask(
        "UPDATE holder SET state = $1 WHERE name = $2 AND state IN ('live', 'given-up') RETURNING id",
        ["left" if left else "recovered", name],
    )
    if not rows:
        return []
    holder = int(rows[0][0])
    held = yield from _leases(holder)
    accounts = yield from _accounts(list(held))
    for account, lease in held.items():
        total = totals.get(account, Total(lease.reported, lease.overrun))
        spent, overrun = max(total.spent, lease.reported), max(total.overrun, lease.overrun)
        accounts[account], held[account] = bank.closed(accounts[account], lease, spent, overrun)
    yield from _write(holder, accounts, held)
    unseen = yield from _unseen(calls)
    yield from insert(_CALL, [_columns(call) for call in unseen])
    yield from _end(holder, "left" if left else "recovered", at, unseen)
    return unseen


def give_up(silent: float, at: float) -> Transaction[int | None]:
    """Give up one process that said nothing for ``silent`` seconds by the store's clock; its number, or None.

    Nobody can prove what it spent, so its leases stay spent until its journal is found. One that lives after all is
    fenced, and comes back under a new name.
    """
    gone = yield Ask(
        "UPDATE holder SET state = 'given-up' WHERE state = 'live' AND seen_at < {now} - $1 AND id = "
        "(SELECT min(id) FROM holder WHERE state = 'live' AND seen_at < {now} - $1) RETURNING id",
        [silent],
    )
    if not gone:
        return None
    holder = int(gone[0][0])
    held = yield from _leases(holder)
    rows = yield from _accounts(list(held))
    for account, lease in held.items():
        rows[account], held[account] = bank.lost(rows[account], lease)
    yield from _write(holder, rows, held)
    yield from _end(holder, "given-up", at)
    return holder


def accounts() -> Transaction[dict[str, AccountRow]]:
    """Every account, by name."""
    rows = yield Ask(
        "SELECT account, ceiling, revision, allowed, spent, leased, lost, overrun, wanted FROM account ORDER BY account"
    )
    return {row[0]: AccountRow(*map(int, row[1:])) for row in rows}


def calls(since: float, until: float) -> Transaction[list[Call]]:
    """The calls that began in a span of time, in seconds since 1970, without its end."""
    rows = yield Ask(
        "SELECT call, at, closed_at, tenant, tier, model, state, reserved, amount, input, output, cached FROM call "
        "WHERE at >= $1 AND at < $2 ORDER BY at, call",
        [since, until],
    )
    return [Call(*row) for row in rows]


def _unseen(calls: Sequence[Call]) -> Transaction[list[Call]]:
    if not calls:
        return []
    rows = yield Ask("SELECT call FROM call WHERE call = ANY($1)", [[call.call for call in calls]])
    seen = {row[0] for row in rows}
    return [call for call in calls if call.call not in seen]


def _end(holder: int, kind: str, at: float, calls: Sequence[Call] = ()) -> Transaction[None]:
    """Close a process's chain; the cases that it was deciding may be tried again.

    The register tells of ``calls`` that the process closed, and that its own chain does not.
    """
    last = yield from chains.end(holder)
    yield from cases.cut(holder)
    yield from chains.register(kind, trail.Ended(holder, last.sequence, last.hash.hex(), list(calls)), at)


def _accounts(names: list[str]) -> Transaction[dict[str, AccountRow]]:
    rows = yield Ask(
        "SELECT account, ceiling, revision, allowed, spent, leased, lost, overrun, wanted FROM account "
        "WHERE account = ANY($1) ORDER BY account {lock}",
        [names],
    )
    return {row[0]: AccountRow(*map(int, row[1:])) for row in rows}


def _leases(holder: int, names: list[str] | None = None) -> Transaction[dict[str, LeaseRow]]:
    if names is None:
        rows = yield Ask("SELECT account, granted, reported, overrun, lost FROM lease WHERE holder = $1", [holder])
    else:
        rows = yield Ask(
            "SELECT account, granted, reported, overrun, lost FROM lease WHERE holder = $1 AND account = ANY($2)",
            [holder, names],
        )
    return {row[0]: LeaseRow(*map(int, row[1:])) for row in rows}


def _write(holder: int, accounts: Mapping[str, AccountRow], leases: Mapping[str, LeaseRow]) -> Transaction[None]:
    yield AskAll(
        "UPDATE account SET ceiling = $2, revision = $3, allowed = $4, spent = $5, leased = $6, lost = $7, "
        "overrun = $8, wanted = $9 WHERE account = $1",
        [(name, *_columns(row)) for name, row in accounts.items()],
    )
    yield from insert(
        "INSERT INTO lease (holder, account, granted, reported, overrun, lost) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (holder, account) DO UPDATE SET granted = excluded.granted, reported = excluded.reported, "
        "overrun = excluded.overrun, lost = excluded.lost",
        [(holder, name, *_columns(row)) for name, row in leases.items()],
    )


def _columns(row: object) -> tuple[Any, ...]:
    if isinstance(row, AccountRow):
        return (
            row.ceiling, row.revision, row.allowed, row.spent, row.leased, row.lost, row.overrun, row.wanted
        )  # fmt: skip
    if isinstance(row, LeaseRow):
        return (row.granted, row.reported, row.overrun, row.lost)
    return msgspec.structs.astuple(row)  # type: ignore[arg-type]
