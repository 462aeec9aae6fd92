"""The faults that the demo plants: edits of a copy of the program, as a hurried engineer would make them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One edit of one file. ``old`` must be there exactly once."""

    title: str
    stack: str
    file: str
    old: str
    new: str
    group: str
    """The guardrail whose rules must refuse it."""


FAULTS = (
    Fault(
        title="the budget only knows what has been spent, not what will be",
        stack="claims-triage",
        file="infra/sizing/budget.py",
        old='BASIS = {"current": "CURRENT_SPEND", "forecast": "FORECASTED_SPEND"}',
        new='BASIS = {"current": "CURRENT_SPEND", "forecast": "CURRENT_SPEND"}',
        group="finance",
    ),
)


def plant(fault: Fault, checkout: Path) -> None:
    """Make the edit in ``checkout``. Raises ValueError when the file no longer holds what the fault replaces."""
    file = checkout / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(
            f"{fault.file}: the fault {fault.title!r} expects exactly one {fault.old!r}; update demo/faults.py"
        )
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
