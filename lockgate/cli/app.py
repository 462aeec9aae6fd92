"""The verbs of the command line: their arguments, their help, and nothing of what they do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lockgate.cli.bill_verbs import bill
from lockgate.cli.budget_verbs import budget
from lockgate.cli.formats import Format
from lockgate.cli.options import (
    Answers,
    At,
    Colour,
    Config,
    Form,
    Out,
    Policies,
    Program,
    StackArgument,
    StackName,
    Timeout,
    Verbose,
    Version,
    example,
)
from lockgate.cli.policy_verbs import policy
from lockgate.cli.trail_verbs import trail

# Plain help: a third of the time of the rich one, and the same in every terminal and in docs/cli.md.
app = typer.Typer(
    name="lockgate",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Opens a deployment only when its plan is level with its charter.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(bill, name="bill")
app.add_typer(budget, name="budget")
app.add_typer(policy, name="policy")
app.add_typer(trail, name="trail")


def command() -> Any:
    """The command line, ready to be called; it is built in one place so that its reference can be generated."""
    return typer.main.get_command(app)


@app.callback()
def _root(version: Version = False) -> None:
    del version  # its callback has ended the process


@app.command(
    epilog=example(
        "lockgate check claims-triage",
        "lockgate check --plan plan.json --charter stacks/claims-triage/charter.yaml",
        "lockgate check --program ../shop --format sarif --out lockgate.sarif",
    )
)
def check(
    stack: Annotated[str | None, typer.Argument(metavar="STACK", help="A stack of this checkout.")] = None,
    *,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="A saved plan: of 'lockgate plan', or of 'pulumi preview'."),
    ] = None,
    charter: Annotated[
        Path | None, typer.Option("--charter", metavar="FILE", help="The charter, with --plan or --program.")
    ] = None,
    program: Program = None,
    stack_name: StackName = None,
    form: Form = Format.text,
    out: Out = None,
    policies: Policies = None,
    at: At = None,
    verbose: Verbose = False,
    colour: Colour = None,
    config: Config = None,
    answers: Answers = None,
    timeout: Timeout = 120.0,
    context: typer.Context,
) -> None:
    """Judge a plan against its charter, and say what is missing.

    Give one of STACK, --plan with --charter, or --program. Exit status: 0 allowed, 1 denied, 2 the input
    or the call is wrong, 3 no decision could be had.
    """
    from lockgate.cli import calls, check, clock

    now = clock.moment(at, datetime.now(UTC))
    source = calls.Source(stack, plan, program, charter, stack_name)
    subject = calls.subject(source, calls.how(config or [], answers, timeout))
    verdict = check.judge(subject, policies=policies, now=now, ahead=context.obj)
    check.show(verdict, check.Presentation(form, out, verbose, colour))
    raise typer.Exit(check.status(verdict))


@app.command(epilog=example("lockgate plan claims-triage --out plan.json"))
def plan(
    stack: Annotated[str | None, typer.Argument(metavar="STACK", help="A stack of this checkout.")] = None,
    *,
    program: Program = None,
    stack_name: StackName = None,
    out: Out = None,
    config: Config = None,
    answers: Answers = None,
    timeout: Timeout = 120.0,
) -> None:
    """Record the resources that a program would register, as JSON. Nothing is created."""
    from lockgate.cli import calls, output

    source = calls.Source(stack=stack, program=program, program_stack=stack_name)
    output.put(calls.recorded(source, calls.how(config or [], answers, timeout)), out)


@app.command(epilog=example("lockgate watch claims-triage"))
def watch(
    stack: StackArgument,
    *,
    policies: Policies = None,
    at: At = None,
    verbose: Verbose = False,
    colour: Colour = None,
) -> None:
    """Judge a stack again on every saved change of its charter, its program or a policy. Ctrl-C ends it."""
    from lockgate.cli import watch

    watch.run(Path.cwd(), stack, policies=policies, at=at, verbose=verbose, colour=colour)


@app.command(epilog=example("lockgate up claims-triage", "lockgate up claims-triage --yes"))
def up(
    stack: StackArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Deploy without asking, as 'pulumi up --yes'.")] = False,
    policies: Policies = None,
    at: At = None,
    verbose: Verbose = False,
    colour: Colour = None,
) -> None:
    """Deploy a stack if its plan is allowed: preview, gate, then 'pulumi up' of exactly the plan that was judged.

    Needs a Pulumi engine; see 'lockgate doctor'.
    """
    from lockgate.cli import calls, check, clock

    now = clock.moment(at, datetime.now(UTC))
    shown = check.Presentation(verbose=verbose, colour=colour)
    raise typer.Exit(calls.deploy(stack, yes=yes, policies=policies, now=now, shown=shown))


@app.command(
    epilog=example(
        "lockgate rehearse claims-triage",
        "lockgate rehearse claims-triage --engine",
        "lockgate rehearse claims-triage --format json --out rehearsal.json",
        "lockgate rehearse claims-triage --emulator http://127.0.0.1:8080",
    )
)
def rehearse(
    stack: Annotated[str | None, typer.Argument(metavar="STACK", help="A stack of this checkout.")] = None,
    *,
    plan: Annotated[Path | None, typer.Option("--plan", metavar="FILE", help="A saved plan, with --charter.")] = None,
    charter: Annotated[Path | None, typer.Option("--charter", metavar="FILE", help="The charter, with --plan.")] = None,
    emulator: Annotated[
        str | None,
        typer.Option(
            "--emulator", metavar="URL", help="Use the emulator at this address.", show_default="one of its own"
        ),
    ] = None,
    engine: Annotated[
        bool, typer.Option("--engine", help="Let the real Pulumi engine and provider do it; takes minutes.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", metavar="text|json", help="Form of the report.")] = Format.text,
    out: Out = None,
    policies: Policies = None,
    at: At = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also show what every resource became, its calls and its time.")
    ] = False,
    colour: Colour = None,
) -> None:
    """Carry a stack out against an EMULATED Google Cloud: gate, create, verify, change, destroy.

    Every resource of an allowed plan is created through Google's REST APIs, in dependency order, read back,
    changed and destroyed again. What fails is said with the resource, the line of the program, the call and
    Google's error. It is a rehearsal, not an engine: it keeps no state file and computes no difference, and
    nothing of the real Google Cloud is asked or touched.

    With --engine the real Pulumi engine and the real provider carry STACK out against the same emulator, on a
    copy of the checkout: preview, up, refresh and up without changes, protection lifted, destroy.

    Exit status: 0 rehearsed, 1 denied (then nothing is created) or something failed, 2 the plan, the input or
    the call is wrong, 3 no decision or no emulator could be had.
    """
    from lockgate.cli import calls, check, clock, rehearse

    now = clock.moment(at, datetime.now(UTC))
    checkout = calls.engine_checkout(stack) if engine else None
    subject = calls.subject(calls.Source(stack, plan, None, charter), calls.how([], None, calls.TIMEOUT_SECONDS))
    shown = check.Presentation(form, out, verbose, colour)
    done = rehearse.run(subject, policies=policies, now=now, url=emulator, shown=shown, checkout=checkout)
    raise typer.Exit(done)


@app.command(
    epilog=example(
        "lockgate audit claims-triage --live",
        "lockgate audit claims-triage --live --format json --out audit.json",
        "lockgate audit claims-triage --live --emulator http://127.0.0.1:8080",
    )
)
def audit(
    stack: StackArgument,
    *,
    live: Annotated[bool, typer.Option("--live", help="Read the deployed stack; nothing in it is changed.")] = False,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="Compare with this saved plan.", show_default="the program's, recorded now"
        ),
    ] = None,
    emulator: Annotated[
        str | None,
        typer.Option(
            "--emulator", metavar="URL", envvar="LOCKGATE_EMULATOR", help="Read from the emulator at this address."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", metavar="text|json", help="Form of the report.")] = Format.text,
    out: Out = None,
    policies: Policies = None,
    at: At = None,
    verbose: Verbose = False,
    colour: Colour = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=1, help="Longest time that reading may take.")
    ] = 300.0,
) -> None:
    """Read a deployed stack back, and compare it with its plan and its charter.

    Google's own client libraries read every resource of the plan, with application default credentials; calls
    are retried and bounded, and only read. Reported are fields that are not as planned, what is missing, and
    what a guardrail would not have: grants, keys, openings, sinks, endpoints and quotas beside the plan. The
    rules then judge the live state as they judge a plan.

    Exit status: 0 as planned and allowed, 1 drift or denied, 2 the input or the call is wrong, 3 something could
    not be read (it counts as unknown, never as absent), or no decision or no credentials could be had.
    """
    from lockgate.cli import audit, check, clock

    now = clock.moment(at, datetime.now(UTC))
    where = audit.Where(live, emulator, timeout)
    shown = check.Presentation(form, out, verbose, colour)
    raise typer.Exit(audit.run(audit.subject(stack, plan), where, policies=policies, now=now, shown=shown))


@app.command(
    epilog=example(
        "lockgate switch claims-triage show",
        "lockgate switch claims-triage stop --why 'answers name other customers'",
        "lockgate switch claims-triage pause low --why 'hail' --until 2026-11-24",
        "lockgate switch claims-triage resume --why 'a new model is in place'",
    )
)
def switch(
    stack: StackArgument,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The action: show, stop, pause or resume.")],
    tier: Annotated[
        str | None, typer.Argument(metavar="TIER", help="high, medium or low; pause needs it, resume may have it.")
    ] = None,
    *,
    why: Annotated[
        str | None, typer.Option("--why", metavar="TEXT", help="The reason, which others read before they resume.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="RFC 3339; stop and pause end then by themselves."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="EMAIL", help="Who you are, where the credentials do not say it."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="text|json", help="What then holds: sentences, or the document.")
    ] = "text",
) -> None:
    """Stop a deployed stack's routers, pause one tier, or resume, without a deployment.

    Stopped or paused, no model is asked: each case goes the way of the charter's fallback. Routers follow
    within 5 seconds. The charter's routing.operators may do this, with application default credentials; two
    cannot overwrite each other's change unseen. The bucket keeps every version, with who and why.
    STORAGE_EMULATOR_HOST leads to an emulator.

    Exit status: 0 done, 2 the call is wrong, or somebody else changed the switch meanwhile, 3 it could not be
    read or written.
    """
    from lockgate.cli import output, switch

    output.to_stdout(switch.run(switch.Call(stack, action, tier, why, until, by), form, datetime.now(UTC)))


@app.command(epilog=example("lockgate emulator --port 8080", "lockgate emulator --port 8080 --state cloud.json"))
def emulator(
    *,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8080,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Loopback unless given: no credential is checked.")
    ] = "127.0.0.1",
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="Start from this saved state, and save it when stopped."),
    ] = None,
) -> None:
    """Serve an emulated Google Cloud on loopback until it is stopped; its address is printed.

    Each service is served under the first label of its host: http://127.0.0.1:8080/logging/v2/projects/...
    GET / shows in a browser what exists in it.
    """
    from lockgate.cli import emulator

    emulator.run(host, port, state)


@app.command(epilog=example("lockgate init invoice-check --from staff-assistant"))
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new stack's name: lower-case, with hyphens.")],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="STACK", help="Start from this stack's charter, such as claims-triage or staff-assistant."
        ),
    ] = None,
) -> None:
    """Start a stack: a charter that asks every question. 'check' refuses it until all are answered."""
    from lockgate.cli import checkout, output, scaffold

    written = scaffold.create(checkout.around(Path.cwd()), name, source)
    lines = [f"wrote {file}" for file in written]
    output.to_stdout("\n".join([*lines, f"Answer each TBD, then run: lockgate check {name}"]) + "\n")


@app.command(epilog=example("lockgate doctor", "lockgate doctor --install-engine"))
def doctor(
    install_engine: Annotated[
        bool, typer.Option("--install-engine", help="Install the Pulumi engine with the SDK's own installer.")
    ] = False,
    install_opa: Annotated[
        bool, typer.Option("--install-opa", help="Get the pinned Open Policy Agent where there is none.")
    ] = False,
) -> None:
    """Show each tool that Lockgate stands on, its version and place, and what to do when it is missing.

    Exit status: 0 when 'lockgate check' can work, else 3.
    """
    from lockgate.cli import doctor, output, progress

    if install_opa:
        from lockgate.policy import opa

        opa.find(os.environ, say=progress.say)
    if install_engine:
        progress.say(f"installed {doctor.install_engine(progress.say)}")
    tools = doctor.examine(os.environ)
    output.to_stdout(doctor.render(tools))
    raise typer.Exit(0 if doctor.can_check(tools) else 3)


@app.command(epilog=example("lockgate archive verdict.json --to s3://evidence/claims --until 2036-12-31"))
def archive(
    verdict: Annotated[Path, typer.Argument(metavar="VERDICT", help="A verdict: lockgate check --format json.")],
    reports: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="What belongs to it: a plan, reports.")
    ] = None,
    *,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="s3://BUCKET/PATH?endpoint=URL&region=REGION.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Lock it until this RFC 3339 date.")],
) -> None:
    """Keep a decision in an S3-compatible store, locked against deletion until a date.

    The verdict, the files and a record with all their digests go to STACK/TIME-PLAN/ below the address, in object
    lock's COMPLIANCE mode; the bucket must have been made with object lock. Nobody can take the lock off again.

    Exit status: 0 kept and locked, 2 the call or a file is wrong, or the store refuses or does not lock.
    """
    from lockgate.cli import output, storage

    output.to_stdout(storage.archive(verdict, reports or [], to=to, until=until))
