"""The billing export held against a ledger: files and the store are read here, and nothing is changed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import clock, formats, functions, ledgers, output
from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from ledger.billing import Billed

    from lockgate.bill.report import Report

# What bq prints of a result unless --max_rows says more ("bq command-line tool reference", bq query).
BQ_ROWS = 100
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TOLERANCE = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Call:
    """What the options of a call say; None where one was not given."""

    store: str
    billing: Path
    currency: str
    month: str | None
    tolerance: str
    at: str | None


@dataclass(frozen=True)
class Period:
    """Days in UTC, both of which belong to it."""

    first: datetime.date
    last: datetime.date


def reconcile(call: Call, form: str, now: datetime.datetime) -> bool:
    """Write the reconciliation to standard output, as text or JSON; whether bill and ledger agree.

    Raises InputError for a wrong call, for a bill or a store that cannot be read, and where there is nothing to
    compare, which is no agreement.
    """
    as_text = formats.report_form(form, "a reconciliation is")
    from lockgate.bill import report as reports

    report = _report(call, clock.moment(call.at, now).date())
    output.to_stdout(reports.text(report, output.width()) if as_text else reports.as_json(report))
    return not report.counted


def _report(call: Call, today: datetime.date) -> Report:
    functions.on_path()
    from ledger import billing

    from lockgate.bill.report import Report

    currency, tolerance = _currency(call.currency), _tolerance(call.tolerance)
    month = None if call.month is None else _month(call.month)
    bill = _bill(call.billing, today)
    period = _period(month, bill, today, call.billing)
    through = min(period.last, billing.settled_through(today))
    if through < period.first:
        ready = period.first + billing.SETTLED_DAYS * DAY
        raise InputError(
            f"{period.first} to {period.last}: nothing can be compared yet, as a day's bill is late by up to "
            f"{billing.SETTLED_DAYS} days. Reconcile on {ready} or later, or give an earlier --month."
        )
    inside = [row for row in bill if period.first <= row.day <= period.last]
    booked = ledgers.asked(call.store, lambda shared: shared.run(billing.booked(period.first, period.last + DAY)))
    if not inside and not booked:
        raise InputError(
            f"{period.first} to {period.last}: neither the bill nor the ledger has anything. See that --billing is "
            "what the query of docs/bill.md answers, and that --store is the ledger of this stack."
        )
    done = billing.reconcile(inside, booked, currency=currency, through=through, tolerance=tolerance)
    notes = tuple(_notes(len(bill), len(bill) - len(inside)))
    return Report(period.first, period.last, currency, tolerance, len(bill), len(bill) - len(inside), done, notes)


def _notes(rows: int, left_out: int) -> list[str]:
    notes = []
    if left_out:
        notes.append(f"{left_out} of {rows} rows are of other months, and left out")
    if rows == BQ_ROWS:
        notes.append(
            f"the bill has {BQ_ROWS} rows, which is where bq cuts it off without --max_rows: see that it is whole"
        )
    return notes


def _bill(file: Path, today: datetime.date) -> list[Billed]:
    from lockgate.bill import rows

    named = safe.line(str(file))
    try:
        with file.open("rb") as stream:
            raw = stream.read(rows.MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{named}: cannot be read: {error.strerror}. Write it with the query of docs/bill.md."
        ) from None
    try:
        return rows.parse(raw, today)
    except InputError as error:
        raise InputError(f"{named}: {error}") from None


def _period(month: Period | None, bill: list[Billed], today: datetime.date, file: Path) -> Period:
    """The month up to today; without one, from the bill's first day to today, so that a bill that stops is seen."""
    if month is not None:
        if month.first > today:
            raise InputError(f"--month {month.first:%Y-%m}: has not begun. Give one that has, or --at a later date.")
        return Period(month.first, min(month.last, today))
    if not bill:
        raise InputError(f"{safe.line(str(file))}: has no row, so it names no day. Say which with --month 2026-11.")
    return Period(min(row.day for row in bill), today)


def _month(text: str) -> Period:
    try:
        first = datetime.date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None
        following = None if first is None else (first + 31 * DAY).replace(day=1)
    except (ValueError, OverflowError):
        first = following = None
    if first is None or following is None:
        raise InputError(f"--month {safe.line(text)}: expected a month such as 2026-11.")
    return Period(first, following - DAY)


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise InputError(f"--currency {safe.line(text)}: expected the charter's currency, such as EUR.")
    return text


def _tolerance(text: str) -> Decimal:
    if not _TOLERANCE.fullmatch(text):
        raise InputError(
            f"--tolerance {safe.line(text)}: expected an amount of at most twelve places, zero or more, such as 0.01."
        )
    return Decimal(text)
