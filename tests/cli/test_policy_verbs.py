"""``lockgate policy``: the rules, listed, documented and tested."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Lockgate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def own(rules: Path, tmp_path: Path) -> Path:
    """A copy of the rules that a test may spoil. The library that the two rules do not use up is left out."""
    folder = tmp_path / "policies"
    shutil.copytree(rules, folder)
    return folder


def test_the_list_is_a_table(lockgate: Lockgate, rules: Path) -> None:
    done = lockgate("policy", "list", "--policies", rules)
    assert done.stdout.splitlines() == [
        "RULE     SEVERITY  GROUP    HOLDS",
        "FIN-001  critical  finance  A budget exists",
        "FIN-002  high      finance  The budget is not above the charter's limit",
        "",
        "2 rules, 1 group",
    ]
    assert done.returncode == 0


def test_the_list_is_json_where_it_is_asked_for(lockgate: Lockgate, rules: Path) -> None:
    listed = json.loads(lockgate("policy", "list", "--format", "json", "--policies", rules).stdout)
    assert [(rule["id"], rule["severity"]) for rule in listed] == [("FIN-001", "critical"), ("FIN-002", "high")]


def test_another_form_is_refused(lockgate: Lockgate, rules: Path) -> None:
    done = lockgate("policy", "list", "--format", "yaml", "--policies", rules)
    assert (done.returncode, done.stderr) == (2, "lockgate: --format yaml: expected text or json.\n")


def test_the_documentation_goes_to_a_file(lockgate: Lockgate, rules: Path, tmp_path: Path) -> None:
    done = lockgate("policy", "docs", "--out", tmp_path / "rules.md", "--policies", rules)
    assert done.returncode == 0
    assert "### FIN-001" in (tmp_path / "rules.md").read_text()


def test_a_test_that_fails_ends_with_status_1(lockgate: Lockgate, own: Path) -> None:
    test = own / "rules" / "finance" / "fin_001_test.rego"
    test.write_text(test.read_text().replace('== {"pass"}', '== {"fail"}'))
    done = lockgate("policy", "test", "--policies", own)
    assert done.returncode == 1
    assert "FAIL policies/rules/finance/fin_001_test.rego" in done.stdout


def test_a_line_that_no_test_reaches_ends_with_status_1(lockgate: Lockgate, own: Path) -> None:
    done = lockgate("policy", "test", "--policies", own)
    assert done.returncode == 1  # the two rules leave most of the library unused
    assert "UNCOVERED policies/lib/value.rego" in done.stdout
    assert "FAIL" not in done.stdout


def test_a_rule_without_its_metadata_gives_status_3(lockgate: Lockgate, own: Path) -> None:
    rule = own / "rules" / "finance" / "fin_002.rego"
    rule.write_text(rule.read_text().replace("#   severity: high\n", ""))
    for verb in ("list", "test", "docs"):
        done = lockgate("policy", verb, "--policies", own)
        assert done.returncode == 3
        assert "policies/rules/finance/fin_002.rego:1" in done.stderr
        assert "severity" in done.stderr


def test_a_folder_that_holds_no_policies(lockgate: Lockgate, tmp_path: Path) -> None:
    done = lockgate("policy", "list", "--policies", tmp_path)
    assert done.returncode == 3
    assert f"no policies at {tmp_path}" in done.stderr
