"""What processes share, as transactions over one set of tables: no driver, no socket, no clock.

A transaction is a generator: it yields what to ask the database, gets the rows, and returns its result. ``sqlite`` and
``postgres`` run the same generators, so what is proven of one holds for the other as far as the two databases agree.
Statements are PostgreSQL's, within what SQLite understands after the substitutions that ``sqlite`` documents.

Locks are taken in one order (holder, accounts by name, chain, claims by key, register), so that no two transactions
wait in a circle.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from ledger import bank, trail
from ledger.bank import AccountRow, Answer, LeaseRow, Report
from ledger.book import Call
from ledger.trail import Entry, Head

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]


class StoreDownError(Exception):
    """The store did not answer; whether it did what was asked is not known, and asking again is safe."""


class FencedError(Exception):
    """This process was given up by another: what it was leased counts as spent, and its chain has ended."""


class Ask(msgspec.Struct, frozen=True):
    """One statement with its parameters; ``many`` runs it once for each row of parameters and returns nothing."""

    sql: str
    rows: Sequence[Sequence[Any]] = ((),)
    many: bool = False


Transaction = Generator[Ask, Rows, T]


class Membership(msgspec.Struct, frozen=True):
    """A process in the store: its number, which is its chain's, and where its chain begins."""

    holder: int
    head: Head


class Claim(msgspec.Struct, frozen=True):
    """A process wants to decide the case of this key; ``digest`` of what was sent tells a repeat from a reuse."""

    key: str
    digest: bytes
    call: str
    at: float


class Claimed(msgspec.Struct, frozen=True):
    """What became of a claim.

    ``mine``: decide it. ``open``: another request is deciding it. ``done``: ``result`` is the decision. ``other``: the
    key was used for something else.
    """

    key: str
    state: Literal["mine", "open", "done", "other"]
    result: bytes | None = None


class Result(msgspec.Struct, frozen=True):
    """The decision of a claimed case; without one the claim is given back, and a repeat starts anew."""

    key: str
    call: str
    result: bytes | None


class Review(msgspec.Struct, frozen=True):
    """A case that waits for a person: the masked input, the proposal and the reason, as JSON or text."""

    id: str
    at: float
    tenant: str
    tier: str
    masked: bytes
    proposal: bytes | None
    reason: str
    state: Literal["waiting", "decided"] = "waiting"
    decision: bytes | None = None
    decided_by: str | None = None
    decided_at: float | None = None


class Batch(msgspec.Struct, frozen=True):
    """What one group commit makes durable; ``before`` is the chain's head that ``entries`` continue."""

    holder: int
    before: Head
    entries: list[Entry]
    calls: list[Call]
    claims: list[Claim]
    results: list[Result]
    reviews: list[Review]


class Total(msgspec.Struct, frozen=True):
    """What a process spent of an account since it joined."""

    spent: int
    overrun: int


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


