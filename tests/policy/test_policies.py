"""The snapshot of a policies folder: what belongs to it, its registry, its parameters."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lockgate.errors import NoDecision
from lockgate.policy import policies
from lockgate.policy.policies import check_references, load, locate
from lockgate.policy.registry import Rule

from .conftest import ON_STACK, REAL, put, rule


def test_the_revision_covers_what_decides_and_nothing_else(folder: Path) -> None:
    before = load(folder).revision
    put(folder, "rules/network/tst_001_test.rego", "package t\n")
    put(folder, "README.md", "read me")
    assert load(folder).revision == before
    seen = {before}
    for path in (
        "main.rego",
        "lib/value.rego",
        ".manifest",
        "capabilities.json",
        "schemas/input.json",
        "data/waivers.json",
    ):
        (folder / path).write_text((folder / path).read_text() + "\n")
        assert load(folder).revision not in seen, path
        seen.add(load(folder).revision)


def test_a_moved_file_is_another_revision(folder: Path) -> None:
    before = load(folder).revision
    (folder / "lib/value.rego").rename(folder / "lib/values.rego")
    assert load(folder).revision != before


def test_a_rule_is_known_by_its_metadata(folder: Path) -> None:
    assert load(folder).rules == (
        Rule(
            id="TST-001",
            title="Buckets are uniform",
            description="A rule of the tests.",
            severity="high",
            group="network",
            needs_charter=False,
            judges=("gcp:storage/bucket:Bucket",),
            remediation="Turn it on.",
            controls=("CKV_GCP_1",),
            path="rules/network/tst_001.rego",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "named"),
    [
        ("#   severity: high\n", "", 1, "missing required field `severity`"),
        ("severity: high", "severity: huge", 1, "`custom.severity`"),
        ("needs_charter: false", "need_charter: false", 1, "need_charter"),
        ("needs_charter: false", "needs_charter: 'no'", 1, "`custom.needs_charter`"),
        ("id: TST-001", "id: TST-002", 1, "custom.id is TST-002, but the file is tst_001.rego"),
        ("id: TST-001", "id: tst-001", 1, "expected letters and three digits"),
        ("group: network", "group: quota", 1, "custom.group is quota, but the folder is network"),
        ("package lockgate.rules.network.tst_001", "package lockgate.rules.network.tst_01", 1, "the package is"),
        ('judges: ["gcp:storage/bucket:Bucket"]', "judges: stak", 1, "custom.judges is neither"),
        ('judges: ["gcp:storage/bucket:Bucket"]', "judges: []", 1, "custom.judges is neither"),
        ('judges: ["gcp:storage/bucket:Bucket"]', "judges: [Bucket]", 1, "custom.judges is neither"),
        ('schema["input"]', 'schema["other"]', 1, "schemas lacks"),
        ("remediation: Turn it on.", "remediation: ''", 1, "custom.remediation is empty"),
        ("title: Buckets are uniform", "title: Buckets: uniform", 2, "not YAML"),
        ("# METADATA\n", "", 1, "does not begin with a METADATA block"),
        ("findings contains", "finding contains", 1, "no 'findings contains"),
    ],
)
def test_incomplete_metadata_names_file_and_line(folder: Path, old: str, new: str, line: int, named: str) -> None:
    path, text = rule()
    assert old in text
    put(folder, path, text.replace(old, new, 1))
    with pytest.raises(NoDecision) as error:
        _ = load(folder).rules
    assert str(error.value).startswith(f"policies/{path}:{line}: ")
    assert named in str(error.value)


def test_two_rules_with_one_id_are_refused(folder: Path) -> None:
    put(folder, *rule(group="quota"))
    with pytest.raises(NoDecision, match=r"TST-001 is already the id of rules/network/tst_001.rego"):
        _ = load(folder).rules


def test_a_rule_outside_a_group_is_refused(folder: Path) -> None:
    put(folder, "rules/tst_003.rego", "package x\n")
    with pytest.raises(NoDecision, match=r"policies/rules/tst_003\.rego:1: a rule is rules/<group>/<id>\.rego"):
        _ = load(folder).rules


def test_no_rules_are_no_policies(folder: Path) -> None:
    (folder / "rules/network/tst_001.rego").unlink()
    with pytest.raises(NoDecision, match="the policies hold no rule"):
        _ = load(folder).rules


def test_opa_reads_the_same_metadata(folder: Path, program: Path) -> None:
    put(folder, *rule("TST-002", ON_STACK, judges="stack", needs_charter="true"))
    done = subprocess.run([program, "inspect", "-a", "-f", "json", folder], capture_output=True, check=True)
    seen = {}
    for item in json.loads(done.stdout)["annotations"]:
        if "id" in (custom := item["annotations"].get("custom", {})):
            seen[custom["id"]] = (
                item["annotations"]["title"],
                custom["severity"],
                custom["judges"],
                custom["needs_charter"],
            )
    assert seen == {
        known.id: (
            known.title,
            known.severity,
            "stack" if known.judges_stack else list(known.judges),
            known.needs_charter,
        )
        for known in load(folder).rules
    }


def test_parameters_are_read_by_the_name_of_their_file(folder: Path) -> None:
    put(folder, "data/prices.json", '{"prices": [{"usd": 1}]}')
    assert load(folder).params == {"waivers": {"max_days": 90}, "prices": [{"usd": 1}]}


@pytest.mark.parametrize("text", ['{"price": []}', "[]", '{"prices": [], "more": 1}', "{}"])
def test_a_parameter_file_holds_its_own_name_only(folder: Path, text: str) -> None:
    put(folder, "data/prices.json", text)
    with pytest.raises(NoDecision, match=r'policies/data/prices\.json:1: expected one key, \{"prices": …\}'):
        _ = load(folder).params


def test_parameters_that_are_no_json_name_the_line(folder: Path) -> None:
    put(folder, "data/prices.json", '{"prices":\n  [1,]}')
    with pytest.raises(NoDecision, match=r"policies/data/prices\.json:2: not JSON"):
        _ = load(folder).params


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("data.params.waivers.max_day", "data.params.waivers.max_day is not in data/. It holds: max_days"),
        ("data.params.waiver", "data.params.waiver is not in data/. It holds: waivers"),
        ('data.params["waiver"].x', "data.params.waiver is not in data/"),
        ("data.params.waivers.max_days.x", "waivers.max_days is not an object"),
        ("data.params[input.stack]", "read as a whole or by a variable"),
        ("object.get(data.params, [input.stack], 1)", "read as a whole or by a variable"),
    ],
)
def test_a_parameter_that_is_not_there_names_file_and_line(folder: Path, reference: str, named: str) -> None:
    path, text = rule(body=ON_STACK.replace("is_string(input.stack)", reference))
    put(folder, path, text)
    with pytest.raises(NoDecision) as error:
        check_references(load(folder))
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if reference in line)
    assert str(error.value).startswith(f"policies/{path}:{line}: ")
    assert named in str(error.value)


def test_parameters_are_not_imported(folder: Path) -> None:
    path, text = rule()
    put(folder, path, text.replace("import data.lockgate.lib.plan\n", "import data.params.waivers\n"))
    with pytest.raises(NoDecision, match="parameters are not imported"):
        check_references(load(folder))


def test_parameters_that_are_there_are_fine(folder: Path) -> None:
    put(folder, *rule(body=ON_STACK.replace("is_string(input.stack)", 'data.params.waivers["max_days"] > 1')))
    check_references(load(folder))


def test_a_folder_that_is_no_policies_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDecision, match=f"no policies at {tmp_path}: expected a folder with main.rego"):
        locate(tmp_path)


def test_outside_a_checkout_the_wheels_policies_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lockgate" / "_policies").mkdir(parents=True)
    for name in ("main.rego", ".manifest"):
        (tmp_path / "lockgate" / "_policies" / name).write_text("")
    monkeypatch.setattr(policies, "_PACKAGE", tmp_path / "lockgate")
    assert locate() == tmp_path / "lockgate" / "_policies"


@pytest.mark.parametrize("name", ["capabilities.json", "schemas/input.json"])
def test_a_missing_part_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NoDecision, match=f"{name} is missing"):
        load(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_is_an_error_and_not_empty(folder: Path) -> None:
    (folder / "rules" / "network").chmod(0)
    try:
        with pytest.raises(NoDecision, match="the policies cannot be read"):
            load(folder)
    finally:
        (folder / "rules" / "network").chmod(0o755)


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "rules/network/tst_001.rego").write_bytes(b"# METADATA\n# title: \xff\n")
    with pytest.raises(NoDecision, match=r"policies/rules/network/tst_001\.rego:2: not UTF-8"):
        load(folder)


def test_the_real_policies_are_complete() -> None:
    real = load(REAL)
    check_references(real)
    assert len(real.rules) >= 2
    assert real.params["waivers"]["max_days"] > 0
