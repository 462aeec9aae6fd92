"""Run the demo: ``python -m demo``. Ends with status 1 when a verdict is not the one that was promised."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from demo.faults import FAULTS, ROOT, Fault, copy_checkout, plant

STACKS = ("claims-triage", "staff-assistant")
# Reviews and prices have dates: the demo judges as of the day it was written, so that no date makes it fail.
AT = "2026-11-22"
WIDTH = 80


def main() -> int:
    """Show every verdict as it comes, then the summary. Returns the exit status."""
    rows = [_judge(stack, ROOT, f"{number}. {stack}, as it is", expected=0) for number, stack in enumerate(STACKS, 1)]
    with tempfile.TemporaryDirectory(prefix="lockgate-demo-") as folder:
        for number, fault in enumerate(FAULTS, len(STACKS) + 1):
            rows.append(_judge_fault(fault, Path(folder) / str(number), f"{number}. {fault.stack}, but {fault.title}"))
    print(_rule("Summary"))
    for title, decision, seconds, as_promised in rows:
        print(f"{'ok ' if as_promised else 'NOT'} {decision:5} {seconds:5.1f} s  {title}")
    return 0 if all(as_promised for *_, as_promised in rows) else 1


def _judge_fault(fault: Fault, checkout: Path, title: str) -> tuple[str, str, float, bool]:
    checkout.mkdir()
    copy_checkout(checkout)
    plant(fault, checkout)
    return _judge(fault.stack, checkout, title, expected=1)


def _judge(stack: str, checkout: Path, title: str, *, expected: int) -> tuple[str, str, float, bool]:
    print(_rule(title))
    print(f"$ lockgate check {stack} --at {AT}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "lockgate.cli.main", "check", stack, "--at", AT]
    status = subprocess.run(command, cwd=checkout, check=False).returncode
    decision = {0: "allow", 1: "deny"}.get(status, f"status {status}")
    print(flush=True)
    return title, decision, time.monotonic() - started, status == expected


def _rule(title: str) -> str:
    return f"\n── {title} ".ljust(WIDTH, "─")


if __name__ == "__main__":
    sys.exit(main())
