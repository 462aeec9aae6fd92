"""The tables that processes share, for both databases."""

from __future__ import annotations

from collections.abc import Mapping

from ledger import trail
from ledger.ask import Ask, Transaction

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


def create(dialect: Mapping[str, str]) -> Transaction[None]:
    """Make the tables that are missing, and the register."""
    for table in TABLES:
        yield Ask(table.format_map(dialect))
    yield Ask(
        "INSERT INTO chain (chain, sequence, hash, state) VALUES (0, 0, $1, 'open') ON CONFLICT (chain) DO NOTHING",
        [trail.GENESIS],
    )
