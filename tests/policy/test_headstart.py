"""The head start is a guess: it is used where it is right, and costs nothing but time where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockgate.policy import cache, headstart, opa
from lockgate.policy.bundle import pack
from lockgate.policy.decide import Decider
from lockgate.policy.headstart import HeadStart
from lockgate.policy.policies import load
from tests.policy.conftest import BAD, NOW, quiet


def test_the_server_is_taken_by_who_needs_exactly_it(env: dict[str, str], folder: Path) -> None:
    bundle = pack(load(folder))
    headstart.remember(env, bundle)
    ahead = headstart.begin(env)
    program = opa.at_hand(env)
    assert program is not None
    server = ahead.take(program, bundle)
    assert server is not None
    try:
        server.wait_ready()
        assert ahead.take(program, bundle) is None, "it was handed over once"
    finally:
        server.stop()


def test_a_server_of_other_policies_is_ended(env: dict[str, str], folder: Path) -> None:
    headstart.remember(env, pack(load(folder)))
    ahead = headstart.begin(env)
    server = ahead._server
    assert server is not None
    assert ahead.take(Path("/bin/opa"), b"another bundle") is None
    assert not server.alive()


def test_what_nobody_takes_is_ended(env: dict[str, str], folder: Path) -> None:
    headstart.remember(env, pack(load(folder)))
    ahead = headstart.begin(env)
    server = ahead._server
    assert server is not None
    assert server.alive()
    ahead.end()
    assert not server.alive()


@pytest.mark.parametrize("change", [{"OPA_URL": "http://127.0.0.1:1"}, {"PATH": "/nowhere"}])
def test_without_a_program_of_our_own_nothing_is_started(
    env: dict[str, str], folder: Path, change: dict[str, str]
) -> None:
    headstart.remember(env, pack(load(folder)))
    assert headstart.begin(env | change)._server is None


def test_without_a_run_before_nothing_is_started(env: dict[str, str]) -> None:
    assert headstart.begin(env)._server is None


def test_a_cache_that_cannot_be_written_is_done_without(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    headstart.remember(env, b"bundle")
    assert headstart.begin(env)._server is None


@pytest.mark.parametrize("remembered", [b"", b"no archive", None])
def test_the_decision_is_by_the_policies_and_never_by_what_is_remembered(
    env: dict[str, str], folder: Path, remembered: bytes | None
) -> None:
    if remembered is None:  # policies that allow everything
        rule = folder / "rules" / "network" / "tst_001.rego"
        text = rule.read_text()
        rule.write_text(text.replace("value.equals(held, true)", '"pass"'))
        remembered = pack(load(folder))
        rule.write_text(text)
    headstart.remember(env, remembered)
    with Decider(env, folder=folder, say=quiet, ahead=headstart.begin(env)) as decider:
        verdict = decider.decide(BAD, None, now=NOW)
    assert verdict.decision == "deny"
    assert (cache.folder(env) / "last-served.tar.gz").read_bytes() == pack(load(folder))


def test_none_is_as_good_as_an_empty_one(folder: Path, program: Path) -> None:
    assert HeadStart().take(program, pack(load(folder))) is None
