"""``lockgate check`` and ``plan`` through the console entry: exit statuses, streams, forms."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def check(lockgate: Run, rules: Path, charter: Path) -> Run:
    """Judge a saved plan against the charter of claims-triage."""

    def run(plan: Path, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        source = ("--plan", plan, "--charter", charter, "--policies", rules, "--at", "2026-11-22")
        return lockgate("check", *source, *arguments, **options)

    return run


def test_an_allowed_plan_ends_with_status_0_and_its_summary(check: Run, allowed: Path) -> None:
    done = check(allowed)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("ALLOW claims-triage: 2 passed (policy ")
    assert done.stderr == ""


def test_a_denied_plan_ends_with_status_1_and_says_which_where_and_what_to_change(check: Run, denied: Path) -> None:
    done = check(denied)
    assert done.returncode == 1
    assert "amount is 9000; the limit is 5000" in done.stdout
    assert "budget (gcp.billing.Budget)  infra/components/budget.py:41" in done.stdout
    assert "fix    Set amount.specifiedAmount" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("DENY claims-triage: 1 failed, 1 passed")


def test_json_is_one_document_and_nothing_else(check: Run, denied: Path) -> None:
    done = check(denied, "--format", "json", "--verbose", "--color")
    verdict = json.loads(done.stdout)
    assert (verdict["format"], verdict["decision"], verdict["at"]) == (
        "lockgate.verdict/1",
        "deny",
        "2026-11-22T00:00:00Z",
    )
    assert done.returncode == 1
    assert done.stderr == ""


def test_the_clock_is_the_callers(check: Run, allowed: Path) -> None:
    done = check(allowed, "--format", "json", "--at", "2027-01-31T23:30:00-02:00")
    assert json.loads(done.stdout)["at"] == "2027-02-01T01:30:00Z"


def test_every_form_is_written_to_a_file_and_summed_up_on_standard_error(
    check: Run, denied: Path, tmp_path: Path
) -> None:
    readers = {"sarif": json.loads, "junit": ElementTree.fromstring, "github": str, "text": str}
    for form, read in readers.items():
        out = tmp_path / f"report.{form}"
        done = check(denied, "--format", form, "--out", out)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "DENY claims-triage" in done.stderr
        assert read(out.read_text()) is not None
    assert sorted(path.name for path in tmp_path.glob("*report*")) == [f"report.{form}" for form in sorted(readers)]


def test_waivers_beside_the_charter_count(
    lockgate: Run, rules: Path, charter: Path, denied: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "charter.yaml").write_text(charter.read_text())
    (folder / "waivers.yaml").write_text(
        "format: lockgate.waivers/1\nwaivers:\n  - rule: FIN-002\n    resource: budget\n"
        "    owner: finops@example.com\n    ticket: FIN-77\n"
        "    reason: The limit is raised by the sponsor in December.\n    expires: 2026-12-15\n"
    )
    done = lockgate(
        *("check", "--plan", denied, "--charter", folder / "charter.yaml", "--policies", rules, "--at", "2026-11-22")
    )
    assert done.returncode == 0, done.stderr
    assert "WAIVED" in done.stdout
    assert "finops@example.com until 2026-12-15 (FIN-77)" in " ".join(done.stdout.split())


def test_a_stack_is_recorded_and_judged_from_anywhere_in_the_checkout(
    lockgate: Run, rules: Path, checkout: Path, set_budget: Callable[[int], None]
) -> None:
    call = ("check", "claims-triage", "--policies", rules, "--at", "2026-11-22", "--format", "json")
    assert lockgate(*call, cwd=checkout / "stacks" / "claims-triage").returncode == 0
    set_budget(5001)
    done = lockgate(*call, cwd=checkout)
    assert done.returncode == 1
    (failed,) = [finding for finding in json.loads(done.stdout)["findings"] if finding["status"] == "fail"]
    assert (failed["rule"], failed["source"]) == ("FIN-002", "infra/__main__.py:9")


def test_a_stack_is_judged_by_the_policies_of_its_checkout(
    lockgate: Run, rules: Path, checkout: Path, tmp_path: Path
) -> None:
    shutil.copytree(rules, checkout / "policies")
    call = ("check", "claims-triage", "--at", "2026-11-22", "--format", "json")
    found = json.loads(lockgate(*call, cwd=checkout).stdout)["findings"]
    assert {finding["rule"] for finding in found} == {"FIN-001", "FIN-002"}
    assert lockgate("policy", "list", cwd=checkout / "infra").stdout.splitlines()[-1] == "2 rules, 1 group"
    assert lockgate("policy", "list", cwd=tmp_path).stdout.splitlines()[-1] != "2 rules, 1 group"


def test_a_recorded_plan_is_judged_like_its_stack(lockgate: Run, rules: Path, checkout: Path, charter: Path) -> None:
    saved = checkout / "plan.json"
    assert lockgate("plan", "claims-triage", "--out", saved, cwd=checkout).returncode == 0
    options = ("--policies", rules, "--at", "2026-11-22", "--format", "json")
    of_stack = lockgate("check", "claims-triage", *options, cwd=checkout)
    of_plan = lockgate("check", "--plan", saved, "--charter", charter, *options, cwd=checkout)
    assert of_stack.stdout == of_plan.stdout != ""


def test_a_program_without_a_charter_is_judged_by_the_rules_that_need_none(
    lockgate: Run, rules: Path, checkout: Path
) -> None:
    done = lockgate("check", "--program", checkout, "--policies", rules)
    assert done.returncode == 0
    assert "skipped  needs a charter, and there is none: FIN-002" in done.stdout


def test_a_plan_goes_to_standard_output_without_a_file(lockgate: Run, checkout: Path) -> None:
    done = lockgate("plan", "--program", checkout)
    document = json.loads(done.stdout)
    assert (document["format"], document["stack"]) == ("lockgate.plan/1", "claims-triage")


def test_a_policy_that_does_not_compile_gives_no_decision(
    check: Run, allowed: Path, rules: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(rules, broken)
    (broken / "lib" / "value.rego").write_text("package lockgate.lib.value\n\nof(x) := {\n")
    done = check(allowed, "--policies", broken)
    assert done.returncode == 3
    assert "policies/lib/value.rego:4: unexpected eof" in done.stderr
    assert done.stdout == ""


def test_a_server_that_is_not_there_gives_no_decision(check: Run, allowed: Path) -> None:
    done = check(allowed, env={"OPA_URL": "http://127.0.0.1:9"})
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "http://127.0.0.1:9" in done.stderr
