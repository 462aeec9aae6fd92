"""Which quotas the charter's capacity allows, and which it rules out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from infra.sizing.gpus import GPU_QUOTAS, VERTEX, GpuQuota
from lockgate.charter.model import Charter

# Cloud Quotas, aiplatform.googleapis.com, 2026. It bounds input tokens only, so the router's ledger bounds the rest.
INPUT_TOKENS = "GenerateContentInputTokensPerMinutePerRegionPerBaseModel"


@dataclass(frozen=True)
class Preference:
    """A quota that Google is asked to set to ``value``; without dimensions, wherever no other preference says more."""

    key: str
    name: str
    service: str
    quota_id: str
    dimensions: tuple[tuple[str, str], ...]
    value: int
    justification: str


@dataclass(frozen=True)
class Override:
    """A quota set to nothing, in every region; metric and limit as the Service Usage API wants them in a URL."""

    key: str
    service: str
    metric: str
    limit: str


@dataclass(frozen=True)
class QuotaArgs:
    """Arguments of the quota component."""

    project: str
    contact: str
    preferences: tuple[Preference, ...]
    overrides: tuple[Override, ...]


def gpus(charter: Charter) -> int:
    """The most GPUs that the charter's deployed models take at once; 0 where it deploys none."""
    capacity = charter.capacity
    if capacity.replicas is None or capacity.accelerators_per_replica is None:
        return 0
    deployed = sum(model.hosting == "deployed" for model in charter.models)
    return deployed * capacity.replicas.max * capacity.accelerators_per_replica


def size(charter: Charter) -> QuotaArgs:
    """As many GPUs and tokens as the charter counts on, and no other GPU anywhere."""
    used = charter.capacity.accelerator
    if used is not None and used not in {gpu.accelerator for gpu in GPU_QUOTAS}:
        raise ValueError(f"quota: no quota of {used} is known, so nothing bounds it. Add it to infra/sizing/gpus.py.")
    return QuotaArgs(
        project=charter.cloud.project,
        contact=charter.money.finops_owner,
        preferences=(*_gpu_preferences(charter), *_token_preferences(charter)),
        overrides=tuple(_override(gpu) for gpu in GPU_QUOTAS if used is None or gpu.accelerator != used),
    )


def _gpu_preferences(charter: Charter) -> Iterator[Preference]:
    name = charter.use_case.name
    for gpu in GPU_QUOTAS:
        if gpu.accelerator is not None and gpu.accelerator == charter.capacity.accelerator:
            yield Preference(
                key=f"{gpu.key}-here",
                name=f"{name}-{gpu.key}-{charter.cloud.region}",
                service=gpu.service,
                quota_id=gpu.quota_id,
                dimensions=(("region", charter.cloud.region),),
                value=gpus(charter),
                justification=f"Every replica of the models that {name} deploys, and no more.",
            )
            yield Preference(
                key=f"{gpu.key}-elsewhere",
                name=f"{name}-{gpu.key}-elsewhere",
                service=gpu.service,
                quota_id=gpu.quota_id,
                dimensions=(),
                value=0,
                justification=f"{name} runs in {charter.cloud.region} only.",
            )


def _token_preferences(charter: Charter) -> Iterator[Preference]:
    for model in charter.models:
        if model.hosting == "managed":
            key = f"tokens-{model.id}"
            yield Preference(
                key=key,
                name=f"{charter.use_case.name}-{key}".replace(".", "-").replace("@", "-"),
                service=VERTEX,
                quota_id=INPUT_TOKENS,
                dimensions=(("base_model", model.id), ("region", charter.cloud.region)),
                value=charter.capacity.tokens_per_minute,
                justification="The charter's tokens a minute.",
            )


def _override(gpu: GpuQuota) -> Override:
    return Override(gpu.key, gpu.service, quote(gpu.metric, safe=""), quote(gpu.limit, safe=""))
