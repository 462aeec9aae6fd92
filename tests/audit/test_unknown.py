"""What cannot be read is unknown: named, counted, and never taken for what is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lockgate.audit import audit, clients
from lockgate.audit.audit import Seen
from lockgate.errors import NoDecision
from lockgate.plan.model import encode
from lockgate.policy.decide import Decider
from tests.audit.conftest import NOW, ROOT, Deployed

BUDGET = "gcp:billing/budget:Budget"


def status(seen: Seen, charter: dict[str, Any]) -> int:
    with Decider(os.environ, say=lambda _: None) as decider:
        return audit.reported(seen, decider.decide(seen.live, charter, now=NOW), NOW).status


def test_a_denied_permission_is_unknown_and_no_pass(deployed: Deployed) -> None:
    deployed.plant({"kind": "permission_denied", "service": "billingbudgets", "count": 0})
    seen = deployed.see()
    assert seen.drift == []
    (unread,) = seen.unread
    assert (unread.type, unread.status) == (BUDGET, 403)
    assert unread.urn == deployed.urn("Budget", "budget-monthly")
    assert seen.compared == seen.resources - 1
    (budget,) = [one for one in seen.live.resources if one.type == BUDGET]
    assert set(map(str, budget.inputs.values())) == {"{'$unknown': True}"}
    assert status(seen, deployed.charter) == 3


def test_an_unreadable_policy_is_unknown(deployed: Deployed) -> None:
    deployed.plant(
        {"kind": "permission_denied", "service": "cloudresourcemanager", "method": "*getIamPolicy", "count": 0}
    )
    seen = deployed.see()
    assert seen.drift == []
    assert {one.type.rpartition(":")[2] for one in seen.unread} == {"IAMMember", "IAMAuditConfig"}
    assert all(one.status == 403 for one in seen.unread)


def test_a_search_that_fails_is_unknown(deployed: Deployed) -> None:
    deployed.plant({"kind": "permission_denied", "service": "compute", "method": "*firewalls.list", "count": 0})
    seen = deployed.see()
    assert [(one.type, one.status) for one in seen.unread] == [("gcp:compute/firewall:Firewall", 403)]
    assert status(seen, deployed.charter) == 3


def test_what_may_be_a_planned_resource_that_could_not_be_read_is_unknown_and_not_extra(deployed: Deployed) -> None:
    deployed.plant({"kind": "permission_denied", "service": "aiplatform", "method": "*endpoints.get", "count": 0})
    seen = deployed.see()
    assert seen.drift == []
    endpoint = "gcp:vertex/aiEndpoint:AiEndpoint"
    (planned, live) = [one for one in seen.unread if one.type == endpoint]
    assert planned.urn in {one.urn for one in deployed.plan.resources if one.type == endpoint}
    assert planned.status == 403
    assert "which is planned and could not be read" in live.reason
    assert live.name.rpartition("/")[2].isdigit()


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable", "dropped"])
def test_what_passes_by_is_tried_again(deployed: Deployed, kind: str) -> None:
    deployed.plant(
        {"kind": kind, "service": "billingbudgets", "count": 2, "seconds": 1.0},
        {"kind": kind, "service": "logging", "count": 2, "seconds": 1.0},
        {"kind": kind, "service": "storage", "count": 2, "seconds": 1.0},
    )
    started = time.monotonic()
    seen = deployed.see()
    assert (seen.drift, seen.unread) == ([], [])
    if kind == "rate_limited":
        assert time.monotonic() - started >= 1.0  # as Retry-After asked


def test_an_audit_is_bounded(deployed: Deployed) -> None:
    deployed.plant({"kind": "unavailable", "service": "cloudkms", "count": 0})
    started = time.monotonic()
    seen = deployed.see(seconds=4)
    assert time.monotonic() - started < 12
    assert seen.drift == []
    assert seen.unread
    assert deployed.urn("CryptoKey", "keys-vertex") in {one.urn for one in seen.unread}


def test_a_type_that_cannot_be_read_is_said(deployed: Deployed) -> None:
    import msgspec

    topic = next(one for one in deployed.plan.resources if one.name == "budget-topic")
    odd = msgspec.structs.replace(
        topic,
        type="gcp:redis/instance:Instance",
        urn=topic.urn.replace("pubsub/topic:Topic", "redis/instance:Instance"),
    )
    deployed.plan.resources.append(odd)
    try:
        seen = deployed.see()
    finally:
        deployed.plan.resources.remove(odd)
    (unread,) = seen.unread
    assert unread.urn == odd.urn
    assert "gcp:redis/instance:Instance" in unread.reason


def test_a_cloud_that_is_not_there_is_unknown(deployed: Deployed) -> None:
    access = audit.access(deployed.plan, deployed.charter, "http://127.0.0.1:9")
    seen = audit.see(deployed.plan, deployed.charter, access, now=NOW, seconds=2)
    assert seen.drift == []
    assert seen.compared < 10
    assert len(seen.unread) > 100


def test_without_credentials_there_is_no_audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(NoDecision, match="application default credentials"):
        clients.Access("p").credentials()


COMMAND = [sys.executable, "-m", "lockgate.cli.main", "audit"]


def audited(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments, "--at", "2026-11-22"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **more})


def test_the_command_line_says_it_in_text_and_in_json(deployed: Deployed, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(encode(deployed.plan))
    done = audited("claims-triage", "--live", "--plan", str(plan), "--emulator", deployed.base)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "AS PLANNED: 0 drifts" in done.stdout

    client = deployed.google.generated("google.cloud.billing.budgets_v1.BudgetServiceClient", "billingbudgets")
    for budget in client.list_budgets(parent="billingAccounts/01AB23-45CD67-89EF01"):
        budget.threshold_rules.pop()
        client.update_budget(request={"budget": budget, "update_mask": {"paths": ["threshold_rules"]}})
    out = tmp_path / "audit.json"
    given = ("claims-triage", "--live", "--plan", str(plan))
    done = audited(*given, "--format", "json", "--out", str(out), LOCKGATE_EMULATOR=deployed.base)
    assert done.returncode == 1, done.stderr
    document = json.loads(out.read_bytes())
    assert document["format"] == "lockgate.audit/1"
    (drift,) = document["drift"]
    assert drift["urn"] == deployed.urn("Budget", "budget-monthly")
    assert drift["field"] == "thresholdRules"
    assert drift["fixed_by"] == "roles/billing.costsManager"
    assert drift["source"].startswith("infra/components/budget.py:")
    failed = [one["rule"] for one in document["verdict"]["findings"] if one["status"] == "fail"]
    assert failed == ["FIN-006"]
    assert "DRIFTED: 1 drift" in done.stderr

    done = audited(*given, "--emulator", deployed.base)
    assert done.returncode == 1
    assert "Budget budget-monthly: thresholdRules" in done.stdout
    assert "whoever holds roles/billing.costsManager" in done.stdout
    assert "FIN-006" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["claims-triage"], 2, "--live"),
        (["nobody", "--live"], 2, "nobody"),
        (["claims-triage", "--live", "--format", "sarif"], 2, "text or json"),
        (["claims-triage", "--live", "--emulator", "localhost"], 2, "expected an address"),
        (["claims-triage", "--live", "--plan", "no-such-plan.json"], 2, "no such file"),
    ],
)
def test_a_wrong_call_is_said(arguments: list[str], code: int, said: str) -> None:
    done = audited(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""
