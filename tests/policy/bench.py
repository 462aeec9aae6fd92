"""A bench that judges many mutants of one plan in one OPA.

Each mutant reaches the rules as a patch of the input document, so that a thousand of them cost a thousand evaluations
and not a thousand processes.
"""

from __future__ import annotations

import datetime
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from lockgate.errors import NoDecision
from lockgate.plan.model import FORMAT, Plan
from lockgate.policy import answer
from lockgate.policy.document import input_document
from lockgate.policy.policies import Policies

from .mutation import Mutant, Stack

DRIVER = Path(__file__).with_name("mutation.rego")
DENYING = ("fail", "undetermined")
BATCH = 250
SELDOM = {"GOGC": "400"}
"""OPA collects its garbage seldom: a sixth of the time."""


class Bench:
    """Judges mutants of one stack by all rules."""

    def __init__(self, stack: Stack, policies: Policies, opa: Path, now: datetime.datetime) -> None:
        self._stack = stack
        self._policies = policies
        self._opa = opa
        urns = {resource["urn"]: resource for resource in stack.plan["resources"]}
        self._document = {**input_document(_plan(stack.plan), stack.charter, now), "by_urn": urns}
        self._groups = {rule.id: rule.group for rule in policies.rules}
        self.base = self._said({"base": Mutant("base", "")}, {"base": ""})["base"]

    def denials(self, mutants: Iterable[Mutant]) -> dict[str, set[str]]:
        """The groups whose new findings deny each mutant, by the mutant's name.

        A finding that the unmutated plan has as well is not new. The rules of the mutant's own group are asked
        first; only where they let it live, or it has no group, are all the others. Raises AssertionError, naming
        the mutant, when a rule that had something to judge said nothing.
        """
        found: dict[str, set[str]] = {}
        waiting = iter(mutants)
        while batch := {mutant.name: mutant for mutant in islice(waiting, BATCH)}:
            found |= self._judged(batch, alone=True)
            alive = {name: mutant for name, mutant in batch.items() if not found[name]}
            found |= self._judged(alive, alone=False)
        return found

    def _judged(self, mutants: Mapping[str, Mutant], *, alone: bool) -> dict[str, set[str]]:
        """The groups that deny each mutant; ``alone`` asks its own group only, and says nothing where it has none."""
        old = {(item.rule, item.urn) for item in self.base if item.status in DENYING}
        asked = {name: mutant.group if alone else "" for name, mutant in mutants.items() if mutant.group or not alone}
        said = self._said({name: mutants[name] for name in asked}, asked) if asked else {}
        return {
            name: {
                self._groups[item.rule]
                for item in said.get(name, ())
                if item.status in DENYING and (item.rule, item.urn) not in old
            }
            for name in mutants
        }

    def _said(self, mutants: Mapping[str, Mutant], asked: Mapping[str, str]) -> dict[str, list[answer.Said]]:
        """What the rules of the group asked, or of all groups where it is "", say of each mutant."""
        patches = {name: {"patch": list(self._patch(mutants[name])), "group": group} for name, group in asked.items()}
        question = json.dumps({"base": self._document, "mutants": patches}).encode()
        sources = ["main.rego", "lib", "rules", "params:data", str(DRIVER)]
        command = [str(self._opa), "eval", "--stdin-input", "--strict-builtin-errors", "--ignore", "*_test.rego"]
        command += [*(f"--data={source}" for source in sources), "--format=json", "data.lockgate.mutation.said"]
        done = subprocess.run(
            command, cwd=self._policies.folder, env=SELDOM, input=question, capture_output=True, check=False
        )
        if done.returncode and len(asked) > 1:
            self._said_by_halves(mutants, asked)
        assert done.returncode == 0, f"{list(asked)[:3]}: no answer: {(done.stderr or done.stdout).decode()[:600]}"
        raw = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
        assert raw.keys() == patches.keys()
        return {name: self._complete(mutants[name], asked[name], said) for name, said in raw.items()}

    def _said_by_halves(self, mutants: Mapping[str, Mutant], asked: Mapping[str, str]) -> None:
        """Judge each half by itself, so that the error names the one mutant on which OPA failed."""
        names = list(asked)
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            self._said(mutants, {name: asked[name] for name in half})

    def _complete(self, mutant: Mutant, group: str, raw: list[Any]) -> list[answer.Said]:
        """What the rules said, checked as a decision checks it; an error names the mutant."""
        rules = [rule for rule in self._policies.rules if group in {"", rule.group}]
        try:
            said = msgspec.convert(raw, list[answer.Said])
            return answer.complete(said, rules, _plan(_applied(self._stack.plan, mutant)), chartered=True)
        except (msgspec.ValidationError, NoDecision) as error:
            empty = [item for item in raw if not item["message"]]
            raise AssertionError(f"{mutant.name}: {error} {empty}") from None

    def _patch(self, mutant: Mutant) -> Iterator[dict[str, Any]]:
        """The operations that make the document of the plan that of the mutant; deletions from the end."""
        by_type = self._document["by_type"]
        places = {item["urn"]: (kind, index) for kind, items in by_type.items() for index, item in enumerate(items)}
        for urn in sorted(mutant.changed, key=lambda urn: places[urn], reverse=True):
            kind, index = places[urn]
            becomes = mutant.changed[urn]
            for path in (["by_type", kind, str(index)], ["by_urn", urn]):
                yield {"op": "remove", "path": path} if becomes is None else _replacing(path, becomes)
        for kind in {resource["type"] for resource in mutant.added} - by_type.keys():
            yield {"op": "add", "path": ["by_type", kind], "value": []}
        for resource in mutant.added:
            yield {"op": "add", "path": ["by_type", resource["type"], "-"], "value": resource}
            yield {"op": "add", "path": ["by_urn", resource["urn"]], "value": resource}
        if mutant.charter is not None:
            yield _replacing(["charter"], mutant.charter)


def _replacing(path: list[str], value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _applied(plan: dict[str, Any], mutant: Mutant) -> dict[str, Any]:
    kept = (mutant.changed.get(resource["urn"], resource) for resource in plan["resources"])
    return {**plan, "resources": [*(resource for resource in kept if resource is not None), *mutant.added]}


def _plan(plan: dict[str, Any]) -> Plan:
    return msgspec.convert({**plan, "format": FORMAT}, Plan)
