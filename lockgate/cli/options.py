"""Options that several verbs have, and how their help shows an example."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lockgate import __version__
from lockgate.cli.formats import Format


def example(*lines: str) -> str:
    """The end of a verb's help: calls as they are typed."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lockgate {__version__}")
        raise typer.Exit


StackArgument = Annotated[str, typer.Argument(metavar="STACK", help="A stack of this checkout, such as claims-triage.")]
LedgerStore = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="FILE|DSN",
        envvar="LOCKGATE_LEDGER",
        help="A SQLite file, or postgresql://USER@HOST/NAME.",
    ),
]
ReportForm = Annotated[str, typer.Option("--format", metavar="text|json", help="Form of the report.")]
Policies = Annotated[
    Path | None, typer.Option("--policies", metavar="DIR", help="Judge by the policies in this folder.")
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="DATE", help="Judge as of this RFC 3339 date or date-time.", show_default="now"),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also show what passed, and every resource.")]
Colour = Annotated[
    bool | None,
    typer.Option("--color/--no-color", help="Colour in text.", show_default="on a terminal without NO_COLOR"),
]
Form = Annotated[Format, typer.Option("--format", help="Form of the verdict.", case_sensitive=False)]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the result to this file, in one step.", show_default="stdout"),
]
Program = Annotated[
    Path | None, typer.Option("--program", metavar="DIR", help="Record the Pulumi Python project in this folder.")
]
StackName = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help="With --program: the stack to record.", show_default="its only one"),
]
Config = Annotated[
    list[str] | None,
    typer.Option("--config", metavar="KEY=VALUE", help="Configuration for the program; may be repeated."),
]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="JSON with what the program's invokes return: {token: {result}}."),
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="Longest time that recording may take.")
]
Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")]
