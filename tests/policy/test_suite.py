"""The runner of the policies' own tests, and the page of rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lockgate.errors import NoDecision
from lockgate.policy import opa, suite
from lockgate.policy.policies import load
from lockgate.policy.rules_page import render_rules_page

from .conftest import REAL, put, quiet, rule

TEST = """package lockgate.rules.network.tst_001_test

import data.lockgate.rules.network.tst_001

_buckets(held) := [{"urn": "urn:x", "inputs": {"uniformBucketLevelAccess": held}}]

_judged(held) := {finding.status | some finding in findings} if {
	findings := tst_001.findings with input as {"by_type": {"gcp:storage/bucket:Bucket": _buckets(held)}}
}

test_passes if _judged(true) == {"pass"}
"""


@pytest.fixture
def small(folder: Path) -> Path:
    """One rule with one test, on a library of its own that the test covers in full."""
    for name in ("charter", "plan", "result", "value"):
        (folder / "lib" / f"{name}.rego").unlink()
    body = """findings contains {"rule": "{id}", "urn": bucket.urn, "status": status, "message": "x"} if {
	some bucket in input.by_type["gcp:storage/bucket:Bucket"]
	status := _status(bucket.inputs.uniformBucketLevelAccess)
}

_status(held) := "pass" if {
	held
} else := "fail\""""
    put(folder, *rule(body=body))
    (folder / "main.rego").write_text("package lockgate.main\n\nfindings := {1}\n")
    put(
        folder,
        "main_test.rego",
        "package lockgate.main_test\n\nimport data.lockgate.main\n\ntest_it if main.findings\n",
    )
    put(folder, "rules/network/tst_001_test.rego", TEST + '\ntest_fails if _judged(false) == {"fail"}\n')
    return folder


def outcome(folder: Path, env: dict[str, str]) -> suite.Outcome:
    return suite.run(folder, opa.find(env, say=quiet), env)


def test_all_is_well(small: Path, env: dict[str, str]) -> None:
    result = outcome(small, env)
    assert result == suite.Outcome(passed=3, failed=(), untested=(), coverage_percent=100, uncovered=())
    assert result.good
    assert suite.render(result) == "3 of 3 policy tests hold; 100 % of the Rego is covered.\n"


def test_a_line_that_no_test_evaluates_is_named(small: Path, env: dict[str, str]) -> None:
    put(small, "rules/network/tst_001_test.rego", TEST)
    result = outcome(small, env)
    assert not result.good
    assert [item.path for item in result.uncovered] == ["rules/network/tst_001.rego"]
    assert "UNCOVERED policies/rules/network/tst_001.rego: lines 2" in suite.render(result)


def test_a_file_that_no_test_touches_is_named(small: Path, env: dict[str, str]) -> None:
    put(small, "lib/idle.rego", "package lockgate.lib.idle\n\nx := 1\n")
    result = outcome(small, env)
    assert not result.good
    assert (
        suite.Uncovered("lib/idle.rego", ("3",)) in result.uncovered
        or suite.Uncovered("lib/idle.rego", ("all",)) in result.uncovered
    )


def test_a_test_that_fails_is_named_with_its_line(small: Path, env: dict[str, str]) -> None:
    put(small, "rules/network/tst_001_test.rego", TEST + '\ntest_fails if _judged(false) == {"pass"}\n')
    result = outcome(small, env)
    assert not result.good
    assert result.failed == (
        "policies/rules/network/tst_001_test.rego:13: lockgate.rules.network.tst_001_test.test_fails",
    )
    assert suite.render(result).startswith("FAIL policies/rules/network/tst_001_test.rego:13")
    assert suite.render(result).endswith("2 of 3 policy tests hold; coverage is measured once all hold.\n")


def test_a_skipped_test_does_not_count_as_held(small: Path, env: dict[str, str]) -> None:
    put(small, "rules/network/tst_001_test.rego", TEST + '\ntodo_test_fails if _judged(false) == {"pass"}\n')
    assert not outcome(small, env).good


def test_a_rule_without_tests_is_named(small: Path, env: dict[str, str]) -> None:
    (small / "rules/network/tst_001_test.rego").unlink()
    result = outcome(small, env)
    assert result.untested == ("TST-001",)
    assert not result.good


def test_tests_that_do_not_compile_are_told(small: Path, env: dict[str, str]) -> None:
    put(small, "rules/network/tst_001_test.rego", "package x\n\ntest_it if {\n")
    with pytest.raises(NoDecision, match=r"the tests of the policies do not compile: .*tst_001_test"):
        outcome(small, env)


def test_policies_that_do_not_compile_are_told_first(small: Path, env: dict[str, str]) -> None:
    put(small, "lib/broken.rego", "package lockgate.lib.broken\n\nx := nothing\n")
    with pytest.raises(NoDecision, match="The policies do not compile"):
        outcome(small, env)


def test_a_remote_server_cannot_run_tests(small: Path, env: dict[str, str]) -> None:
    remote = opa.find({"OPA_URL": "https://opa.example.com"}, say=quiet)
    with pytest.raises(NoDecision, match="need the opa program"):
        suite.run(small, remote, env)


def test_the_page_shows_every_rule_once_and_in_order(folder: Path) -> None:
    put(folder, *rule("TST-002", group="quota", judges="stack", needs_charter="true", title="A | sum < a limit"))
    page = render_rules_page(load(folder).rules)
    assert page.count("### TST-001\n") == page.count("### TST-002\n") == 1
    assert page.index("## Network") < page.index("### TST-001") < page.index("## Quota") < page.index("### TST-002")
    assert "There are 2 rules in 2 groups." in page
    assert "| [TST-002](#tst-002) | high | A \\| sum &lt; a limit |" in page
    assert "- Judges the stack; needs a charter." in page
    assert "- Judges `gcp:storage/bucket:Bucket`." in page
    assert "- Serves CKV_GCP_1." in page


@pytest.mark.slow
def test_the_real_policies_hold_and_are_covered(env: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "real"
    shutil.copytree(REAL, place, ignore=shutil.ignore_patterns("crossguard"))
    result = outcome(place, env)
    assert result.good, suite.render(result)
