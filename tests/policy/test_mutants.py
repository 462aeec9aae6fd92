"""Mutation: an allowed plan with any one guardrail removed or weakened is denied, and by that guardrail's own rules."""

from __future__ import annotations

import fnmatch
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from infra.stack import build
from lockgate.charter.load import load as load_charter
from lockgate.charter.model import Charter
from lockgate.plan.recorder import record
from lockgate.policy import policies

from .bench import DENYING, Bench
from .conftest import NOW
from .mutation import Mutant, Stack, deletions, expand, garbled, hollowed, omissions, unprotected

ROOT = Path(__file__).parents[2]
MUTANTS = Path(__file__).with_name("mutants")
STACKS = ("claims-triage", "staff-assistant")
FILES = sorted(MUTANTS.glob("*.yaml"))
EVERY = bool(os.environ.get("LOCKGATE_EVERY_MUTANT"))
"""Whether every mutant is judged, which takes minutes, or of each kind the first and the last."""
EXCUSES = Path(__file__).with_name("omissions.yaml")
GARBAGE: list[Any] = [{"$unknown": True}, "text", [{}]]


@cache
def recorded(name: str) -> Stack:
    """A reference stack, recorded as ``lockgate check`` records it."""
    charter = load_charter(ROOT / "stacks" / name / "charter.yaml")
    plan = record(lambda: build(charter), project="lockgate", stack=name, root=ROOT)
    return Stack(name, plan, charter.document())


@pytest.fixture(scope="session")
def benches(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Bench]:
    """A bench for each stack, on one copy of the policies: they may be edited while this runs."""
    copied = tmp_path_factory.mktemp("policies")
    for path, content in policies.load(policies.locate()).files.items():
        (copied / path).parent.mkdir(parents=True, exist_ok=True)
        (copied / path).write_bytes(content)
    snapshot = policies.load(copied)
    return cache(lambda name: Bench(recorded(name), snapshot, program, NOW))


def listed(file: Path, stack: str) -> list[Mutant]:
    """The mutants that a file gives for one stack; of each entry the first and the last, or all of them."""
    document = yaml.safe_load(file.read_text())
    wanted = (spec for spec in document["mutants"] if stack in spec.get("stacks", STACKS))
    entries = (list(expand(spec, document["group"], recorded(stack))) for spec in wanted)
    return [mutant for entry in entries for mutant in (entry if EVERY else dict.fromkeys((entry[0], entry[-1])))]


@pytest.mark.parametrize("stack", STACKS)
def test_the_unmutated_plan_is_allowed(benches: Callable[[str], Bench], stack: str) -> None:
    denying = [f"{item.rule} {item.status}: {item.message}" for item in benches(stack).base if item.status in DENYING]
    assert denying == []


@pytest.mark.parametrize("stack", STACKS)
def test_each_listed_mutant_is_denied_by_its_own_group(benches: Callable[[str], Bench], stack: str) -> None:
    mutants = [mutant for file in FILES for mutant in listed(file, stack)]
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    assert survivors(benches(stack), mutants) == []


@pytest.mark.parametrize("stack", STACKS)
def test_each_mutant_of_a_charter_is_formally_valid(stack: str) -> None:
    for file in FILES:
        for mutant in listed(file, stack):
            assert mutant.charter is None or is_formally_valid(mutant), mutant.name


@pytest.mark.parametrize("stack", STACKS)
def test_a_charter_with_any_one_text_a_placeholder_is_denied(benches: Callable[[str], Bench], stack: str) -> None:
    valid = [mutant for mutant in hollowed(recorded(stack)) if is_formally_valid(mutant)]
    assert len(valid) > 30
    denied = benches(stack).denials(valid)
    assert [name for name, groups in denied.items() if not groups] == []


def is_formally_valid(mutant: Mutant) -> bool:
    """Whether the mutant's charter would be loaded: an enumeration or a region cannot be a placeholder."""
    try:
        Charter.model_validate_json(json.dumps(mutant.charter))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_without_any_one_resource_is_denied(benches: Callable[[str], Bench], stack: str) -> None:
    assert survivors(benches(stack), deletions(recorded(stack))) == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_with_any_one_resource_unprotected_is_denied(benches: Callable[[str], Bench], stack: str) -> None:
    assert survivors(benches(stack), unprotected(recorded(stack))) == []


@pytest.mark.parametrize("value", GARBAGE, ids=str)
def test_every_rule_answers_whatever_an_input_holds(benches: Callable[[str], Bench], value: Any) -> None:
    denied = benches("claims-triage").denials(garbled(recorded("claims-triage"), value))
    assert len(denied) > 20


def survivors(bench: Bench, mutants: Any) -> list[str]:
    """The mutants that are not denied by a new finding of their group, and by what they are denied instead."""
    mutants = list(mutants)
    denied = bench.denials(mutants)
    return [
        f"{mutant.name}: no new finding of {mutant.group}, but of {sorted(denied[mutant.name]) or 'no group'}"
        for mutant in mutants
        if mutant.group not in denied[mutant.name]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_without_any_one_input_is_denied(benches: Callable[[str], Bench], stack: str) -> None:
    """Each input that may be left out is listed, with its reason."""
    excused = yaml.safe_load(EXCUSES.read_text())
    surviving = surviving_omissions(benches(stack), chosen(stack))
    assert [name for kind, path, name in surviving if not any(fits(entry, kind, path) for entry in excused)] == []


def test_each_excuse_is_for_an_input_that_is_there() -> None:
    there = {(kind, path) for stack in STACKS for kind, path, _ in omissions(recorded(stack))}
    excused = yaml.safe_load(EXCUSES.read_text())
    assert [entry for entry in excused if not any(fits(entry, kind, path) for kind, path in there)] == []
    assert [entry for entry in excused if len(entry.pop("why")) < 5] == []


def chosen(stack: str) -> Iterator[tuple[str, str, Mutant]]:
    """The omissions to judge: the first and the last of each kind of input, and none that another stack shows.

    Or all of them.
    """
    every = list(omissions(recorded(stack)))
    if EVERY:
        yield from every
        return
    others = STACKS[: STACKS.index(stack)]
    seen = {(kind, path) for other in others for kind, path, _ in omissions(recorded(other))}
    kinds: dict[tuple[str, str], list[Mutant]] = {}
    for kind, path, mutant in every:
        kinds.setdefault((kind, path), []).append(mutant)
    for (kind, path), mutants in kinds.items():
        if (kind, path) not in seen:
            yield from ((kind, path, mutant) for mutant in dict.fromkeys((mutants[0], mutants[-1])))


def surviving_omissions(bench: Bench, found: Iterable[tuple[str, str, Mutant]]) -> Iterator[tuple[str, str, str]]:
    """Type, path and name of each omission that is not denied."""
    found = list(found)
    denied = bench.denials(mutant for _, _, mutant in found)
    for kind, path, mutant in found:
        if not denied[mutant.name]:
            yield kind, path, mutant.name


def fits(entry: dict[str, str], kind: str, path: str) -> bool:
    """Whether an excuse is for this input."""
    return fnmatch.fnmatch(kind, entry["type"]) and fnmatch.fnmatch(path, entry["path"])