# {amount} holds 38 digits in PostgreSQL and 18 in SQLite, {bytes} is BYTEA or BLOB, {id} numbers rows by itself.
TABLES = (
    """CREATE TABLE IF NOT EXISTS holder (
        id {id}, name TEXT NOT NULL UNIQUE, turn BIGINT NOT NULL DEFAULT 0, seen_at DOUBLE PRECISION NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('live', 'left', 'recovered', 'given-up')))""",
    """CREATE TABLE IF NOT EXISTS account (
        account TEXT PRIMARY KEY, ceiling {amount} NOT NULL, revision BIGINT NOT NULL, allowed {amount} NOT NULL,
        spent {amount} NOT NULL CHECK (spent >= 0), leased {amount} NOT NULL CHECK (leased >= 0),
        lost {amount} NOT NULL CHECK (lost >= 0), overrun {amount} NOT NULL CHECK (overrun >= 0),
        wanted {amount} NOT NULL, CHECK (spent + leased + lost <= allowed + overrun))""",
    """CREATE TABLE IF NOT EXISTS lease (
        holder BIGINT NOT NULL, account TEXT NOT NULL, granted {amount} NOT NULL, reported {amount} NOT NULL,
        overrun {amount} NOT NULL, lost {amount} NOT NULL, PRIMARY KEY (holder, account))""",
    """CREATE TABLE IF NOT EXISTS call (
        call TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL, closed_at DOUBLE PRECISION NOT NULL, tenant TEXT NOT NULL,
        tier TEXT NOT NULL, model TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('settled', 'charged', 'released')), reserved BIGINT NOT NULL,
        amount BIGINT NOT NULL, input BIGINT NOT NULL, output BIGINT NOT NULL, cached BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS claim (
        key TEXT PRIMARY KEY, digest {bytes} NOT NULL, call TEXT NOT NULL, holder BIGINT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'cut')), result {bytes}, at DOUBLE PRECISION NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS claim_open ON claim (holder) WHERE state = 'open'",
    """CREATE TABLE IF NOT EXISTS review (
        id TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL, tenant TEXT NOT NULL, tier TEXT NOT NULL,
        masked {bytes} NOT NULL, proposal {bytes}, reason TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'decided')), decision {bytes}, decided_by TEXT,
        decided_at DOUBLE PRECISION)""",
    "CREATE INDEX IF NOT EXISTS review_waiting ON review (at) WHERE state = 'waiting'",
    """CREATE TABLE IF NOT EXISTS chain (
        chain BIGINT PRIMARY KEY, sequence BIGINT NOT NULL, hash {bytes} NOT NULL, state TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS trail (
        chain BIGINT NOT NULL, sequence BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, body {bytes} NOT NULL,
        previous {bytes} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (chain, sequence))""",
)

_ENTRY = "INSERT INTO trail (chain, sequence, at, kind, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)"
_CALL = """INSERT INTO call (call, at, closed_at, tenant, tier, model, state, reserved, amount, input, output, cached)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (call) DO NOTHING"""
_REVIEW = """INSERT INTO review (id, at, tenant, tier, masked, proposal, reason, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting') ON CONFLICT (id) DO NOTHING"""
# A claim whose process died during the call may be made again; every other stands.
_CLAIM = """INSERT INTO claim (key, digest, call, holder, state, at) VALUES ($1, $2, $3, $4, 'open', $5)
    ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, call = excluded.call, holder = excluded.holder,
    state = 'open', at = excluded.at WHERE claim.state = 'cut'"""


def create(dialect: Mapping[str, str]) -> Transaction[None]:
    """Make the tables that are missing, and the register."""
    for table in TABLES:
        yield Ask(table.format_map(dialect))
    yield Ask(
        "INSERT INTO chain (chain, sequence, hash, state) VALUES (0, 0, $1, 'open') ON CONFLICT (chain) DO NOTHING",
        [(trail.GENESIS,)],
    )


def join(name: str, at: float) -> Transaction[Membership]:
    """Make a process known, under a name that no other has had."""
    rows = yield Ask("INSERT INTO holder (name, seen_at, state) VALUES ($1, {now}, 'live') RETURNING id", [(name,)])
    holder = int(rows[0][0])
    entry = yield from _register("joined", trail.Joined(holder, name), at)
    yield Ask("INSERT INTO chain (chain, sequence, hash, state) VALUES ($1, 0, $2, 'open')", [(holder, entry.hash)])
    return Membership(holder, trail.start(holder, entry.hash))


def commit(batch: Batch) -> Transaction[list[Claimed]]:
    """Make a batch durable; raises FencedError, and then none of it is. Committing it twice is committing it once."""
    after = trail.head(batch.entries[-1]) if batch.entries else batch.before
    moved = yield Ask(
        "UPDATE chain SET sequence = $1, hash = $2 WHERE chain = $3 AND sequence = $4 AND hash = $5 AND state = 'open' "
        "RETURNING chain",
        [(after.sequence, after.hash, batch.holder, batch.before.sequence, batch.before.hash)],
    )
    if not moved:
        rows = yield Ask("SELECT sequence, hash FROM chain WHERE chain = $1 AND state = 'open'", [(batch.holder,)])
        if [(int(sequence), bytes(hash_)) for sequence, hash_ in rows] != [(after.sequence, after.hash)]:
            raise FencedError(f"process {batch.holder} was given up")
    else:
        yield from _many(_ENTRY, [_columns(entry) for entry in batch.entries])
        yield from _many(_CALL, [_columns(call) for call in batch.calls])
        yield from _many(_REVIEW, [_columns(review)[:7] for review in batch.reviews])
        yield from _many(
            "UPDATE claim SET state = $1, result = $2 WHERE key = $3 AND call = $4 AND state = 'open'",
            [("cut" if said.result is None else "done", said.result, said.key, said.call) for said in batch.results],
        )
        # In one order everywhere: two processes that claim the same keys must not wait in a circle.
        claims = sorted(batch.claims, key=lambda claim: claim.key)
        yield from _many(_CLAIM, [(one.key, one.digest, one.call, batch.holder, one.at) for one in claims])
    if not batch.claims:
        return []
    rows = yield Ask(
        "SELECT key, digest, call, state, result FROM claim WHERE key = ANY($1)",
        [(sorted({one.key for one in batch.claims}),)],
    )
    found = {row[0]: row for row in rows}
    return [_claimed(one, found[one.key]) for one in batch.claims]


def exchange(holder: int, turn: int, reports: Sequence[Report]) -> Transaction[list[Answer]]:
    """Book what a process spent and settle what it may spend; raises FencedError.

    ``turn`` grows with each exchange of a process, so that one that was held up on its way cannot overtake.
    """
    seen = yield Ask(
        "UPDATE holder SET turn = $1, seen_at = {now} WHERE id = $2 AND turn < $1 AND state = 'live' RETURNING id",
        [(turn, holder)],
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
        yield from _many(
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
) -> Transaction[bool]:
    """End a process that left, or one whose journal proves what it did: what it did not spend goes back.

    ``totals`` by account; one that is missing there was reported in full before. False where it had ended already, or
    had never joined.
    """
    # The turn ends here too: an exchange that was held up on its way finds a state that is not live.
    rows = yield Ask(
        "UPDATE holder SET state = $1 WHERE name = $2 AND state IN ('live', 'given-up') RETURNING id",
        [("left" if left else "recovered", name)],
    )
    if not rows:
        return False
    holder = int(rows[0][0])
    held = yield from _leases(holder)
    accounts = yield from _accounts(list(held))
    for account, lease in held.items():
        total = totals.get(account, Total(lease.reported, lease.overrun))
        accounts[account], held[account] = bank.closed(accounts[account], lease, total.spent, total.overrun)
    yield from _write(holder, accounts, held)
    unseen = yield from _unseen(calls)
    yield from _many(_CALL, [_columns(call) for call in unseen])
    yield from _end(holder, "left" if left else "recovered", at, unseen)
    return True


def give_up(silent: float, at: float) -> Transaction[int | None]:
    """Give up one process that said nothing for ``silent`` seconds by the store's clock; its number, or None.

    Nobody can prove what it spent, so its leases stay spent until its journal is found. One that lives after all is
    fenced, and comes back under a new name.
    """
    gone = yield Ask(
        "UPDATE holder SET state = 'given-up' WHERE state = 'live' AND seen_at < {now} - $1 AND id = "
        "(SELECT min(id) FROM holder WHERE state = 'live' AND seen_at < {now} - $1) RETURNING id",
        [(silent,)],
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
        [(since, until)],
    )
    return [Call(*row) for row in rows]


def heads() -> Transaction[dict[int, Head]]:
    """Where each chain ends; write these down elsewhere, and they are anchors."""
    rows = yield Ask("SELECT chain, sequence, hash FROM chain ORDER BY chain")
    return {int(row[0]): Head(int(row[0]), int(row[1]), bytes(row[2])) for row in rows}


def entries(chain: int, after: int, most: int) -> Transaction[list[Entry]]:
    """At most ``most`` entries after a place: those of ``chain`` after the sequence ``after``, then of later chains."""
    rows = yield Ask(
        "SELECT chain, sequence, at, kind, body, previous, hash FROM trail "
        "WHERE chain > $1 OR (chain = $1 AND sequence > $2) ORDER BY chain, sequence LIMIT $3",
        [(chain, after, most)],
    )
    return [
        Entry(int(row[0]), int(row[1]), int(row[2]), row[3], bytes(row[4]), bytes(row[5]), bytes(row[6]))
        for row in rows
    ]


def review(id_: str) -> Transaction[Review | None]:
    """A case that went to a person, or None."""
    rows = yield Ask(
        "SELECT id, at, tenant, tier, masked, proposal, reason, state, decision, decided_by, decided_at "
        "FROM review "
        "WHERE id = $1",
        [(id_,)],
    )
    return Review(*rows[0]) if rows else None


def waiting(most: int) -> Transaction[list[Review]]:
    """The cases that wait longest."""
    rows = yield Ask(
        "SELECT id, at, tenant, tier, masked, proposal, reason, state, decision, decided_by, decided_at "
        "FROM review "
        "WHERE state = 'waiting' ORDER BY at, id LIMIT $1",
        [(most,)],
    )
    return [Review(*row) for row in rows]


def decide(id_: str, decision: bytes, by: str, at: float) -> Transaction[bool]:
    """Write down a person's decision, and say so in the register; False where there was one already, or no case."""
    rows = yield Ask(
        "UPDATE review SET state = 'decided', decision = $1, decided_by = $2, decided_at = $3 "
        "WHERE id = $4 AND state = 'waiting' RETURNING id",
        [(decision, by, at, id_)],
    )
    if not rows:
        return False
    yield from _register("decided", {"review": id_, "by": by, "decision": decision.decode()}, at)
    return True


def forget_claims(before: float) -> Transaction[None]:
    """Drop decided claims from before a moment: a repeat that comes later is a new case."""
    yield Ask("DELETE FROM claim WHERE state <> 'open' AND at < $1", [(before,)])


def _register(kind: str, body: object, at: float) -> Transaction[Entry]:
    rows = yield Ask("SELECT sequence, hash FROM chain WHERE chain = 0 {lock}")
    head = Head(trail.REGISTER, int(rows[0][0]), bytes(rows[0][1]))
    entry = trail.append(head, at, kind, msgspec.json.encode(body))
    yield Ask("UPDATE chain SET sequence = $1, hash = $2 WHERE chain = 0", [(entry.sequence, entry.hash)])
    yield Ask(_ENTRY, [_columns(entry)])
    return entry


def _unseen(calls: Sequence[Call]) -> Transaction[list[Call]]:
    if not calls:
        return []
    rows = yield Ask("SELECT call FROM call WHERE call = ANY($1)", [([call.call for call in calls],)])
    seen = {row[0] for row in rows}
    return [call for call in calls if call.call not in seen]


def _end(holder: int, kind: str, at: float, calls: Sequence[Call] = ()) -> Transaction[None]:
    """Close a process's chain; the cases that it was deciding may be tried again.

    The register tells of ``calls`` that the process closed, and that its own chain does not.
    """
    rows = yield Ask("UPDATE chain SET state = 'closed' WHERE chain = $1 RETURNING sequence, hash", [(holder,)])
    yield Ask("UPDATE claim SET state = 'cut' WHERE holder = $1 AND state = 'open'", [(holder,)])
    sequence, hash_ = rows[0]
    yield from _register(kind, trail.Ended(holder, int(sequence), bytes(hash_).hex(), list(calls)), at)


def _accounts(names: list[str]) -> Transaction[dict[str, AccountRow]]:
    rows = yield Ask(
        "SELECT account, ceiling, revision, allowed, spent, leased, lost, overrun, wanted FROM account "
        "WHERE account = ANY($1) ORDER BY account {lock}",
        [(names,)],
    )
    return {row[0]: AccountRow(*map(int, row[1:])) for row in rows}


def _leases(holder: int, names: list[str] | None = None) -> Transaction[dict[str, LeaseRow]]:
    if names is None:
        rows = yield Ask("SELECT account, granted, reported, overrun, lost FROM lease WHERE holder = $1", [(holder,)])
    else:
        rows = yield Ask(
            "SELECT account, granted, reported, overrun, lost FROM lease WHERE holder = $1 AND account = ANY($2)",
            [(holder, names)],
        )
    return {row[0]: LeaseRow(*map(int, row[1:])) for row in rows}


def _write(holder: int, accounts: Mapping[str, AccountRow], leases: Mapping[str, LeaseRow]) -> Transaction[None]:
    yield from _many(
        "UPDATE account SET ceiling = $2, revision = $3, allowed = $4, spent = $5, leased = $6, lost = $7, "
        "overrun = $8, wanted = $9 WHERE account = $1",
        [(name, *_columns(row)) for name, row in accounts.items()],
    )
    yield from _many(
        "INSERT INTO lease (holder, account, granted, reported, overrun, lost) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (holder, account) DO UPDATE SET granted = excluded.granted, reported = excluded.reported, "
        "overrun = excluded.overrun, lost = excluded.lost",
        [(holder, name, *_columns(row)) for name, row in leases.items()],
    )


def _many(sql: str, rows: list[tuple[Any, ...]]) -> Transaction[None]:
    if rows:
        yield Ask(sql, rows, many=True)


def _columns(row: object) -> tuple[Any, ...]:
    if isinstance(row, AccountRow):
        return (
            row.ceiling, row.revision, row.allowed, row.spent, row.leased, row.lost, row.overrun, row.wanted
        )  # fmt: skip
    if isinstance(row, LeaseRow):
        return (row.granted, row.reported, row.overrun, row.lost)
    return msgspec.structs.astuple(row)  # type: ignore[arg-type]


def _claimed(asked: Claim, row: Sequence[Any]) -> Claimed:
    key, digest, call, state, result = row
    if bytes(digest) != asked.digest:
        return Claimed(key, "other")
    if state == "done":
        return Claimed(key, "done", bytes(result))
    return Claimed(key, "mine" if call == asked.call and state == "open" else "open")
