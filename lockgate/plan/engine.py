"""Read a plan that the engine made: ``pulumi preview --json``, or the file of ``pulumi preview --save-plan``.

The provider has already checked these inputs, so they hold what it adds: defaults and generated names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lockgate.errors import InputError
from lockgate.plan.model import FORMAT, Plan, Resource
from lockgate.plan.wire import PROVIDER_PREFIX, STACK_TYPE, inputs

Document = dict[str, Any]

# deploy.StepOp of pulumi 3.260: these steps leave the resource in the stack, as newState describes it.
KEEPING = {"same", "create", "update", "replace", "create-replacement", "import", "import-replacement", "refresh"}
LEAVING = {"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"}
READING = {"read", "read-replacement"}


def is_preview(document: Document) -> bool:
    """Whether a document is what ``pulumi preview --json`` prints."""
    return "steps" in document and "changeSummary" in document


def is_saved(document: Document) -> bool:
    """Whether a document is the file that ``pulumi preview --save-plan`` writes."""
    return "resourcePlans" in document


def from_preview(document: Document, where: str, root: Path) -> Plan:
    """The plan in the JSON of a preview; ``root`` is where the program's relative paths start.

    Raises InputError when the preview failed, or has a step that this reader does not know.
    """
    failures = [d.get("message", "") for d in document.get("diagnostics") or () if d.get("severity") == "error"]
    if failures:
        first = " ".join(str(failures[0]).split())[:200]
        raise InputError(f"{where}: the preview failed, so its plan is not complete: {first}")
    unchanged = sum(step.get("op") == "same" for step in document["steps"])
    left_out = int(document["changeSummary"].get("same", 0)) - unchanged
    if left_out > 0:
        raise InputError(
            f"{where}: {left_out} unchanged resources are left out, so the plan is not complete. "
            "Make it with 'pulumi preview --json --show-sames'."
        )
    states: dict[str, Mapping[str, Any]] = {}
    for step in document["steps"]:
        op, urn = step.get("op"), step.get("urn")
        if op in KEEPING and isinstance(step.get("newState"), dict):
            states[urn] = step["newState"]
        elif op not in LEAVING | READING:
            raise InputError(f"{where}: {urn} has step {op!r}, which this version of Lockgate does not read.")
    return _plan(states, where, root)


def from_saved(document: Document, where: str, root: Path) -> Plan:
    """The plan in a saved plan file; ``root`` is where the program's relative paths start.

    A saved plan holds the differences from the stack's state, and is whole only where it creates: InputError is
    raised for one that updates what exists.
    """
    states: dict[str, Mapping[str, Any]] = {}
    for urn, planned in document["resourcePlans"].items():
        goal = planned.get("goal")
        if goal is None:  # nothing is wanted of it any more: it will be deleted
            continue
        if set(planned.get("steps") or ()) - {"create"}:
            raise InputError(
                f"{where}: {urn} exists, and a saved plan holds only what changes in it. "
                "Judge the output of 'pulumi preview --json --show-sames' instead."
            )
        states[urn] = {**goal, "inputs": (goal.get("inputDiff") or {}).get("adds") or {}}
    return _plan(states, where, root)


def _plan(states: Mapping[str, Mapping[str, Any]], where: str, root: Path) -> Plan:
    if not states:
        raise InputError(f"{where}: the plan holds no resource, not even the stack's own. Make the preview again.")
    stack, project = next(iter(states)).removeprefix("urn:pulumi:").split("::")[:2]
    resources = [_resource(urn, states[urn], root) for urn in sorted(states) if not _is_engines_own(urn)]
    return Plan(format=FORMAT, project=project, stack=stack, resources=resources)


def _is_engines_own(urn: str) -> bool:
    """The stack's root, and the providers that the engine makes where the program names none."""
    type_, name = urn.split("::", 3)[2:]
    return type_ == STACK_TYPE or (type_.startswith(PROVIDER_PREFIX) and name.startswith("default"))


def _resource(urn: str, state: Mapping[str, Any], root: Path) -> Resource:
    parent = state.get("parent") or None
    provider = (state.get("provider") or "").rpartition("::")[0] or None
    taken = state.get("propertyDependencies") or {}
    return Resource(
        urn=urn,
        type=state["type"],
        name=urn.split("::", 3)[3],
        custom=bool(state.get("custom")),
        parent=None if parent is None or f"::{STACK_TYPE}::" in parent else parent,
        provider=None if provider is None or _is_engines_own(provider) else provider,
        protect=bool(state.get("protect")),
        dependencies=sorted(state.get("dependencies") or ()),
        property_dependencies={name: sorted(urns) for name, urns in sorted(taken.items()) if urns},
        source=_source(state.get("stackTrace") or ()),
        inputs=inputs(state["type"], dict(state.get("inputs") or {}), root),
    )


def _source(frames: Iterable[Mapping[str, Any]]) -> str | None:
    for frame in frames:
        position = frame.get("sourcePosition") or ""
        path, _, line = position.removeprefix("project:///").partition("#")
        inside = position.startswith("project:///") and not path.startswith("../")
        if inside and "site-packages" not in path.split("/"):
            return f"{path}:{line}"
    return None
