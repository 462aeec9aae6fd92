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


class Bench:
    """Judges mutants of one stack by all rules."""

    def __init__(self, stack: Stack, policies: Policies, opa: Path, now: datetime.datetime) -> None:
        self._stack = stack
        self._policies = policies
        self._opa = opa
        self._document = input_document(_plan(stack.plan), stack.charter, now)
        self._groups = {rule.id: rule.group for rule in policies.rules}
        self.base = self._said({"base": Mutant("base", "")})["base"]

    def denials(self, mutants: Iterable[Mutant]) -> dict[str, set[str]]:
        """The groups whose new findings deny each mutant, by the mutant's name.

        A finding that the unmutated plan has as well is not new. Raises NoDecision when a rule that had
        something to judge said nothing.
        """
        old = {(item.rule, item.urn) for item in self.base if item.status in DENYING}
        denied: dict[str, set[str]] = {}
        waiting = iter(mutants)
        while batch := {mutant.name: mutant for mutant in islice(waiting, BATCH)}:
            for name, said in self._said(batch).items():
                denied[name] = {
                    self._groups[item.rule]
                    for item in said
                    if item.status in DENYING and (item.rule, item.urn) not in old
                }
        return denied

    def _said(self, mutants: Mapping[str, Mutant]) -> dict[str, list[answer.Said]]:
        patches = {name: list(self._patch(mutant)) for name, mutant in mutants.items()}
        question = json.dumps({"base": self._document, "mutants": patches}).encode()
        sources = ["main.rego", "lib", "rules", "params:data", str(DRIVER)]
        command = [str(self._opa), "eval", "--stdin-input", "--strict-builtin-errors", "--ignore", "*_test.rego"]
        command += [*(f"--data={source}" for source in sources), "--format=json", "data.lockgate.mutation.said"]
        done = subprocess.run(command, cwd=self._policies.folder, input=question, capture_output=True, check=False)
        if done.returncode:
            self._name_the_culprit(mutants, (done.stderr or done.stdout).decode())
        raw = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
        assert raw.keys() == patches.keys()
        return {name: self._complete(mutants[name], said) for name, said in raw.items()}

    def _name_the_culprit(self, mutants: Mapping[str, Mutant], words: str) -> None:
        """Raise for a batch on which OPA failed: with the mutant's name, which is found by halving."""
        names = list(mutants)
        if len(names) > 1:
            for half in (names[: len(names) // 2], names[len(names) // 2 :]):
                self._said({name: mutants[name] for name in half})
        raise AssertionError(f"{names[0]}: OPA gave no answer: {words[:600]}")

    def _complete(self, mutant: Mutant, raw: list[Any]) -> list[answer.Said]:
        """What the rules said, checked as a decision checks it; an error names the mutant."""
        try:
            said = msgspec.convert(raw, list[answer.Said])
            plan = _plan(_applied(self._stack.plan, mutant))
            return answer.complete(said, self._policies.rules, plan, chartered=True)
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
