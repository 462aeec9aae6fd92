"""The verb of the bill: its arguments and its help."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lockgate.cli.options import LedgerStore, ReportForm

bill = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="What Google billed: hold it against what the ledger booked."
)


@bill.callback()
def _group() -> None:
    """Keep the verb's own name while it is the only one."""


@bill.command(
    epilog="\b\nExample:\n"
    "  lockgate bill reconcile --store ledger.db --billing bill.json --currency EUR\n"
    "  lockgate bill reconcile --store postgresql://auditor@db/ledger \\\n"
    "    --billing bill.csv --currency EUR --month 2026-11 --format json"
)
def reconcile(
    *,
    store: LedgerStore,
    billing: Annotated[
        Path,
        typer.Option(
            "--billing", metavar="FILE", help="JSON or CSV of docs/bill.md's query: day, model, cost, currency."
        ),
    ],
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="The charter's currency, in which the ledger is.")
    ],
    month: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="YYYY-MM", help="Compare this month.", show_default="from the bill's first day"
        ),
    ] = None,
    tolerance: Annotated[
        str,
        typer.Option("--tolerance", metavar="AMOUNT", help="What a day and model may differ by, in the currency."),
    ] = "0.01",
    form: ReportForm = "text",
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="Compare as of this RFC 3339 date.", show_default="now"),
    ] = None,
) -> None:
    """Say by day and model where the bill and the ledger differ, what it means and what to do.

    Days count in UTC, and are compared when they are three days old: what is not billed before then is late. The
    store is only read. PostgreSQL's password is taken from PGPASSWORD, never from the command line.

    Exit status: 0 no difference, 1 each difference is named, 2 the call is wrong, the bill or the store cannot be
    read, or there is nothing to compare.
    """
    from lockgate.cli import bill

    call = bill.Call(store, billing, currency, month, tolerance, at)
    raise typer.Exit(0 if bill.reconcile(call, form, datetime.now(UTC)) else 1)
