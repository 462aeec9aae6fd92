"""What the quota, logs, transcripts, endpoint and safety components protect, order and refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from infra.components.endpoint import Endpoint
from infra.components.logs import Logs
from infra.components.quota import Quota
from infra.components.safety import Safety
from infra.components.transcripts import Transcripts
from infra.sizing import endpoint, logs, quota, safety, transcripts
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[3]
CHARTER = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
QUOTA, LOGS, SAFETY = quota.size(CHARTER), logs.size(CHARTER), safety.size(CHARTER)
TRANSCRIPTS = transcripts.size(CHARTER)
ENDPOINT = endpoint.size(CHARTER)
assert ENDPOINT is not None


def planned(build: Callable[[], Any]) -> list[dict[str, Any]]:
    return list(record(build, project="lockgate", stack="test", root=ROOT)["resources"])


def of(resources: list[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["type"].endswith(f":{type_}")]


def agent() -> pulumi.Resource:
    return gcp.projects.ServiceIdentity("agent", service="aiplatform.googleapis.com")


def with_dataset(args: endpoint.EndpointArgs) -> Endpoint:
    dataset = gcp.bigquery.Dataset("dataset", dataset_id="d")
    return Endpoint("endpoint", args, key="a-key", network="a-network", dataset=dataset)


def test_quotas_are_lowered_after_the_adjuster_is_off() -> None:
    resources = planned(lambda: Quota("quota", QUOTA))
    (adjuster,) = of(resources, "SQuotaAdjusterSettings")
    bounds = [*of(resources, "SQuotaPreference"), *of(resources, "ConsumerQuotaOverride")]
    assert len(bounds) == len(QUOTA.preferences) + len(QUOTA.overrides)
    assert all(adjuster["urn"] in bound["dependencies"] for bound in bounds)


def test_records_are_protected() -> None:
    buckets = of(planned(lambda: Logs("logs", LOGS, key="a-key")), "ProjectBucketConfig")
    datasets = of(planned(lambda: Transcripts("t", TRANSCRIPTS, key="a-key", vertex_agent=None)), "Dataset")
    assert [resource["protect"] for resource in (*buckets, *datasets)] == [True, True, True]


def test_an_auditor_keeps_its_name_when_another_goes() -> None:
    def readers(*auditors: str) -> set[str]:
        resources = planned(lambda: Logs("logs", replace(LOGS, auditors=auditors), key="a-key"))
        return {resource["name"] for resource in of(resources, "LogViewIamMember")}

    assert readers("group:b@example.com") < readers("group:a@example.com", "group:b@example.com")


def test_the_agent_of_vertex_ai_is_made_once() -> None:
    own = planned(lambda: Transcripts("t", TRANSCRIPTS, key="a-key", vertex_agent=None))
    given = planned(lambda: Transcripts("t", TRANSCRIPTS, key="a-key", vertex_agent=agent()))
    assert [len(of(resources, "ServiceIdentity")) for resources in (own, given)] == [1, 1]


def test_without_masked_fields_there_is_nothing_to_inspect() -> None:
    bare = replace(SAFETY, labelled=(), detectors=())
    resources = planned(lambda: Safety("safety", bare, vertex_agent=agent()))
    (template,) = of(resources, "Template")
    assert "sdpSettings" not in template["inputs"]["filterConfig"]
    assert not of(resources, "PreventionInspectTemplate")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (
            lambda: Quota("quota", replace(QUOTA, preferences=(replace(QUOTA.preferences[0], value=-1),))),
            "quota: l4-here is -1, and -1 means unlimited. Give 0 or more",
        ),
        (
            lambda: Quota("quota", replace(QUOTA, overrides=(*QUOTA.overrides, QUOTA.overrides[0]))),
            "quota: t4 is given twice",
        ),
        (
            lambda: Logs("logs", replace(LOGS, operations_bucket=LOGS.audit_bucket), key="a-key"),
            "logs: audit and operations share the bucket claims-triage-audit",
        ),
        (lambda: Logs("logs", replace(LOGS, auditors=()), key="a-key"), "logs: no auditor is given.*logging.auditors"),
        (
            lambda: Transcripts("t", replace(TRANSCRIPTS, expiry_ms=1000), key="a-key", vertex_agent=None),
            "t: tables would expire after 1000 ms.*Raise data.retention_days",
        ),
        (
            lambda: Safety("s", replace(SAFETY, labelled=(SAFETY.labelled[0],) * 2), vertex_agent=agent()),
            "s: two masked fields are both spelt HOLDER_NAME.*Rename one",
        ),
        (lambda: with_dataset(replace(ENDPOINT, sampling=0)), "endpoint: 0 of the requests would be logged"),
        (
            lambda: with_dataset(replace(ENDPOINT, deployments=(replace(ENDPOINT.deployments[0], model="m"),))),
            "endpoint: the Model Garden deploys a version of a model, and m names none",
        ),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_made(build: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        planned(build)
