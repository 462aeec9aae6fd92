"""The verbs of the audit trail: their arguments and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lockgate.cli.options import LedgerStore

trail = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="A ledger's audit trail: take it out of its store, verify it."
)


@trail.command(
    epilog="\b\nExample:\n"
    "  lockgate trail export --store ledger.db --out trail.jsonl\n"
    "  lockgate trail export --store postgresql://auditor@db/ledger --out t.jsonl"
)
def export(
    *,
    store: LedgerStore,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the trail here, in one step.")],
) -> None:
    """Write every entry of a ledger's audit trail as a line of JSON, with the chains' heads in the first line.

    The store is only read, and routers may write to it meanwhile. PostgreSQL's password is taken from
    PGPASSWORD, never from the command line.

    Exit status: 0 written, 2 the call is wrong, or the store cannot be read.
    """
    from lockgate.cli import output, trail

    output.to_stdout(trail.export(store, out))


@trail.command(
    epilog="\b\nExample:\n"
    "  lockgate trail verify trail.jsonl\n"
    "  lockgate trail verify trail.jsonl --anchors anchors.json"
)
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export: lockgate trail export.")],
    *,
    anchors: Annotated[
        Path | None,
        typer.Option(
            "--anchors", metavar="FILE", help="What routers logged: gcloud logging read --format=json, or JSON lines."
        ),
    ] = None,
) -> None:
    """Say what was edited, removed, added or reordered in an exported audit trail.

    Without --anchors the file is held against itself: somebody who can write to the store can forge all of it,
    heads included. Against anchors from a locked log bucket, nothing older than they are can be forged.

    Exit status: 0 whole, 1 each fault is named, 2 the call is wrong, or a file is not what it should be.
    """
    from lockgate.cli import trail

    raise typer.Exit(0 if trail.verify(file, anchors) else 1)
