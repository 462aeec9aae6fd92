"""A key for each purpose, and the agents that the rules expect to use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.sizing.keys import DESTROY_DAYS, ROTATION_DAYS, size
from infra.sizing.services import DOMAIN
from infra.sizing.services import size as services
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
PARAMETERS = json.loads((ROOT / "policies" / "data" / "encryption.json").read_text())["encryption"]


def charter(stack: str) -> Charter:
    return load(ROOT / "stacks" / stack / "charter.yaml")


def test_vertex_has_a_key_only_where_a_model_is_deployed() -> None:
    assert "vertex" in {key.purpose for key in size(charter("claims-triage")).keys}
    assert "vertex" not in {key.purpose for key in size(charter("staff-assistant")).keys}


def test_keys_rotate_and_wait_as_the_rules_ask() -> None:
    assert PARAMETERS["max_rotation_days"] >= ROTATION_DAYS
    assert PARAMETERS["min_destroy_days"] <= DESTROY_DAYS
    args = size(charter("claims-triage"))
    assert (args.rotation_period, args.destroy_scheduled_duration) == ("7776000s", "2592000s")


@pytest.mark.parametrize("stack", ["claims-triage", "staff-assistant"])
def test_the_api_of_each_agent_is_enabled(stack: str) -> None:
    enabled = services(charter(stack)).apis
    assert {agent.api for key in size(charter(stack)).keys for agent in key.agents} <= set(enabled)


def test_a_function_is_encrypted_by_every_service_that_touches_it() -> None:
    functions = next(key for key in size(charter("claims-triage")).keys if key.purpose == "functions")
    named = [agent.member for agent in functions.agents if agent.member]
    expected = PARAMETERS["agents"]["gcp:cloudfunctionsv2/function:Function"]
    assert {agent for agent in expected if not any(f"@{agent}." in member for member in named)} == {
        "gs-project-accounts"  # Cloud Storage names its agent when it is asked
    }
    assert [agent.api for agent in functions.agents if agent.member is None] == ["storage"]


def test_the_rules_know_who_makes_each_named_agent() -> None:
    made = PARAMETERS["made_on_request"]
    for key in size(charter("claims-triage")).keys:
        for agent in key.agents:
            if agent.member:
                domain = agent.member.partition("@")[2].partition(".")[0]
                assert made[domain] == f"{agent.api}.{DOMAIN}"
