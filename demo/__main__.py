"""Run the demo: ``python -m demo``. Ends with status 1 when an outcome is not the one that was promised."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from demo import router
from demo.faults import FAULTS, MISSING, ROOT, Fault, plant
from lockgate.rehearsal.emulated import Emulator
from lockgate.rehearsal.engine.checkout import copy_program

STACKS = ("claims-triage", "staff-assistant")
# Reviews and prices have dates: the demo judges as of the day it was written, so that no date makes it fail.
AT = "2026-11-22"
WIDTH = 80
EMULATED = (
    "From here on, what the plan says is carried out: against an emulated Google Cloud on this machine, through "
    "Google's REST APIs. It is as right as the emulator is, and proves nothing about a real account."
)

ROUTED = (
    "The archive that the stack deploys, on this machine: its routes, prices and rules are the charter's, its ledger "
    "and audit trail are real. The models' answers are the demo's script."
)


@dataclass(frozen=True)
class Outcome:
    """How one part of the demo ended."""

    title: str
    said: str
    seconds: float
    as_promised: bool


def main() -> int:
    """Show everything as it comes, then the summary. Returns the exit status."""
    outcomes = [_judge(number, stack, "as it is") for number, stack in enumerate(STACKS, 1)]
    with tempfile.TemporaryDirectory(prefix="lockgate-demo-") as folder:
        copies = {fault: Path(folder) / str(number) for number, fault in enumerate(FAULTS)}
        for fault, checkout in copies.items():
            checkout.mkdir()
            copy_program(ROOT, checkout)
            plant(fault, checkout)
            outcomes.append(_judge(len(outcomes) + 1, fault.stack, f"but {fault.title}", fault, checkout))
        print(f"\n{textwrap.fill(EMULATED, WIDTH)}", flush=True)
        outcomes += [_rehearse(len(outcomes) + number, stack) for number, stack in enumerate(STACKS, 1)]
        outcomes.append(_rehearse_denied(len(outcomes) + 1, MISSING, copies[MISSING]))
    outcomes.append(_route(len(outcomes) + 1))
    print(_rule("Summary"))
    for outcome in outcomes:
        print(f"{'ok ' if outcome.as_promised else 'NOT'} {outcome.said:9} {outcome.seconds:5.1f} s  {outcome.title}")
    return 0 if all(outcome.as_promised for outcome in outcomes) else 1


def _judge(number: int, stack: str, how: str, fault: Fault | None = None, checkout: Path = ROOT) -> Outcome:
    print(_rule(f"{number}. {stack}, {how}"))
    status, seconds = _lockgate(checkout, "check", stack)
    said = {0: "allowed", 1: "denied"}.get(status, f"status {status}")
    return Outcome(f"{number}. {fault.summary if fault else stack}", said, seconds, status == (1 if fault else 0))


def _rehearse(number: int, stack: str) -> Outcome:
    print(_rule(f"{number}. {stack}, rehearsed"))
    status, seconds = _lockgate(ROOT, "rehearse", stack)
    said = {0: "rehearsed", 1: "failed"}.get(status, f"status {status}")
    return Outcome(f"{number}. {stack}: created, verified, changed, destroyed", said, seconds, status == 0)


def _rehearse_denied(number: int, fault: Fault, checkout: Path) -> Outcome:
    """A stack with a guardrail missing, against an emulator that is asked afterwards what it was asked to do."""
    print(_rule(f"{number}. {fault.stack}, rehearsed, but {fault.title}"))
    with Emulator() as emulator:
        address = asyncio.run(emulator.address())
        status, seconds = _lockgate(checkout, "rehearse", fault.stack, "--emulator", address)
        calls, resources = sum(_asked(address, "_calls").values()), _asked(address, "_state")["store"]["resources"]
    count = sum(len(held) for held in resources.values())
    print(f"The emulator, asked by the demo: {calls} calls, {count} resources.", flush=True)
    title = f"{number}. {fault.summary}: nothing created"
    return Outcome(title, "denied" if status == 1 else f"status {status}", seconds, (status, calls, count) == (1, 0, 0))


def _route(number: int) -> Outcome:
    """Cases of a reference stack, sent to its router, which runs here against the emulated cloud."""
    print(_rule(f"{number}. {router.STACK}, its router at work"))
    print(f"{textwrap.fill(ROUTED, WIDTH)}\n", flush=True)
    started = time.monotonic()
    with Emulator() as emulator, tempfile.TemporaryDirectory(prefix="lockgate-demo-") as folder:
        fine = router.show(asyncio.run(emulator.address()), Path(folder))
    said = "routed" if fine else "failed"
    return Outcome(f"{number}. {router.STACK}: cases by risk tier", said, time.monotonic() - started, fine)


def _asked(address: str, door: str) -> dict[str, Any]:
    with urlopen(f"{address}/{door}", timeout=10) as answer:  # noqa: S310 - the emulator that was just started
        said: dict[str, Any] = json.load(answer)
    return said


def _lockgate(checkout: Path, *arguments: str) -> tuple[int, float]:
    """Run the tool as a user would; its exit status, and how long it took in seconds."""
    words = f"$ lockgate {' '.join(arguments)}"
    clock = f" --at {AT}"
    print(words + ("" if len(words + clock) <= WIDTH else " \\\n   ") + clock, flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "lockgate.cli.main", *arguments, "--at", AT]
    status = subprocess.run(command, cwd=checkout, check=False).returncode
    print(flush=True)
    return status, time.monotonic() - started


def _rule(title: str) -> str:
    return f"\n── {title} ".ljust(WIDTH, "─")


if __name__ == "__main__":
    sys.exit(main())
