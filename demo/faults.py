"""The faults that the demo plants: edits of a copy of the program, as a hurried engineer would make them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Fault:
    """One edit of one file. ``old`` must be there exactly once."""

    title: str
    stack: str
    file: str
    old: str
    new: str
    group: str
    """The guardrail whose rules refuse it."""
    summary: str
    """The title in the few words that a line of the summary has room for."""


FAULTS = (
    Fault(
        title="finance hears of what was spent, never of what will be",
        stack="claims-triage",
        file="infra/sizing/budget.py",
        old='"forecast": "FORECASTED_SPEND"',
        new='"forecast": "CURRENT_SPEND"',
        group="finance",
        summary="claims-triage, forecast alert missing",
    ),
    Fault(
        title="the GPU model may grow to eight replicas",
        stack="claims-triage",
        file="infra/sizing/endpoint.py",
        old="max_replicas=capacity.replicas.max",
        new="max_replicas=8",
        group="endpoint",
        summary="claims-triage, eight replicas",
    ),
    Fault(
        title="the router can be called from the internet",
        stack="claims-triage",
        file="infra/components/routing.py",
        old='"ingress_settings": "ALLOW_INTERNAL_ONLY"',
        new='"ingress_settings": "ALLOW_ALL"',
        group="routing",
        summary="claims-triage, router open to the internet",
    ),
    Fault(
        title="the log component is left out",
        stack="staff-assistant",
        file="infra/stack.py",
        old='    Logs("logs", logs.size(charter), key=key.ids["logs"], opts=after("logging"))\n',
        new="",
        group="logs",
        summary="staff-assistant, logs missing",
    ),
    Fault(
        title="nobody sponsors it",
        stack="staff-assistant",
        file="stacks/staff-assistant/charter.yaml",
        old="sponsor: shared-services-director@example.com",
        new="sponsor: tbd@example.com",
        group="business",
        summary="staff-assistant, no sponsor",
    ),
)

MISSING = next(fault for fault in FAULTS if fault.group == "logs")
"""A guardrail that is not weakened but left out."""


def plant(fault: Fault, checkout: Path) -> None:
    """Make the edit in ``checkout``. Raises ValueError when the file no longer holds what the fault replaces."""
    file = checkout / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(
            f"{fault.file}: the fault {fault.title!r} expects exactly one {fault.old!r}; update demo/faults.py"
        )
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
