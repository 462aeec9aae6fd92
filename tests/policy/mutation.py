"""Mutants: an allowed plan, or its charter, with one fault.

A mutant is data: the resources it changes (None where one is deleted), those it adds, and the charter it has. They come
from the files in ``mutants/``, or are made by leaving out what is there, one at a time.
"""

from __future__ import annotations

import copy
import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KEYS = {"name", "stacks", "charter", "add", "at", "delete", "set", "remove", "append", "drop", "protect"}


@dataclass(frozen=True, eq=False)
class Mutant:
    """One fault."""

    name: str
    group: str
    """The guardrail's group, of which a new finding has to deny it."""
    changed: Mapping[str, dict[str, Any] | None] = field(default_factory=dict)
    """Resources by URN, as they become; None for one that is deleted."""
    added: tuple[dict[str, Any], ...] = ()
    charter: dict[str, Any] | None = None
    """The charter as it becomes; None where it stays."""


@dataclass(frozen=True)
class Stack:
    """An allowed stack: its plan as plain data, and its charter's document."""

    name: str
    plan: dict[str, Any]
    charter: dict[str, Any]

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources by URN."""
        return {resource["urn"]: resource for resource in self.plan["resources"]}

    def group_of(self, resource: Mapping[str, Any]) -> str:
        """The group of the component that a resource belongs to; finance for the provider, which carries the labels."""
        while not resource["type"].startswith("lockgate:"):
            if resource["parent"] is None:
                return "finance"
            resource = self.resources[resource["parent"]]
        return str(resource["type"].split(":")[1])


def expand(spec: Mapping[str, Any], group: str, stack: Stack) -> Iterator[Mutant]:
    """The mutants of one entry of a mutants file: one for each resource that it selects, or one that adds or amends.

    Raises AssertionError when the entry selects nothing, or changes nothing: then it tests nothing.
    """
    name = f"{stack.name}: {group}: {spec['name']}"
    assert spec.keys() <= KEYS, f"{name}: {sorted(map(str, spec.keys() - KEYS))} mean nothing in a mutants file"
    if "charter" in spec:
        yield Mutant(name, group, charter=_edited(stack.charter, {"set": spec["charter"]}, name))
    elif "add" in spec:
        yield Mutant(name, group, added=tuple(_made(item, stack) for item in _listed(spec["add"])))
    else:
        selected = list(_selected(spec["at"], stack))
        assert selected, f"{name}: no resource is {spec['at']}; the mutant tests nothing"
        for resource in selected:
            yield Mutant(
                f"{name} [{resource['name']}]", group, changed={resource["urn"]: _changed(resource, spec, name)}
            )


def deletions(stack: Stack) -> Iterator[Mutant]:
    """The stack without one of its resources, for each of them that is real."""
    for urn, resource in stack.resources.items():
        if resource["custom"]:
            yield Mutant(_label(resource), stack.group_of(resource), changed={urn: None})


def omissions(stack: Stack) -> Iterator[tuple[str, str, Mutant]]:
    """The stack without one input key or list item, at any depth: type, path (items as *), mutant."""
    for urn, resource in stack.resources.items():
        if not resource["custom"]:
            continue
        for path in _paths(resource["inputs"]):
            without = copy.deepcopy(resource)
            _remove(without["inputs"], path)
            if len(path) == 1:
                without["propertyDependencies"].pop(path[0], None)
            shown = ".".join(map(str, path))
            mutant = Mutant(f"{_label(resource)} without {shown}", stack.group_of(resource), changed={urn: without})
            yield resource["type"], ".".join("*" if isinstance(step, int) else step for step in path), mutant


def garbled(stack: Stack, value: Any) -> Iterator[Mutant]:
    """The stack with ``value`` in place of one input of every resource at once, until each input has had its turn.

    Such a plan shows only that every rule has an answer: each deviation of its own is for the others.
    """
    paths = {urn: list(_paths(resource["inputs"])) for urn, resource in stack.resources.items()}
    for turn in range(max(map(len, paths.values()))):
        changed = {}
        for urn, resource in stack.resources.items():
            if turn < len(paths[urn]):
                changed[urn] = copy.deepcopy(resource)
                *above, last = paths[urn][turn]
                _walk(changed[urn]["inputs"], above)[last] = value
        yield Mutant(f"input {turn} of every resource is {value}", "", changed=changed)


def unprotected(stack: Stack) -> Iterator[Mutant]:
    """The stack with one protected resource that is no longer."""
    for urn, resource in stack.resources.items():
        if resource["protect"]:
            bare = {**resource, "protect": False}
            yield Mutant(f"{_label(resource)} unprotected", stack.group_of(resource), changed={urn: bare})


def hollowed(stack: Stack) -> Iterator[Mutant]:
    """The charter with one of its texts replaced by a placeholder of the same form, for each of them."""
    for path in _paths(stack.charter):
        text = _get(stack.charter, ".".join(map(str, path)))
        if isinstance(text, str):
            shown = ".".join(map(str, path))
            charter = copy.deepcopy(stack.charter)
            _walk(charter, path[:-1])[path[-1]] = _placeholder(text)
            yield Mutant(f"{stack.name}: {shown} is {_placeholder(text)}", "", charter=charter)


def _placeholder(text: str) -> str:
    kind, at, _ = text.partition("@")
    if at and " " not in text:
        return f"{kind.partition(':')[0]}:tbd@example.com" if ":" in kind else "tbd@example.com"
    return "tbd" if re.fullmatch(r"[a-z0-9-]+", text) else "TBD"


def _label(resource: Mapping[str, Any]) -> str:
    return f"{resource['type'].rpartition(':')[2]} {resource['name']}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _selected(where: Mapping[str, Any], stack: Stack) -> Iterator[dict[str, Any]]:
    """The resources of a type whose name fits a pattern, and whose inputs hold what ``with`` says."""
    for resource in stack.resources.values():
        fits = fnmatch.fnmatch(resource["type"], where["type"]) and fnmatch.fnmatch(
            resource["name"], where.get("name", "*")
        )
        if fits and all(_get(resource["inputs"], key) == want for key, want in where.get("with", {}).items()):
            yield resource


def _changed(resource: dict[str, Any], spec: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    if spec.get("delete"):
        return None
    changed = {**resource, "inputs": _edited(resource["inputs"], spec, name)}
    changed["propertyDependencies"] = {
        key: urns
        for key, urns in resource["propertyDependencies"].items()
        if key not in {*spec.get("remove", ()), *spec.get("set", {})}
    }
    if "protect" in spec:
        changed["protect"] = spec["protect"]
    assert changed != resource, f"{name}: changes nothing of {resource['name']}"
    return changed


def _edited(document: dict[str, Any], spec: Mapping[str, Any], name: str) -> dict[str, Any]:
    """``document`` with paths set (``set``), removed (``remove``), or list items appended or dropped."""
    edited = copy.deepcopy(document)
    for path, value in spec.get("set", {}).items():
        *above, last = _steps(path)
        parent = _walk(edited, above)
        parent[last] = value
    for path in spec.get("remove", ()):
        try:
            _remove(edited, _steps(path))
        except (KeyError, IndexError):
            raise AssertionError(f"{name}: there is no {path} to remove") from None
    for path, item in spec.get("append", {}).items():
        _walk(edited, _steps(path)).append(item)
    for path, item in spec.get("drop", {}).items():
        items = _walk(edited, _steps(path))
        kept = [entry for entry in items if not _holds(entry, item)]
        assert len(kept) < len(items), f"{name}: {path} has no item {item}"
        items[:] = kept
    return edited


def _holds(entry: Any, item: Any) -> bool:
    if isinstance(entry, dict) and isinstance(item, dict):
        return all(entry.get(key) == value for key, value in item.items())
    return bool(entry == item)


def _made(item: Mapping[str, Any], stack: Stack) -> dict[str, Any]:
    """A resource that a mutant adds, registered with the stack's provider like the others."""
    provider = next(urn for urn in stack.resources if "::pulumi:providers:gcp::" in urn)
    return {
        "urn": f"urn:pulumi:{stack.name}::{stack.plan['project']}::{item['type']}::{item.get('name', 'intruder')}",
        "type": item["type"],
        "name": item.get("name", "intruder"),
        "custom": True,
        "parent": None,
        "provider": provider,
        "protect": False,
        "dependencies": [],
        "propertyDependencies": {},
        "source": None,
        "inputs": _filled(item["inputs"], stack),
    }


