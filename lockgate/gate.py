"""The gate inside a Pulumi program: the plan is recorded and judged before anything is registered.

It runs in the program itself, so it holds under ``pulumi preview``, ``up``, ``up --skip-preview`` and the Automation
API alike. Only an edit of the program can leave it out.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pulumi

from lockgate.charter.model import Charter
from lockgate.errors import LockgateError
from lockgate.plan.model import Plan, digest
from lockgate.plan.recorder import is_recording, record
from lockgate.policy import policies, waivers
from lockgate.policy.decide import Decider
from lockgate.report import text
from lockgate.verdict import Verdict


class Refused(pulumi.RunError):
    """The program refuses itself; the engine shows the message as it is and registers nothing."""


def admit(
    build: Callable[[], Any], charter: Charter, *, folder: Path, root: Path, now: datetime.datetime | None = None
) -> Verdict | None:
    """The verdict on what ``build`` would register, or Refused unless it is allowed.

    ``folder`` is the stack's folder, which may hold waivers.yaml; ``root`` is the checkout: sources in the
    verdict are relative to it, and its policies/ decide where it has one.
    ``now`` is the clock by which dates are judged, an aware time. The answer is None while the program is only being
    recorded: then nothing that it registers is created, and whoever records it judges the plan.
    """
    if is_recording():
        return None
    try:
        with Decider(os.environ, folder=policies.of_checkout(root), say=pulumi.log.warn) as decider:
            plan = _plan(build, root)
            verdict = decider.decide(
                plan,
                charter.document(),
                now=now or datetime.datetime.now(datetime.UTC),
                waivers=waivers.of_stack(folder),
            )
    except LockgateError as error:
        raise Refused(f"Lockgate has no decision, so nothing is deployed: {error}") from None
    if verdict.decision != "allow":
        raise Refused("Lockgate refuses this deployment.\n\n" + text.render(verdict))
    return verdict


def export(verdict: Verdict | None) -> None:
    """Stack outputs that tie what was deployed to the decision about it."""
    if verdict is None:
        return
    pulumi.export(
        "lockgate",
        {
            "verdict": digest(verdict),
            "plan": verdict.plan,
            "charter": verdict.charter,
            "policyRevision": verdict.policy.revision,
            "engine": verdict.policy.engine,
        },
    )


def _plan(build: Callable[[], Any], root: Path) -> Plan:
    recorded = record(build, project=pulumi.get_project(), stack=pulumi.get_stack(), root=root)
    return msgspec.convert(recorded, Plan)
