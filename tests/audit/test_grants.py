"""Grants and audit configurations against a policy: pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lockgate.audit import grants
from lockgate.audit.compare import AGENT, Comparison
from lockgate.audit.grants import by_google
from lockgate.rehearsal.mapping.body import Setting
from lockgate.rehearsal.mapping.model import Entry
from lockgate.rehearsal.policies import part

NOTHING = Comparison(Entry(service="", name=""), Setting(datetime(2026, 11, 22, tzinfo=UTC)), {})
ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENT_1 = "serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com"


def policy(*bindings: tuple[str, list[str]], audit: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"bindings": [{"role": role, "members": members} for role, members in bindings], "auditConfigs": audit or []}


def test_a_member_is_there_or_missing() -> None:
    wanted = part("member", {"role": "r", "member": "user:a"})
    assert not grants.missing(NOTHING, wanted, policy(("r", ["user:b", "user:a"])))
    assert grants.missing(NOTHING, wanted, policy(("r", ["user:b"])))
    assert grants.missing(NOTHING, wanted, policy(("s", ["user:a"])))
    assert grants.missing(NOTHING, wanted, {})


def test_a_condition_is_part_of_a_grant() -> None:
    condition = {"title": "t", "expression": "false"}
    wanted = part("member", {"role": "r", "member": "user:a", "condition": condition})
    live = policy(("r", ["user:a"]))
    assert grants.missing(NOTHING, wanted, live)
    assert [one.member for one in grants.extras(NOTHING, [wanted], live, "1")] == ["user:a"]
    live["bindings"][0]["condition"] = {**condition, "description": ""}
    assert not grants.missing(NOTHING, wanted, live)
    assert grants.extras(NOTHING, [wanted], live, "1") == []


def test_a_binding_holds_its_members_and_no_others() -> None:
    wanted = part("binding", {"role": ROLE, "members": ["user:a", {AGENT: "1"}]})
    assert grants.differences(NOTHING, wanted, policy((ROLE, [AGENT_1, "user:a"]))) == []
    (found,) = grants.differences(NOTHING, wanted, policy((ROLE, [AGENT_1, "user:a", "user:m"])))
    assert (found.planned, found.live) == (None, ["user:m"])
    (found,) = grants.differences(NOTHING, wanted, policy((ROLE, ["user:a", "user:m"])))
    assert (found.planned, found.live) == ([{AGENT: "1"}], ["user:m"])
    assert grants.extras(NOTHING, [wanted], policy((ROLE, ["user:m"])), "1") == []


def test_members_beside_the_plan_are_extra() -> None:
    wanted = [part("member", {"role": "r", "member": "user:a"}), part("member", {"role": "r", "member": "user:b"})]
    found = grants.extras(NOTHING, wanted, policy(("r", ["user:b", "user:m", "user:a"]), ("s", ["allUsers"])), "1")
    assert [(one.role, one.member) for one in found] == [("r", "user:m"), ("s", "allUsers")]


@pytest.mark.parametrize(
    ("role", "member", "own"),
    [
        ("roles/aiplatform.serviceAgent", "serviceAccount:service-1@gcp-sa-aiplatform.iam.gserviceaccount.com", True),
        ("roles/aiplatform.serviceAgent", "serviceAccount:service-2@gcp-sa-aiplatform.iam.gserviceaccount.com", False),
        ("roles/aiplatform.serviceAgent", "user:mallory@example.com", False),
        ("roles/owner", "serviceAccount:service-1@gcp-sa-aiplatform.iam.gserviceaccount.com", False),
        ("roles/editor", "serviceAccount:1@cloudservices.gserviceaccount.com", True),
        ("roles/editor", "serviceAccount:1-compute@developer.gserviceaccount.com", False),
        ("roles/storage.legacyBucketOwner", "projectOwner:p", True),
        ("roles/storage.legacyBucketReader", "allUsers", False),
        ("roles/storage.admin", "projectOwner:p", False),
    ],
)
def test_what_google_grants_by_itself_is_no_drift(role: str, member: str, own: bool) -> None:
    assert by_google(role, member, "1") == own


def test_an_audit_configuration_exempts_nobody() -> None:
    wanted = part("audit", {"service": "x", "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "ADMIN_READ"}]})
    live = {"service": "x", "auditLogConfigs": [{"logType": "ADMIN_READ"}, {"logType": "DATA_READ"}]}
    assert grants.differences(NOTHING, wanted, policy(audit=[live])) == []
    live["auditLogConfigs"][1]["exemptedMembers"] = ["user:m"]  # type: ignore[index]
    (found,) = grants.differences(NOTHING, wanted, policy(audit=[live]))
    assert found.planned == [{"logType": "DATA_READ"}]
    assert found.live == [{"logType": "DATA_READ", "exemptedMembers": ["user:m"]}]
    assert grants.missing(NOTHING, wanted, policy())
