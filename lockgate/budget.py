"""What is left of each budget of a ledger, as finance reads it, and as JSON."""

from __future__ import annotations

import datetime
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from lockgate.report import safe
from lockgate.report.amounts import exact, table

FORMAT = "lockgate.budget/1"
PLACES = Decimal("0.0001")
HELD = "held: leased to routers, which spend it or give it back."
LOST = (
    "lost: leased to processes that died without a trace. It counts as spent until the period ends; a journal that is "
    "found gives it back."
)
NONE = "No budget has been drawn on in this period; one is here from its first reservation on."


@dataclass(frozen=True)
class Left:
    """One budget in the period of ``day``; amounts are in the charter's currency.

    ``left`` is what no router holds yet. It is below zero after an overrun, or where the charter's limit was lowered.
    """

    scope: str
    name: str
    window: str
    first: datetime.date
    limit: Decimal
    spent: Decimal
    held: Decimal
    lost: Decimal
    left: Decimal
    starts_again: datetime.date


def text(day: datetime.date, budgets: Sequence[Left], width: int = 80) -> str:
    """For people: a line for each budget, with four places, what is left rounded down and all else up."""
    return "\n".join(_lines(day, budgets, width)) + "\n"


def as_json(day: datetime.date, budgets: Sequence[Left]) -> str:
    """For programs: every amount is a decimal as text, with all its places."""
    document = {
        "format": FORMAT,
        "day": str(day),
        "budgets": [
            {
                "scope": one.scope,
                "name": one.name,
                "window": one.window,
                "first_day": str(one.first),
                **{name: exact(getattr(one, name)) for name in ("limit", "spent", "held", "lost", "left")},
                "starts_again": str(one.starts_again),
            }
            for one in budgets
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def spent_up(budgets: Sequence[Left]) -> list[Left]:
    """The budgets of which nothing is left to be leased."""
    return [one for one in budgets if one.left <= 0]


def _lines(day: datetime.date, budgets: Sequence[Left], width: int) -> Iterator[str]:
    yield f"{day} (UTC), in the charter's currency"
    yield ""
    if not budgets:
        yield textwrap.fill(NONE, width)
        return
    heads = ("budget", "window", "limit", "spent", "held", "lost", "left", "starts again")
    yield from table([heads, *map(_cells, budgets)], {0, 1, 7})
    yield ""
    yield textwrap.fill(HELD, width)
    if any(one.lost for one in budgets):
        yield textwrap.fill(LOST, width)
    count = len(spent_up(budgets))
    if count:
        yield f"{count} of {len(budgets)} with nothing left"


def _cells(one: Left) -> tuple[str, ...]:
    amounts = [_up(one.limit), _up(one.spent), _up(one.held), _up(one.lost), _shown(one.left, ROUND_FLOOR)]
    budget = one.scope if one.name == "*" else f"{one.scope} {one.name}"
    return (safe.line(budget), one.window, *amounts, str(one.starts_again))


def _up(amount: Decimal) -> str:
    return _shown(amount, ROUND_CEILING)


def _shown(amount: Decimal, rounding: str) -> str:
    with localcontext(prec=60):
        return f"{amount.quantize(PLACES, rounding=rounding):z,f}"
