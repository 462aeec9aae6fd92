"""The audit against deployed stacks: nothing where nothing has drifted, and each kind of drift where it was seeded."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from googleapiclient.errors import HttpError

from lockgate.audit import audit
from lockgate.policy.decide import Decider
from tests.audit.conftest import NOW, STACKS, Deployed, Google
from tests.audit.drifts import DRIFTS

RELATED = {
    "a recipient's channel deleted",
    "an API disabled",
    "a bucket that is public",
}
"""Where one change is more than one drift: an alert loses its channel, and a public bucket was to be prevented."""
BEYOND_THE_RULES = {
    "a service account disabled",
    "a key's version disabled",
    "a second model on the endpoint",
    "callers not asked who they are",
    "a second sink",
    "a person may write images",
    "a variable added to a function",
}
"""No input of the provider says it, or no rule asks: the rules judge plans, and no plan can hold it."""


@pytest.fixture(scope="session")
def decider() -> Iterator[Decider]:
    with Decider(os.environ, say=lambda _: None) as decider:
        yield decider


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_found_where_nothing_has_drifted(
    deployments: dict[str, Deployed], stack: str, decider: Decider
) -> None:
    deployed = deployments[stack]
    seen = deployed.see()
    assert seen.drift == []
    assert seen.unread == []
    assert seen.compared == seen.resources > 130
    assert seen.live == deployed.plan
    verdict = decider.decide(seen.live, deployed.charter, now=NOW)
    assert audit.reported(seen, verdict, NOW).status == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", DRIFTS)
def test_each_kind_of_drift_is_found_named_and_judged(deployed: Deployed, kind: str, decider: Decider) -> None:
    seeded = DRIFTS[kind]
    seeded.make(deployed.google)
    seen = deployed.see()
    said = [(one.what, one.type, one.name, one.field, one.message) for one in seen.drift]
    found = [one for one in seen.drift if one.what == seeded.what and one.type.endswith(f":{seeded.type}")]
    if seeded.what == "extra":
        found = [one for one in found if one.name.endswith(seeded.name)]
    else:
        found = [one for one in found if one.urn == deployed.urn(seeded.type, seeded.name)]
        found = [one for one in found if seeded.field is None or (one.field or "").startswith(seeded.field)]
    assert found, said
    others = [one for one in seen.drift if one not in found and one.urn != (found[0].urn or "")]
    assert not others or kind in RELATED, said
    assert found[0].fixed_by.startswith("roles/")
    # What a variable holds may be a secret.
    assert "hunter2" not in repr((seen.drift, seen.live))
    verdict = decider.decide(seen.live, deployed.charter, now=NOW)
    assert verdict.decision == ("allow" if kind in BEYOND_THE_RULES else "deny")
    assert audit.reported(seen, verdict, NOW).status == 1


def test_a_locked_bucket_cannot_drift(deployed: Deployed) -> None:
    """Google refuses to shorten the retention of a locked bucket and to unlock it, so no audit has to find that."""
    buckets = deployed.google.discovered("logging", "v2").projects().locations().buckets()
    name = f"projects/{deployed.google.project}/locations/europe-west4/buckets/claims-triage-audit"
    for mask, body in (("retentionDays", {"retentionDays": 1}), ("locked", {"locked": False})):
        with pytest.raises(HttpError) as refused:
            buckets.patch(name=name, updateMask=mask, body=body).execute()
        assert refused.value.status_code == 400
    assert deployed.see().drift == []


def test_every_page_of_a_list_is_read(deployed: Deployed) -> None:
    google: Google = deployed.google
    accounts = google.discovered("iam", "v1").projects().serviceAccounts()
    rules = google.discovered("compute", "v1").firewalls()
    for number in range(60):
        body = {
            "name": f"way-{number}",
            "network": f"projects/{google.project}/global/networks/claims-triage",
            "allowed": [{"IPProtocol": "tcp"}],
            "sourceRanges": ["0.0.0.0/0"],
        }
        rules.insert(project=google.project, body=body).execute()
    name = f"projects/{google.project}/serviceAccounts/claims-triage-router@{google.project}.iam.gserviceaccount.com"
    for _ in range(3):
        accounts.keys().create(name=name, body={}).execute()
    client = google.generated("google.cloud.billing.budgets_v1.BudgetServiceClient", "billingbudgets")
    for number in range(120):
        budget = {"display_name": f"another {number}", "amount": {"last_period_amount": {}}}
        client.create_budget(parent="billingAccounts/01AB23-45CD67-89EF01", budget=budget)
    seen = deployed.see()
    assert [one.type.rpartition(":")[2] for one in seen.drift].count("Firewall") == 60
    assert [one.type.rpartition(":")[2] for one in seen.drift].count("Key") == 3
    assert len(seen.drift) == 63