def _filled(value: Any, stack: Stack) -> Any:
    """``$PROJECT``, ``$NUMBER``, ``$REGION`` in a text of a mutants file become the charter's."""
    if isinstance(value, dict):
        return {key: _filled(item, stack) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, stack) for item in value]
    if isinstance(value, str):
        cloud = stack.charter["cloud"]
        value = value.replace("$PROJECT", cloud["project"]).replace("$NUMBER", cloud["project_number"])
        return value.replace("$REGION", cloud["region"]).replace("$NAME", stack.charter["use_case"]["name"])
    return value


def _paths(value: Any) -> Iterator[list[str | int]]:
    """Every key and list item below ``value``; nothing below a mark such as ``$unknown``."""
    if isinstance(value, dict) and not any(key.startswith("$") for key in value):
        steps: Iterable[tuple[str | int, Any]] = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    else:
        return
    for step, below in steps:
        yield [step]
        yield from ([step, *path] for path in _paths(below))


def _steps(path: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _walk(document: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        document = document.setdefault(step, {}) if isinstance(document, dict) else document[step]
    return document


def _get(document: Any, path: str) -> Any:
    for step in _steps(path):
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _remove(document: Any, steps: list[str | int]) -> None:
    *above, last = steps
    for step in above:
        document = document[step]
    del document[last]
