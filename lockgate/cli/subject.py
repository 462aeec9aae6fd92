"""What is judged: where its plan comes from, and the charter and waivers it is judged against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import checkout as checkouts
from lockgate.cli.recording import How, Recording

if TYPE_CHECKING:
    from lockgate.charter.model import Charter
    from lockgate.plan.model import Plan
    from lockgate.policy.waivers import Waiver


@dataclass(frozen=True)
class Subject:
    """One thing to judge."""

    plan: Recording | Callable[[], Plan]
    """A recording takes seconds, in a process of its own, beside which other work can be done."""
    charter_file: Path | None
    policies: Path | None = None
    """Where the caller names none: the checkout's own, or None for those of Lockgate."""

    def charter(self) -> Charter | None:
        """The charter, or None where there is none. Raises InputError when it is wrong."""
        if self.charter_file is None:
            return None
        from lockgate.charter.load import load

        return load(self.charter_file)

    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers in waivers.yaml beside the charter. Raises InputError when they are wrong."""
        if self.charter_file is None:
            return ()
        from lockgate.policy import waivers

        return waivers.of_stack(self.charter_file.parent)


def of_stack(stack: str, start: Path, how: How) -> Subject:
    """A stack of the checkout around ``start``, recorded from its program. Raises InputError when there is none."""
    checkout = checkouts.around(start)
    checkouts.require_stack(checkout, stack)
    return Subject(Recording(checkout.root, stack, how), checkout.stacks / stack / "charter.yaml", checkout.policies)


def of_program(folder: Path, stack: str | None, charter: Path | None, how: How) -> Subject:
    """Any Pulumi Python project, with or without a charter. Raises InputError when the folder holds none."""
    return Subject(Recording(folder, stack, how), charter)


def of_file(plan: Path, charter: Path, root: Path | None = None) -> Subject:
    """A saved plan and a charter. ``root`` is where the plan's program runs, when that is known."""

    def read() -> Plan:
        from lockgate.plan.read import read_plan

        return read_plan(plan, root)

    return Subject(read, charter)
