"""The wiring: one provider with its labels, and each resource after the APIs that it calls."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from infra.stack import build
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[2]
STACKS = ("claims-triage", "staff-assistant")


@cache
def planned(stack: str) -> list[dict[str, Any]]:
    charter = load(ROOT / "stacks" / stack / "charter.yaml")
    return list(record(lambda: build(charter), project="lockgate", stack=stack, root=ROOT)["resources"])


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_the_one_provider(stack: str) -> None:
    providers = [resource for resource in planned(stack) if resource["type"] == "pulumi:providers:gcp"]
    assert len(providers) == 1
    others = [resource for resource in planned(stack) if resource["custom"] and resource not in providers]
    assert {resource["provider"].partition("::google")[0] for resource in others} == {
        providers[0]["urn"].partition("::google")[0]
    }


def test_the_provider_says_whose_the_cost_is_and_who_pays_for_calls() -> None:
    (provider,) = [resource for resource in planned("claims-triage") if resource["type"] == "pulumi:providers:gcp"]
    inputs = provider["inputs"]
    assert inputs["defaultLabels"] == {
        "use_case": "claims-triage",
        "owner": "finops-claims",
        "cost_centre": "cc-4711",
        "environment": "production",
    }
    assert (inputs["billingProject"], inputs["userProjectOverride"]) == ("example-claims-prod", True)


@pytest.mark.parametrize("stack", STACKS)
def test_each_resource_of_google_waits_for_an_api(stack: str) -> None:
    free = {"pulumi:providers:gcp", "gcp:projects/service:Service"}
    for resource in planned(stack):
        if resource["custom"] and resource["type"] not in free:
            assert any("gcp:projects/service:Service::" in urn for urn in resource["dependencies"]), resource["urn"]


def test_only_a_stack_with_a_gpu_has_an_endpoint() -> None:
    types = {stack: {resource["type"] for resource in planned(stack)} for stack in STACKS}
    assert {stack for stack in STACKS if "lockgate:endpoint:Endpoint" in types[stack]} == {"claims-triage"}


def test_an_endpoint_waits_for_its_quota_and_its_place_in_the_network() -> None:
    deployments = [found for found in planned("claims-triage") if found["type"].endswith("ModelGardenDeployment")]
    for deployment in deployments:
        waited = " ".join(deployment["dependencies"])
        assert "SQuotaPreference::quota-" in waited
        assert waited.count("ServiceConnectionPolicy::network-models") == 1
    assert deployments
