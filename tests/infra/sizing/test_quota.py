"""The quotas allow what the charter deploys, and the rules know the same quotas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.sizing import quota
from infra.sizing.gpus import GPU_QUOTAS
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]


def charter(stack: str) -> Charter:
    return load(ROOT / "stacks" / stack / "charter.yaml")


def test_rules_and_component_know_the_same_quotas() -> None:
    known = json.loads((ROOT / "policies" / "data" / "quota.json").read_text())["quota"]
    spelt = [
        {
            "key": gpu.key,
            "service": gpu.service,
            "quota_id": gpu.quota_id,
            "metric": gpu.metric,
            "limit": gpu.limit,
            "accelerator": gpu.accelerator or "",
        }
        for gpu in GPU_QUOTAS
    ]
    assert known["gpu_quotas"] == spelt
    assert known["token_quota_id"] == quota.INPUT_TOKENS


def test_every_gpu_quota_is_bounded_once() -> None:
    for stack in ("claims-triage", "staff-assistant"):
        args = quota.size(charter(stack))
        bounded = [override.key for override in args.overrides]
        asked = {preference.quota_id for preference in args.preferences}
        assert len(set(bounded)) == len(bounded)
        assert {gpu.key for gpu in GPU_QUOTAS} - set(bounded) == {
            gpu.key for gpu in GPU_QUOTAS if gpu.quota_id in asked
        }


def test_the_charters_gpu_is_allowed_in_its_region_and_nowhere_else() -> None:
    gpus = [wanted for wanted in quota.size(charter("claims-triage")).preferences if "GPU" in wanted.quota_id]
    assert {(wanted.dimensions, wanted.value) for wanted in gpus} == {((("region", "europe-west4"),), 4), ((), 0)}


def test_a_stack_without_gpus_is_given_none() -> None:
    args = quota.size(charter("staff-assistant"))
    assert len(args.overrides) == len(GPU_QUOTAS)
    assert all("GPU" not in wanted.quota_id for wanted in args.preferences)


def test_two_deployed_models_need_twice_the_gpus() -> None:
    one = charter("claims-triage")
    second = one.models[1].model_copy(update={"id": "gemma3@gemma-3-4b-it"})
    assert quota.gpus(one.model_copy(update={"models": [*one.models, second]})) == 2 * quota.gpus(one)


def test_an_accelerator_without_a_known_quota_is_refused() -> None:
    known = charter("claims-triage")
    capacity = known.capacity.model_copy(update={"accelerator": "NVIDIA_B200"})
    with pytest.raises(ValueError, match=r"no quota of NVIDIA_B200 is known.*infra/sizing/gpus\.py"):
        quota.size(known.model_copy(update={"capacity": capacity}))
