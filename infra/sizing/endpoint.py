"""The endpoint and the deployments that the charter's models need."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lockgate.charter.model import Charter


@dataclass(frozen=True)
class Deployment:
    """A model on GPUs: ``model`` as the Model Garden spells it, replicas of one machine each."""

    key: str
    model: str
    display_name: str
    machine_type: str
    accelerator: str
    accelerators: int
    min_replicas: int
    max_replicas: int


@dataclass(frozen=True)
class EndpointArgs:
    """Arguments of the endpoint component; ``sampling`` is the share of requests logged, 0 to 1."""

    project: str
    location: str
    number: str
    display_name: str
    sampling: float
    deployments: tuple[Deployment, ...]


def size(charter: Charter) -> EndpointArgs | None:
    """The charter's endpoint, or None where every model is managed by Google and no endpoint is needed."""
    deployments = _deployments(charter)
    if not deployments:
        return None
    name = charter.use_case.name
    return EndpointArgs(
        project=charter.cloud.project,
        location=charter.cloud.region,
        number=endpoint_number(f"{name} {charter.use_case.environment}"),
        display_name=f"{name} {charter.use_case.environment}",
        sampling=charter.logging.transcript_sampling,
        deployments=deployments,
    )


def endpoint_number(seed: str) -> str:
    """The endpoint's id, always the same for ``seed``: Vertex AI accepts ten digits, the first of them no zero."""
    return str(10**9 + int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (9 * 10**9))


def _deployments(charter: Charter) -> tuple[Deployment, ...]:
    capacity = charter.capacity
    if (
        capacity.accelerator is None
        or capacity.accelerators_per_replica is None
        or capacity.machine_type is None
        or capacity.replicas is None
    ):
        return ()
    return tuple(
        Deployment(
            key=model.id.split("@")[-1].replace(".", "-"),
            model=f"publishers/{model.publisher}/models/{model.id}",
            display_name=f"{charter.use_case.name} {model.id}",
            machine_type=capacity.machine_type,
            accelerator=capacity.accelerator,
            accelerators=capacity.accelerators_per_replica,
            min_replicas=capacity.replicas.min,
            max_replicas=capacity.replicas.max,
        )
        for model in charter.models
        if model.hosting == "deployed"
    )
