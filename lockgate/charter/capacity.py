"""How much the stack may run at once: GPUs, replicas, tokens, function instances, database."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lockgate.charter.section import RELAXABLE, Count, Section, Tokens


class Replicas(Section):
    """Bounds of the deployed model's autoscaling."""

    min: Count
    max: Count

    @model_validator(mode="after")
    def _ordered(self) -> Replicas:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")
        return self


class Router(Section):
    """Bounds of the routing function."""

    max_instances: Annotated[int, Field(ge=1, le=1000)] = Field(description="Most instances at once.")
    concurrency: Annotated[int, Field(ge=1, le=1000)] = Field(description="Most requests at once in one instance.")
    memory_mib: Annotated[int, Field(ge=256, le=32768)] = Field(description="Memory of an instance, MiB.")


class Database(Section):
    """Size of the ledger's PostgreSQL."""

    tier: Annotated[str, Field(pattern=r"^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+|perf-optimized-N-[0-9]+)$")] = (
        Field(description="Cloud SQL machine tier.")
    )
    disk_gib: Annotated[int, Field(ge=10, le=65536)] = Field(description="Disk, GiB; it does not grow by itself.")
    high_availability: bool = Field(description="A standby in a second zone.")


class Capacity(Section):
    """Every bound on quantity; money bounds the rest."""

    accelerator: Literal["NVIDIA_L4", "NVIDIA_TESLA_T4", "NVIDIA_TESLA_A100", "NVIDIA_A100_80GB", "NVIDIA_H100_80GB"] | (
        None
    ) = Field(description="GPU of the deployed model; null where no model is deployed.")
    accelerators_per_replica: Count | None = Field(default=None, description="GPUs a replica.")
    machine_type: str | None = Field(default=None, description="Machine of a replica, such as g2-standard-24.")
    replicas: Replicas | None = Field(default=None, json_schema_extra=RELAXABLE)
    tokens_per_minute: Tokens = Field(
        description="Most tokens a minute, input and output, over all models.", json_schema_extra=RELAXABLE
    )
    router: Router = Field(json_schema_extra=RELAXABLE)
    database: Database = Field(json_schema_extra=RELAXABLE)

    @model_validator(mode="after")
    def _gpu_whole_or_absent(self) -> Capacity:
        parts = (self.accelerator, self.accelerators_per_replica, self.machine_type, self.replicas)
        if any(part is not None for part in parts) and any(part is None for part in parts):
            raise ValueError(
                "accelerator, accelerators_per_replica, machine_type and replicas go together: give all four or none"
            )
        return self
