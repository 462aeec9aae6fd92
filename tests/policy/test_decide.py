"""From a plan to a verdict with a real OPA, and every way in which there is no verdict."""

from __future__ import annotations

import datetime
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockgate.errors import NoDecision
from lockgate.plan.model import digest
from lockgate.policy import decide, document, judge, opa
from lockgate.policy.bundle import pack
from lockgate.policy.decide import Decider
from lockgate.policy.policies import load
from lockgate.policy.server import _free_port
from lockgate.policy.waivers import Waiver
from lockgate.verdict import Finding, Verdict

from .conftest import BAD, BUCKET, GOOD, NOW, ON_BUCKETS, ON_STACK, TOPIC, UNKNOWN, planned, put, quiet, resource, rule
from .test_server import gone, opa_of

LOW: dict[str, Any] = {"risk": {"high": None, "medium": None, "low": {"when": "always", "max_error": 0.1}}}
HIGH: dict[str, Any] = {"risk": {"high": {"when": "always", "max_error": 0.1}, "medium": None, "low": None}}


@pytest.fixture
def decider(env: dict[str, str], folder: Path) -> Iterator[Decider]:
    with Decider(env, folder=folder, say=quiet) as ours:
        yield ours


def decided(env: dict[str, str], folder: Path, plan: Any, charter: Any = None, **more: Any) -> Verdict:
    with Decider(env, folder=folder, say=more.pop("say", quiet)) as ours:
        return ours.decide(plan, charter, now=NOW, **more)


def test_a_good_plan_is_allowed_and_the_verdict_says_by_what(decider: Decider, folder: Path) -> None:
    verdict = decider.decide(GOOD, LOW, now=NOW)
    assert verdict.decision == "allow"
    assert (verdict.format, verdict.stack, verdict.at) == ("lockgate.verdict/1", "test", "2026-11-22T12:00:00Z")
    assert (verdict.plan, verdict.charter) == (digest(GOOD), digest(LOW))
    assert verdict.policy.revision == load(folder).revision
    assert verdict.policy.engine.startswith("opa 1.")
    assert verdict.findings == [
        Finding(
            rule="TST-001",
            group="network",
            severity="high",
            status="pass",
            urn=GOOD.resources[0].urn,
            source="infra/stack.py:12",
            message="uniform access is true",
            remediation="Turn it on.",
            controls=["CKV_GCP_1"],
        )
    ]


def test_a_bad_plan_is_denied(decider: Decider) -> None:
    verdict = decider.decide(BAD, LOW, now=NOW)
    assert verdict.decision == "deny"
    assert [finding.status for finding in verdict.findings] == ["fail"]


@pytest.mark.parametrize(("charter", "decision"), [(LOW, "allow"), (HIGH, "deny"), (None, "deny")])
def test_an_unknown_denies_unless_the_charter_has_low_tiers_only(decider: Decider, charter: Any, decision: str) -> None:
    verdict = decider.decide(UNKNOWN, charter, now=NOW)
    assert [finding.status for finding in verdict.findings] == ["undetermined"]
    assert verdict.decision == decision


def test_one_server_answers_many_times(decider: Decider) -> None:
    decider.decide(GOOD, None, now=NOW)
    server = decider._server
    for plan, decision in ((GOOD, "allow"), (BAD, "deny"), (GOOD, "allow")):
        assert decider.decide(plan, None, now=NOW).decision == decision
    assert decider._server is server


def test_a_policy_saved_meanwhile_counts_from_the_next_decision_on(decider: Decider, folder: Path) -> None:
    first = decider.decide(BAD, None, now=NOW)
    put(folder, *rule(body=ON_BUCKETS.replace("held, true", "held, false")))
    second = decider.decide(BAD, None, now=NOW)
    assert (first.decision, second.decision) == ("deny", "allow")
    assert first.policy.revision != second.policy.revision
    put(folder, *rule(body="findings contains x if"))
    with pytest.raises(NoDecision, match="do not compile"):
        decider.decide(BAD, None, now=NOW)
    put(folder, *rule())
    assert decider.decide(BAD, None, now=NOW).policy.revision == first.policy.revision


