"""The verb of the budgets: its arguments and its help."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from lockgate.cli.options import LedgerStore, ReportForm, example

budget = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="A ledger's budgets: what is spent of them, and what is left."
)


@budget.callback()
def _group() -> None:
    """Keep the verb's own name while it is the only one."""


@budget.command(
    epilog=example(
        "lockgate budget left --store ledger.db",
        "lockgate budget left --store postgresql://auditor@db/ledger --format json",
    )
)
def left(
    *,
    store: LedgerStore,
    form: ReportForm = "text",
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="The periods of this RFC 3339 date.", show_default="now"),
    ] = None,
) -> None:
    """Say of each budget of a day and of its month what was spent, what routers hold, and what is left.

    Periods are UTC. The store is only read, and routers may write to it meanwhile: what they spent in the last
    second may still be held. PostgreSQL's password is taken from PGPASSWORD, never from the command line.

    Exit status: 0 something is left of every budget, 1 of one nothing is, 2 the call is wrong, or the store cannot
    be read.
    """
    from lockgate.cli import budget

    raise typer.Exit(0 if budget.left(store, form, at, datetime.now(UTC)) else 1)
