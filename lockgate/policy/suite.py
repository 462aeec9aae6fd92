"""The tests of the policies: OPA's own, with every expression of every rule covered."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockgate.errors import NoDecision
from lockgate.policy.bundle import compile_policies
from lockgate.policy.opa import Opa
from lockgate.policy.policies import load

_SECONDS = 300


@dataclass(frozen=True)
class Uncovered:
    """Lines of a file that no test evaluates."""

    path: str
    lines: tuple[str, ...]
    """Line numbers and ranges, such as ``"12"`` and ``"20-23"``."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the tests came to."""

    passed: int
    failed: tuple[str, ...]
    """``file:line: package.test`` of each test that did not hold, or ended in an error."""
    untested: tuple[str, ...]
    """Ids of rules without a test file beside them."""
    coverage_percent: float | None
    """Of the Rego without its tests; None when a test failed, and coverage was not measured."""
    uncovered: tuple[Uncovered, ...]

    @property
    def good(self) -> bool:
        """Whether all tests hold, each rule has some, and nothing is left uncovered."""
        return bool(self.passed) and not (self.failed or self.untested or self.uncovered)


def run(folder: Path, opa: Opa, env: Mapping[str, str]) -> Outcome:
    """Compile the policies as a decision would, then run their tests twice: for results and for coverage.

    Raises NoDecision when the policies do not compile, a test file does not, or OPA is only a remote server.
    """
    if opa.path is None:
        raise NoDecision("the tests of the policies need the opa program, and OPA_URL names a server. Unset OPA_URL.")
    snapshot = load(folder)
    compiled = compile_policies(snapshot, opa, env)
    results = _tests(opa.path, folder)
    failed = tuple(_shown(test) for test in results if _is_bad(test))
    untested = tuple(rule.id for rule in compiled.rules if not (folder / _test_path(rule.path)).is_file())
    if failed:  # OPA then reports no coverage
        return Outcome(len(results) - len(failed), failed, untested, None, ())
    report = _tests(opa.path, folder, "--coverage")
    return Outcome(len(results), failed, untested, report["coverage"], tuple(_uncovered(report, snapshot.sources)))


def render(outcome: Outcome) -> str:
    """The outcome as text: what is wrong, then one line that sums it up."""
    lines = [f"FAIL {test}" for test in outcome.failed]
    lines += [f"UNTESTED {rule}: write its _test.rego beside it" for rule in outcome.untested]
    lines += [f"UNCOVERED policies/{item.path}: lines {', '.join(item.lines)}" for item in outcome.uncovered]
    tests = f"{outcome.passed} of {outcome.passed + len(outcome.failed)} policy tests hold"
    percent = outcome.coverage_percent
    coverage = "coverage is measured once all hold" if percent is None else f"{percent:g} % of the Rego is covered"
    return "\n".join([*lines, f"{tests}; {coverage}."]) + "\n"


def _tests(executable: Path, folder: Path, *options: str) -> Any:
    command = [str(executable), "test", "--timeout", f"{_SECONDS}s", "--format", "json", *options]
    command += ["main.rego", "lib", "rules", "params:data"]
    command += [path.name for path in sorted(folder.glob("*_test.rego"))]
    try:
        done = subprocess.run(command, cwd=folder, env={}, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoDecision(f"the tests of the policies did not end within {_SECONDS} s.") from None
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        shown = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise NoDecision(f"the tests of the policies do not compile: {shown[:600]}") from None


def _test_path(path: str) -> str:
    return path.removesuffix(".rego") + "_test.rego"


def _is_bad(test: Mapping[str, Any]) -> bool:
    return bool(test.get("fail") or test.get("error") or test.get("skip"))


def _shown(test: Mapping[str, Any]) -> str:
    location = test["location"]
    return f"policies/{location['file']}:{location['row']}: {test['package'].removeprefix('data.')}.{test['name']}"


def _uncovered(report: Mapping[str, Any], sources: Iterable[str]) -> Iterator[Uncovered]:
    """What OPA's coverage report leaves open; a file that it does not name was never evaluated at all."""
    for path in sorted(sources):
        file = report["files"].get(path)
        lines = ("all",) if file is None else tuple(dict.fromkeys(map(_range, file.get("not_covered", []))))
        if lines:
            yield Uncovered(path, lines)


def _range(item: Mapping[str, Any]) -> str:
    first, last = item["start"]["row"], item["end"]["row"]
    return str(first) if first == last else f"{first}-{last}"