def test_rules_that_do_not_apply_are_skipped_and_listed(env: dict[str, str], folder: Path) -> None:
    put(folder, *rule("TST-002", ON_STACK, judges="stack", needs_charter="true"))
    put(folder, *rule("TST-003", ON_BUCKETS.replace(BUCKET, TOPIC), judges=f'["{TOPIC}"]'))
    verdict = decided(env, folder, GOOD)
    assert [(item.rule, item.status, item.urn, item.message) for item in verdict.findings if item.status != "pass"] == [
        ("TST-002", "skipped", None, "needs a charter, and there is none"),
        ("TST-003", "skipped", None, f"nothing to judge: the plan has no {TOPIC}"),
    ]
    assert verdict.decision == "allow"
    assert [item.rule for item in decided(env, folder, GOOD, LOW).findings if item.status == "pass"] == [
        "TST-001",
        "TST-002",
    ]


def test_what_a_rule_says_without_the_charter_that_it_needs_does_not_count(env: dict[str, str], folder: Path) -> None:
    put(folder, *rule(needs_charter="true"))
    assert [item.status for item in decided(env, folder, BAD).findings] == ["skipped"]


SOMETIMES = """findings contains result.on_stack("{id}", "pass", "x") if {
	count(plan.of("gcp:storage/bucket:Bucket")) > 5
}"""


@pytest.mark.parametrize(
    ("body", "judges", "about"),
    [
        (SOMETIMES, "stack", "the stack"),
        (ON_BUCKETS, "stack", "the stack"),
        (ON_BUCKETS.replace("held :=", 'bucket.name != "bad"\n\theld :='), f'["{BUCKET}"]', BAD.resources[0].urn),
        (ON_STACK, f'["{BUCKET}"]', BAD.resources[0].urn),
    ],
)
def test_silence_is_not_a_pass(env: dict[str, str], folder: Path, body: str, judges: str, about: str) -> None:
    put(folder, *rule(body=body, judges=judges))
    with pytest.raises(NoDecision, match="Silence is not a pass") as error:
        decided(env, folder, BAD)
    assert f"policies/rules/network/tst_001.rego: TST-001 says nothing about {about}." in str(error.value)


def test_a_rule_for_a_family_of_types_owes_a_finding_for_each_of_them(env: dict[str, str], folder: Path) -> None:
    put(folder, *rule(judges='["gcp:storage/*", "gcp:pubsub/topic:Topic"]'))
    other = resource("policy", {}, "gcp:storage/bucketIAMPolicy:BucketIAMPolicy")
    with pytest.raises(NoDecision, match=r"says nothing about urn:.*::policy"):
        decided(env, folder, planned(*GOOD.resources, other))


@pytest.mark.parametrize(
    ("finding", "named"),
    [
        ('{"rule": "TST-009", "urn": null, "status": "pass", "message": "x"}', "names the rule 'TST-009'"),
        (
            '{"rule": "{id}", "urn": "urn:x", "status": "pass", "message": "x"}',
            "judges urn:x, which is not in the plan",
        ),
        ('{"rule": "{id}", "urn": null, "status": "ok", "message": "x"}', "another shape: Invalid enum value 'ok'"),
        ('{"rule": "{id}", "urn": null, "status": "pass", "message": ""}', "another shape"),
        ('{"rule": "{id}", "urn": null, "status": "pass"}', "another shape"),
        ('{"rule": "{id}", "urn": null, "status": "pass", "message": "x", "severity": "low"}', "another shape"),
        ('"all well"', "another shape"),
    ],
)
def test_a_finding_of_another_shape_is_no_decision(env: dict[str, str], folder: Path, finding: str, named: str) -> None:
    put(folder, *rule(body=f"findings contains {finding} if is_string(input.stack)", judges="stack"))
    with pytest.raises(NoDecision) as error:
        decided(env, folder, GOOD)
    assert named in str(error.value)


