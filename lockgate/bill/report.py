"""A reconciliation as finance reads it, and as JSON."""

from __future__ import annotations

import datetime
import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from lockgate.report import safe
from lockgate.report.amounts import exact, table

if TYPE_CHECKING:
    from ledger.billing import Difference, Kind, Reconciled

FORMAT = "lockgate.bill/1"

MEANS: dict[Kind, tuple[str, str]] = {
    "unbooked": (
        "More was billed than the ledger booked, the uncertain part included: money that did not pass the ledger, or a "
        "price that is too low.",
        "Look for callers of the model beside the router, and for a process whose journal was lost. If there are none, "
        "hold the model's price in policies/data/prices.json against the bill's, and deploy again.",
    ),
    "overbooked": (
        "The ledger booked for certain what was not billed: a price or the charter's exchange rate is too high, or the "
        "bill names the model otherwise.",
        "If another name is unbooked on these days, map it in the query. Else hold the price in "
        "policies/data/prices.json and money.exchange in the charter against the bill.",
    ),
    "currency": (
        "It was billed in another currency, so it was compared with nothing.",
        "Query the billing account that pays for the stack. The ledger is in the charter's currency: give --currency "
        "that one.",
    ),
    "late": (
        "The ledger booked for certain what is not billed yet, on a day whose bill may still grow. It is no difference "
        "so far.",
        "Reconcile again when the day is three days old.",
    ),
}
"""What each kind of difference means, and what to do."""


@dataclass(frozen=True)
class Report:
    """What was compared, and what came of it; ``since`` and ``until`` are the period's first and last day, in UTC."""

    since: datetime.date
    until: datetime.date
    currency: str
    tolerance: Decimal
    rows: int
    left_out: int
    reconciled: Reconciled
    notes: tuple[str, ...] = ()

    @property
    def counted(self) -> list[Difference]:
        """The differences that are none of the export's lateness."""
        return [one for one in self.reconciled.differences if one.kind != "late"]


def text(report: Report, width: int = 80) -> str:
    """For people: the sums, each difference, and for each kind of them what it means and what to do.

    ``width`` in columns holds for sentences; the table is as wide as its amounts.
    """
    return "\n".join(_lines(report, width)) + "\n"


def as_json(report: Report) -> str:
    """For programs: every amount is a decimal as text, with all its places."""
    document = {
        "format": FORMAT,
        "since": str(report.since),
        "until": str(report.until),
        "compared_through": str(report.reconciled.through),
        "currency": report.currency,
        "tolerance": exact(report.tolerance),
        "rows": report.rows,
        "rows_left_out": report.left_out,
        "billed": exact(report.reconciled.billed),
        "certain": exact(report.reconciled.certain),
        "uncertain": exact(report.reconciled.uncertain),
        "agrees": not report.counted,
        "differences": [_document(one) for one in report.reconciled.differences],
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2) + "\n"


def _lines(report: Report, width: int) -> Iterator[str]:
    done = report.reconciled
    places = max(2, -_exponent(report.tolerance))

    def shown(amount: Decimal) -> str:
        with localcontext(prec=60):
            return f"{amount:,.{places}f}"

    sums = [shown(amount) for amount in (done.billed, done.certain, done.uncertain)]
    wide = max(map(len, sums))
    yield f"{report.since} to {done.through} (UTC), in {report.currency}"
    yield f"  billed     {sums[0]:>{wide}}  before credits"
    yield f"  certain    {sums[1]:>{wide}}  settled at what the model's answer counted"
    yield f"  uncertain  {sums[2]:>{wide}}  cut off, and charged as reserved: billed in part or not"
    for note in report.notes:
        yield textwrap.fill(f"note: {note}", width)
    if done.differences:
        yield ""
        heads = ("day", "model", "what", "by", "billed", "certain", "uncertain", "")
        yield from table([heads, *(_cells(one, shown, report.currency) for one in done.differences)], {0, 1, 2})
    for kind, (means, do) in MEANS.items():
        if any(one.kind == kind for one in done.differences):
            yield ""
            yield textwrap.fill(f"{kind}: {means}", width, break_on_hyphens=False)
            yield textwrap.fill(
                do, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
            )
    yield ""
    count, late = len(report.counted), len(done.differences) - len(report.counted)
    told = "no difference" if not count else f"{count} difference{'s' if count > 1 else ''}"
    yield f"{told} of more than {report.tolerance:f} a day and model" + (f"; {late} late" if late else "")


def _cells(one: Difference, shown: Any, currency: str) -> tuple[str, ...]:
    amounts = (one.by, one.billed) if one.kind == "currency" else (one.by, one.billed, one.certain, one.uncertain)
    cells = [shown(amount) for amount in amounts] + [""] * (4 - len(amounts))
    return (str(one.day), safe.line(one.model), one.kind, *cells, "" if one.currency == currency else one.currency)


def _document(one: Difference) -> dict[str, str]:
    means, do = MEANS[one.kind]
    amounts = {name: exact(getattr(one, name)) for name in ("billed", "certain", "uncertain", "by")}
    return {
        **{"day": str(one.day), "model": one.model, "kind": one.kind, "currency": one.currency},
        **amounts,
        **{"means": means, "do": do},
    }


def _exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
