"""Compiling: what OPA refuses is refused with file and line, and what it accepted once is not checked again."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from lockgate.errors import NoDecision
from lockgate.policy import capabilities, opa, schema
from lockgate.policy.bundle import compile_policies, pack
from lockgate.policy.policies import load

from .conftest import ON_STACK, REAL, put, quiet, rule


@pytest.fixture
def found(env: dict[str, str]) -> opa.Opa:
    return opa.find(env, say=quiet)


BANNED = {
    "http.send": 'http.send({"method": "GET", "url": "https://example.com"}).status_code == 200',
    "net.lookup_ip_addr": 'count(net.lookup_ip_addr("example.com")) > 0',
    "opa.runtime": "opa.runtime().env.HOME",
    "time.now_ns": "time.now_ns() > 0",
    "rand.intn": 'rand.intn("x", 3) == 1',
    "uuid.rfc4122": 'uuid.rfc4122("x") != ""',
    "trace": 'trace("x")',
    "print": 'print("x")',
    "rego.parse_module": 'rego.parse_module("x", "package x")',
}


@pytest.mark.parametrize("name", BANNED)
def test_network_clock_chance_and_process_are_out_of_reach(
    folder: Path, found: opa.Opa, env: dict[str, str], name: str
) -> None:
    put(folder, *rule(body=ON_STACK.replace("is_string(input.stack)", BANNED[name])))
    with pytest.raises(NoDecision, match=r"policies/rules/network/tst_001\.rego:\d+: undefined function") as error:
        compile_policies(load(folder), found, env)
    assert name in str(error.value)


@pytest.mark.parametrize(
    "expression",
    [
        "input.charter.money.monthly_limt > 1",
        "input.charter.mony.monthly_limit > 1",
        "input.charter.risk.high.max_eror > 0",
        "some item in input.charter.money.thresholds; item.percnt > 1",
        "count(input.resources) > 0",
    ],
)
def test_a_misspelt_key_of_the_input_does_not_compile(
    folder: Path, found: opa.Opa, env: dict[str, str], expression: str
) -> None:
    put(folder, *rule(body=ON_STACK.replace("if is_string(input.stack)", f"if {{ {expression} }}")))
    with pytest.raises(NoDecision, match=r"policies/rules/network/tst_001\.rego:\d+: undefined ref: .*expected one of"):
        compile_policies(load(folder), found, env)


@pytest.mark.parametrize(
    "expression",
    [
        "is_null(input.charter)",
        "is_null(input.charter.routing.high)",
        "is_object(input.charter)",
        "input.charter.routing.high.checker == null",
        "input.charter.capacity.accelerator != null",
        "input.charter.money.monthly_limit > 1",
    ],
)
def test_what_may_be_null_can_be_asked_for_null(
    folder: Path, found: opa.Opa, env: dict[str, str], expression: str
) -> None:
    put(folder, *rule(body=ON_STACK.replace("is_string(input.stack)", expression)))
    compile_policies(load(folder), found, env)


def test_a_syntax_error_names_file_and_line_and_how_many_more(
    folder: Path, found: opa.Opa, env: dict[str, str]
) -> None:
    put(folder, *rule(body="findings contains a if {\n" + "\n".join(f"\t{x} := no{x}" for x in "abcde") + "\n}"))
    with pytest.raises(
        NoDecision, match=r"(?s)^policies/rules/network/tst_001\.rego:\d\d: .*and \d+ more; 'opa check'.*do not compile"
    ):
        compile_policies(load(folder), found, env)


def test_a_library_outside_the_roots_does_not_compile(folder: Path, found: opa.Opa, env: dict[str, str]) -> None:
    put(folder, "lib/elsewhere.rego", "package elsewhere\n\nx := 1\n")
    with pytest.raises(NoDecision, match="do not compile"):
        compile_policies(load(folder), found, env)


def test_what_compiled_once_is_not_checked_again(
    folder: Path, found: opa.Opa, env: dict[str, str], tmp_path: Path
) -> None:
    first = compile_policies(load(folder), found, env)
    broken = opa.Opa(tmp_path / "no-such-opa", None, found.version, "PATH")
    assert compile_policies(load(folder), broken, env) == first
    put(folder, "lib/more.rego", "package lockgate.lib.more\n\nx := 1\n")
    with pytest.raises(NoDecision, match="no-such-opa cannot be run"):
        compile_policies(load(folder), broken, env)


def test_another_opa_checks_again(folder: Path, found: opa.Opa, env: dict[str, str], tmp_path: Path) -> None:
    compile_policies(load(folder), found, env)
    with pytest.raises(NoDecision, match="no-such-opa cannot be run"):
        compile_policies(load(folder), opa.Opa(tmp_path / "no-such-opa", None, "1.99.0", "PATH"), env)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"bundle": "x", "rules": [], "max_waiver_days": 9}'])
def test_a_damaged_cache_is_not_believed(
    folder: Path, found: opa.Opa, env: dict[str, str], tmp_path: Path, damage: bytes
) -> None:
    first = compile_policies(load(folder), found, env)
    (stored,) = (tmp_path / "cache").rglob("compiled.json")
    stored.write_bytes(damage)
    assert compile_policies(load(folder), found, env) == first
    assert stored.read_bytes() != damage


def test_a_cache_that_cannot_be_written_costs_only_time(
    folder: Path, found: opa.Opa, env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert compile_policies(load(folder), found, env).rules[0].id == "TST-001"


@pytest.mark.parametrize("days", ["-1", '"90"', "true", "null", "1.5"])
def test_the_longest_waiver_is_a_number_of_days(folder: Path, found: opa.Opa, env: dict[str, str], days: str) -> None:
    put(folder, "data/waivers.json", f'{{"waivers": {{"max_days": {days}}}}}')
    with pytest.raises(NoDecision, match=r"policies/data/waivers\.json: waivers\.max_days is"):
        compile_policies(load(folder), found, env)


def test_the_bundle_is_the_same_bytes_each_time_and_opa_reads_it(folder: Path, program: Path, tmp_path: Path) -> None:
    packed = pack(load(folder))
    assert packed == pack(load(folder))
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        names = archive.getnames()
    assert names == sorted(names)
    assert not [name for name in names if name.endswith("_test.rego")]
    (tmp_path / "b.tar.gz").write_bytes(packed)
    done = subprocess.run([program, "inspect", "-f", "json", tmp_path / "b.tar.gz"], capture_output=True, check=True)
    assert json.loads(done.stdout)["manifest"]["revision"] == load(folder).revision


def test_the_published_input_schema_is_the_charters() -> None:
    assert (REAL / "schemas/input.json").read_text() == schema.render(), (
        "write it anew with lockgate.policy.schema.render"
    )


def test_the_capabilities_are_the_base_less_what_is_banned(program: Path) -> None:
    base = subprocess.run([program, "capabilities", "--version", capabilities.BASE], capture_output=True, check=True)
    assert (REAL / "capabilities.json").read_text() == capabilities.render(json.loads(base.stdout))


def test_a_program_at_work_sees_none_of_our_environment(
    folder: Path, env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "opa-spy"
    spy.write_text(f"#!{os.path.realpath('/bin/sh')}\nset > {tmp_path}/seen\necho '{{\"errors\": []}}' >&2\nexit 1\n")
    spy.chmod(0o755)
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "not-for-opa")
    with pytest.raises(NoDecision, match="do not compile"):
        compile_policies(load(folder), opa.Opa(spy, None, "1.22.2", "PATH"), env)
    assert "not-for-opa" not in (tmp_path / "seen").read_text()


def test_of_policies_that_were_accepted_only_the_changed_rules_are_checked_again(
    folder: Path, found: opa.Opa, env: dict[str, str], tmp_path: Path
) -> None:
    put(folder, *rule("TST-002"))
    before = load(folder)
    compile_policies(before, found, env)
    seen = tmp_path / "seen"
    spy = tmp_path / "opa"
    spy.write_text(f'#!/bin/sh\nfind . -name "tst_*.rego" >> {seen}\nexec {found.path} "$@"\n')
    spy.chmod(0o755)
    put(folder, *rule("TST-002", title="Another title"))
    compile_policies(load(folder), opa.Opa(spy, None, "1.22.2", "PATH"), env, accepted=before)
    assert seen.read_text().split() == ["./rules/network/tst_002.rego"]


def test_a_rule_that_leans_on_an_unchanged_one_is_checked_with_it(
    folder: Path, found: opa.Opa, env: dict[str, str]
) -> None:
    before = load(folder)
    compile_policies(before, found, env)
    lent = "data.lockgate.rules.network.tst_001.held(1)"
    put(folder, *rule("TST-001", ON_STACK.replace("TST", "TST") + "\n\nheld(_) if true"))
    both = load(folder)
    compile_policies(both, found, env, accepted=before)
    put(folder, *rule("TST-002", ON_STACK.replace("is_string(input.stack)", lent)))
    assert len(compile_policies(load(folder), found, env, accepted=both).rules) == 2


@pytest.mark.parametrize("accepted", ["lib", "gone"])
def test_what_more_than_rules_changed_is_checked_as_a_whole(
    folder: Path, found: opa.Opa, env: dict[str, str], accepted: str
) -> None:
    put(folder, *rule("TST-002"))
    before = load(folder)
    compile_policies(before, found, env)
    library = folder / "lib" / "plan.rego"
    if accepted == "lib":
        library.write_text(library.read_text().replace("of(type) :=", "all_of(type) :="))
        wanted = r"policies/\S+\.rego:\d+: undefined function"
    else:
        put(folder, *rule("TST-001", ON_STACK.replace("is_string(input.stack)", "data.lockgate.lib.plan.gone(1)")))
        library.unlink()
        wanted = "undefined function"
    with pytest.raises(NoDecision, match=wanted):
        compile_policies(load(folder), found, env, accepted=before)
