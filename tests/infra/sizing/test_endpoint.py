"""The endpoint that the charter's models need, or none."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from infra.sizing import endpoint
from lockgate.charter.load import load

STACKS = Path(__file__).parents[3] / "stacks"


def test_a_stack_of_managed_models_has_no_endpoint() -> None:
    assert endpoint.size(load(STACKS / "staff-assistant" / "charter.yaml")) is None


def test_a_deployment_is_as_large_as_the_charter_says() -> None:
    charter = load(STACKS / "claims-triage" / "charter.yaml")
    args = endpoint.size(charter)
    assert args is not None
    (deployment,) = args.deployments
    assert deployment.model == "publishers/google/models/gemma3@gemma-3-12b-it"
    assert (deployment.min_replicas, deployment.max_replicas, deployment.accelerators) == (1, 2, 2)
    assert args.sampling == charter.logging.transcript_sampling


def test_environments_do_not_share_an_endpoint() -> None:
    sized = [endpoint.size(load(STACKS / stack / "charter.yaml")) for stack in ("claims-triage", "claims-triage-dev")]
    assert len({args.number for args in sized if args is not None}) == 2


@given(st.text())
def test_an_endpoints_number_is_one_that_vertex_ai_accepts(seed: str) -> None:
    number = endpoint.endpoint_number(seed)
    assert len(number) == 10
    assert number.isdigit()
    assert number[0] != "0"
    assert number == endpoint.endpoint_number(seed)
