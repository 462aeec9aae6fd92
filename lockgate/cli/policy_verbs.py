"""``lockgate policy``: its verbs, their arguments and their help."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from lockgate.cli.options import Out, Policies, example

policy = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="The rules: list them, document them, test them."
)


@policy.command("list", epilog=example("lockgate policy list", "lockgate policy list --format json"))
def policy_list(
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="A table, or JSON.")] = "text",
    policies: Policies = None,
) -> None:
    """List the rules: id, severity, group and what each holds."""
    from lockgate.cli import output, rules

    output.to_stdout(rules.listing(policies, form))


@policy.command("docs", epilog=example("lockgate policy docs --out docs/rules.md"))
def policy_docs(out: Out = None, policies: Policies = None) -> None:
    """Write the reference of the rules, in Markdown."""
    from lockgate.cli import output, rules

    output.put(rules.reference(policies), out)


@policy.command("test", epilog=example("lockgate policy test"))
def policy_test(policies: Policies = None) -> None:
    """Compile the policies strictly, run their tests, and demand that they cover every line.

    Exit status: 0 all is well, 1 a test fails or a line is not covered, 3 the policies do not compile.
    """
    from lockgate.cli import output, rules

    text, good = rules.test(policies, os.environ)
    output.to_stdout(text)
    raise typer.Exit(0 if good else 1)


@policy.command("publish", epilog=example("lockgate policy publish s3://policies/bundle.tar.gz --signing-key key.pem"))
def policy_publish(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where: s3://BUCKET/PATH?endpoint=URL&region=REGION.")],
    *,
    signing_key: Annotated[Path, typer.Option("--signing-key", metavar="FILE", help="The private key, as PEM.")],
    algorithm: Annotated[
        str, typer.Option("--algorithm", metavar="NAME", help="RS256, ES256 and their like.")
    ] = "RS256",
    policies: Policies = None,
) -> None:
    """Put the policies into an S3-compatible store, as a signed bundle that OPA servers download.

    OPA checks and signs the bundle; the store's credentials come from AWS_ACCESS_KEY_ID and its like. A server that
    has the bundle is asked by OPA_URL, and decides only while its revision is the one printed here.

    Exit status: 0 published, 2 the call, the key or the store is wrong, 3 OPA does not accept the policies.
    """
    from lockgate.cli import output, storage

    output.to_stdout(storage.publish(to, key=signing_key, algorithm=algorithm, folder=policies, environment=os.environ))
