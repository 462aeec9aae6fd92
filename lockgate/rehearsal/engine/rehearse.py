"""A rehearsal with the real engine: the same report, of what the engine and the provider ``gcp`` made of the plan."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lockgate.errors import NoDecision
from lockgate.plan.model import Plan, Resource
from lockgate.rehearsal import report
from lockgate.rehearsal import seed as seeds
from lockgate.rehearsal.engine import checkout, endpoints, steps, survivors
from lockgate.rehearsal.engine.steps import Say, Step
from lockgate.rehearsal.mapping import load, template
from lockgate.rehearsal.report import Failure, Phase, Rehearsed, Report

_SECONDS = 30
_PROVIDER = "pulumi:providers:"


def rehearse(
    root: Path,
    plan: Plan,
    charter: Mapping[str, Any] | None,
    *,
    base: str,
    environment: Mapping[str, str],
    say: Say,
) -> Report:
    """Let the engine on PATH preview, make, refresh and destroy a stack of the checkout at ``root``.

    The engine works on a copy, with a state of its own in a folder that is removed, against the emulator at ``base``.
    ``environment`` is the process's. Raises NoDecision when there is no emulator, InputError when the engine cannot
    be started.
    """
    started = time.monotonic()
    _ask(base, "/_seed", seeds.seed(plan, charter))
    before = survivors.names(_ask(base, "/_state"))
    standing: set[survivors.Name] = set()
    with tempfile.TemporaryDirectory(prefix="lockgate-rehearsal-") as name:
        folder = Path(name)
        taken = steps.run(
            checkout.copy(root, folder, plan.stack),
            plan.stack,
            _settings(folder, environment) | endpoints.environment(base),
            say=say,
            stands=lambda: standing.update(survivors.names(_ask(base, "/_state")) - before),
            lifted=lambda: _unprotect(base, plan),
        )
    left = survivors.names(_ask(base, "/_state")) - before
    kept, strays = survivors.sort_out(left, survivors.declared(plan, load.entries()))
    failures = [*_failures(plan, taken), *_strays(plan, strays)]
    return Report(
        format=report.FORMAT,
        stack=plan.stack,
        decision="allow",
        emulator=base,
        seconds=round(time.monotonic() - started, 3),
        phases=[_phase(step, len(standing)) for step in taken],
        resources=_resources(plan, failures, {survivor.urn for survivor in kept}),
        failures=failures,
        skipped=[],
        survivors=kept,
        unprotected=sorted(resource.urn for resource in plan.resources if resource.protect),
    )


def _unprotect(base: str, plan: Plan) -> None:
    """Lift by a call of Google's API what the provider does not lift.

    Provider 9.35 goes on sending ``deletionProtectionEnabled: true`` when the program says false; an operator would
    then say ``gcloud sql instances patch --no-deletion-protection``, and so does this.
    """
    entries = load.entries()
    standing = {name for _, name in survivors.names(_ask(base, "/_state"))}
    for resource in plan.resources:
        entry = entries.get(resource.type)
        if entry is None or not entry.unprotect:
            continue
        name = template.expand(entry.name, resource.inputs)
        if name is not None and any(name.endswith(one) for one in standing):
            _ask(base, f"/{entry.service}/{name}", entry.unprotect, method="PATCH")


def _settings(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The engine's own settings, with its temporary files in ``folder`` too: when it is killed it leaves some."""
    temporary = folder / "tmp"
    temporary.mkdir()
    return {**environment, **checkout.settings(folder / "state"), "TMPDIR": str(temporary)}


def _ask(base: str, path: str, body: Mapping[str, Any] | None = None, *, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{base}{path}", data, {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - http(s), checked by the caller
            raw = answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise NoDecision(f"{base}: no emulator of Lockgate answers {path}: {error}.") from None
    return json.loads(raw) if raw else None


def _phase(step: Step, standing: int) -> Phase:
    note = f"{standing} resources in the emulated cloud" if step.name == "up" and standing else ""
    return Phase(step.name, step.seconds, step.done - len(step.complaints), step.done, note)


def _failures(plan: Plan, taken: Sequence[Step]) -> list[Failure]:
    by_urn = {resource.urn: resource for resource in plan.resources}
    return [
        _failure(by_urn.get(complaint.urn or ""), plan.stack, step.name, complaint.message)
        for step in taken
        for complaint in step.complaints
    ]


def _failure(resource: Resource | None, stack: str, phase: str, message: str) -> Failure:
    if resource is None:
        return Failure(stack, "pulumi:pulumi:Stack", None, phase, message)
    return Failure(resource.urn, resource.type, resource.source, phase, message)


def _strays(plan: Plan, strays: Sequence[survivors.Name]) -> list[Failure]:
    """A failure for each thing that the destroy left and nothing declares."""
    return [
        _failure(None, plan.stack, "destroy", f"{service}: {name} is left, and nothing declares that it survives")
        for service, name in strays
    ]


def _resources(plan: Plan, failures: Sequence[Failure], kept: set[str]) -> list[Rehearsed]:
    failed = {failure.urn for failure in failures}
    return [
        Rehearsed(resource.urn, resource.type, resource.source, None, _outcome(resource.urn, failed, kept), 0.0, [])
        for resource in plan.resources
        if resource.custom and not resource.type.startswith(_PROVIDER)
    ]


def _outcome(urn: str, failed: set[str], kept: set[str]) -> str:
    if urn in failed:
        return "failed"
    return "survives" if urn in kept else "gone"