@pytest.mark.parametrize(
    "failing",
    [
        "to_number(input.stack) > 1",
        "time.parse_rfc3339_ns(input.stack) > 1",
        'regex.match("[", input.stack)',
        "1 / (count(input.by_type) - 1) > 0",
    ],
)
def test_a_builtin_that_fails_is_no_decision_and_not_an_undefined_rule(
    env: dict[str, str], folder: Path, failing: str
) -> None:
    put(
        folder,
        *rule(
            "TST-002",
            f'{ON_STACK}\n\nfindings contains result.on_stack("{{id}}", "fail", "x") if {failing}',
            judges="stack",
        ),
    )
    with pytest.raises(NoDecision, match=r"answered 500: .*rules/network/tst_002\.rego:\d+"):
        decided(env, folder, GOOD)


def test_a_conflict_in_a_rule_is_no_decision(env: dict[str, str], folder: Path) -> None:
    says = 'findings contains result.on_stack("{id}", "pass", _word) if is_string(input.stack)'
    body = f'{says}\n\n_word := "a" if is_string(input.stack)\n\n_word := "b" if is_string(input.now)'
    put(folder, *rule(body=body, judges="stack"))
    with pytest.raises(NoDecision, match=r"answered 500: .*rules/network/tst_001\.rego:\d+"):
        decided(env, folder, GOOD)


def test_a_message_as_long_as_a_book_is_shortened(env: dict[str, str], folder: Path) -> None:
    put(
        folder,
        *rule(
            body=ON_STACK.replace('"said"', 'concat("", [input.now | some _ in numbers.range(1, 100)])'), judges="stack"
        ),
    )
    (finding,) = decided(env, folder, GOOD).findings
    assert len(finding.message) < 700
    assert finding.message.endswith("… (shortened)")


def test_opa_killed_before_it_is_asked_is_started_again(decider: Decider) -> None:
    decider.decide(GOOD, None, now=NOW)
    server = decider._server
    assert server is not None
    os.kill(pid := opa_of(server), signal.SIGKILL)
    assert gone(pid)
    time.sleep(0.1)
    assert decider.decide(GOOD, None, now=NOW).decision == "allow"


SLOW = """findings contains result.on_stack("{id}", "pass", "x") if {
	count([1 | some a in numbers.range(1, 40000); some b in numbers.range(1, 40000); a == b]) > 0
	is_string(input.stack)
}"""


