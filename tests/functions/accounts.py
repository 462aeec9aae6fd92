"""What the ledger of a served router has booked, read from its store as an auditor would."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from ledger.price import Usage
from served import PRICES


class Booked(NamedTuple):
    """One closed call; amounts are in units of 1e-12 of the currency."""

    model: str
    state: str
    reserved: int
    amount: int
    input: int
    output: int


def price(model: str, usage: Usage) -> int:
    """What so many tokens cost by the price list of the tests, worked out from its text."""
    listed = {(one["model"], one["kind"]): one["per_million"] for one in PRICES["prices"]}

    def units(kind: str, tokens: int) -> int:
        whole, _, tenths = listed[model, kind].partition(".")
        # Per million tokens, so a token costs a millionth: 1e-12 of the currency is 1e-6 of that.
        return (int(whole) * 10 + int(tenths or 0)) * 100_000 * tokens

    return units("input", usage.input) + units("output", usage.output)


def calls(ledger: Path) -> list[Booked]:
    """All closed calls, in the order in which they were reserved."""
    return [
        Booked(*row)
        for row in _rows(ledger, "SELECT model, state, reserved, amount, input, output FROM call ORDER BY at")
    ]


def spent(ledger: Path, scope: str = "stack/*/month") -> int:
    """What is booked against a budget."""
    ((found,),) = _rows(ledger, "SELECT spent FROM account WHERE account LIKE ?", f"{scope}/%")
    return int(found)


def idle(ledger: Path) -> list[tuple[str, int, int]]:
    """Accounts with money that is leased, or lost to a process that died without a journal."""
    return [tuple(row) for row in _rows(ledger, "SELECT account, leased, lost FROM account WHERE leased + lost <> 0")]


def trail(ledger: Path, kind: str = "case") -> list[dict[str, Any]]:
    """The bodies of the audit trail's entries of one kind, in order."""
    rows = _rows(ledger, "SELECT body FROM trail WHERE kind = ? ORDER BY chain, sequence", kind)
    return [json.loads(body) for (body,) in rows]


def _rows(ledger: Path, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(ledger, timeout=10)) as store:
        return store.execute(statement, values).fetchall()