def test_opa_killed_while_it_decides_is_no_decision(decider: Decider, folder: Path) -> None:
    put(folder, *rule(body=SLOW, judges="stack"))
    decider.prepare()
    server = decider._server
    assert server is not None
    server.wait_ready()
    pid = opa_of(server)
    threading.Timer(0.4, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(NoDecision, match="ended while it decided"):
        decider.decide(GOOD, None, now=NOW)


def test_opa_that_takes_too_long_is_no_decision(
    decider: Decider, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, *rule(body=SLOW, judges="stack"))
    monkeypatch.setattr(judge, "_BASE_SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(NoDecision, match=r"did not decide within 0.3 s|did not decide within 0 s"):
        decider.decide(GOOD, None, now=NOW)
    assert time.monotonic() - started < 5
    server = decider._server
    assert server is not None
    pid = opa_of(server)
    decider.close()
    assert gone(pid)


def test_a_proxy_in_the_environment_is_not_asked(decider: Decider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert decider.decide(GOOD, None, now=NOW).decision == "allow"


def test_a_secret_is_sent_as_its_mark_only(env: dict[str, str], folder: Path) -> None:
    put(folder, *rule(body=ON_BUCKETS.replace("value.equals(held, true)", '"pass"')))
    verdict = decided(env, folder, planned(resource("vault", {"uniformBucketLevelAccess": {"$secret": True}})))
    assert verdict.findings[0].message == "uniform access is secret"


def waiver(**changes: Any) -> Waiver:
    fields = {
        "rule": "TST-001", "resource": "bad", "owner": "platform@example.com", "ticket": "SEC-1",
        "reason": "The partner moves in January.", "expires": datetime.date(2026, 12, 31), "place": "waivers.yaml:3",
    }  # fmt: skip
    return Waiver(**{**fields, **changes})


def test_a_waiver_allows_and_is_seen(decider: Decider) -> None:
    verdict = decider.decide(BAD, HIGH, now=NOW, waivers=[waiver()])
    assert verdict.decision == "allow"
    (finding,) = verdict.findings
    assert finding.status == "waived"
    assert "waived by platform@example.com until 2026-12-31 (SEC-1): The partner moves" in finding.message


def test_a_waiver_that_waives_nothing_is_reported(env: dict[str, str], folder: Path) -> None:
    said: list[str] = []
    assert decided(env, folder, GOOD, waivers=[waiver(resource="good")], say=said.append).decision == "allow"
    assert said == ["waivers.yaml:3: the waiver of TST-001 waives nothing. Remove it."]


# A remote server.


@pytest.fixture
def remote(program: Path, folder: Path, tmp_path: Path) -> Iterator[str]:
    """Somebody else's OPA that serves the bundle of ``folder`` as it is now."""
    (tmp_path / "bundle.tar.gz").write_bytes(pack(load(folder)))
    port = _free_port()
    command = [
        program,
        "run",
        "--server",
        "--addr",
        f"127.0.0.1:{port}",
        "--skip-version-check",
        "--log-level",
        "error",
    ]
    with subprocess.Popen([*command, "--bundle", tmp_path / "bundle.tar.gz"], env={}) as process:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_a_remote_server_decides_by_the_local_revision_without_a_local_opa(
    remote: str, folder: Path, tmp_path: Path
) -> None:
    env = {"OPA_URL": remote, "PATH": "", "HOME": str(tmp_path)}
    assert decided(env, folder, GOOD).decision == "allow"
    verdict = decided(env, folder, BAD)
    assert verdict.decision == "deny"
    assert verdict.policy.engine.startswith("opa 1.")


def test_a_remote_server_with_other_policies_is_no_decision_and_is_not_written_to(
    remote: str, folder: Path, tmp_path: Path
) -> None:
    put(folder, *rule(body=ON_BUCKETS.replace("held, true", "held, false")))
    env = {"OPA_URL": remote, "PATH": "", "HOME": str(tmp_path)}
    for _ in range(2):
        with pytest.raises(NoDecision, match=r"decides by other policies: its revision is [0-9a-f]{12}, the local one"):
            decided(env, folder, GOOD)


def test_a_found_opa_may_be_handed_in(env: dict[str, str], folder: Path) -> None:
    found = opa.find(env, say=quiet)
    with Decider({"HOME": env["HOME"]}, folder=folder, say=quiet, found=found) as ours:
        assert ours.decide(GOOD, None, now=NOW).decision == "allow"


def test_a_large_plan_is_asked_about_in_parts_and_judged_as_one(
    env: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, *rule("OTH-001", group="data"))
    put(folder, *rule("THI-001", group="logs"))
    plan = planned(*(resource(f"b{number}", {"uniformBucketLevelAccess": number % 2 == 0}) for number in range(6)))
    with Decider(env, folder=folder, say=quiet) as decider:
        whole = decider.decide(plan, None, now=NOW)
        monkeypatch.setattr(decide, "_IN_PARTS_FROM", 1)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        parts = decider.decide(plan, None, now=NOW)
    assert parts == whole
    assert {finding.rule for finding in parts.findings} == {"TST-001", "OTH-001", "THI-001"}


def test_the_parts_of_a_question_are_of_like_weight_and_leave_nothing_out() -> None:
    groups = {"a": 9, "b": 5, "c": 4, "d": 1}
    parts = document.parts({"stack": "s"}, groups, 2)
    assert [part["groups"] for part in parts] == [["a", "d"], ["b", "c"]]
    assert [part["groups"] for part in document.parts({}, {"a": 1}, 8)] == [["a"]]


def test_a_rule_of_somebody_elses_may_read_the_index_by_urn(env: dict[str, str], folder: Path) -> None:
    body = """findings contains result.of("TST-002", bucket, "pass", "found by its URN") if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	input.by_urn[bucket.urn] == bucket
}"""
    put(folder, *rule("TST-002", body))
    with Decider(env, folder=folder, say=quiet) as decider:
        verdict = decider.decide(GOOD, None, now=NOW)
    assert [finding.status for finding in verdict.findings if finding.rule == "TST-002"] == ["pass"]
