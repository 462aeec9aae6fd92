"""How much the stack may run at once: GPUs, replicas, tokens, function instances, database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Contradiction, Expected, Section, Tokens

ReplicaCount = Annotated[int, Field(ge=1, le=1000), Expected("a whole number of replicas, 1 to 1000", "replicas")]
Accelerator = Literal["NVIDIA_L4", "NVIDIA_TESLA_T4", "NVIDIA_TESLA_A100", "NVIDIA_A100_80GB", "NVIDIA_H100_80GB"]
TOGETHER = ("accelerator", "accelerators_per_replica", "machine_type", "replicas")


class Replicas(Section):
    """Bounds of the deployed model's autoscaling."""

    min: ReplicaCount = Field(description="Replicas that always run, and are always paid for.")
    max: ReplicaCount = Field(description="Most replicas at once; the exposure counts all of them.")

    def contradictions(self) -> Iterator[Contradiction]:
        """The bounds are in order."""
        if self.min > self.max:
            yield Contradiction(("min",), f"is {self.min}, above max ({self.max})", "Lower min or raise max.")


class Router(Section):
    """Bounds of the routing function."""

    max_instances: Annotated[int, Field(ge=1, le=1000), Expected("a whole number of instances, 1 to 1000")] = Field(
        description="Most instances at once."
    )
    concurrency: Annotated[int, Field(ge=1, le=1000), Expected("a whole number of requests, 1 to 1000")] = Field(
        description="Most requests at once in one instance."
    )
    memory_mib: Annotated[int, Field(ge=256, le=32768), Expected("a whole number of MiB, 256 to 32768", "MiB")] = Field(
        description="Memory of an instance."
    )


class Database(Section):
    """Size of the ledger's PostgreSQL."""

    tier: Annotated[
        str,
        Field(pattern=r"^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+|perf-optimized-N-[0-9]+)$", max_length=60),
        Expected("a Cloud SQL machine tier for PostgreSQL, such as db-custom-2-7680"),
    ] = Field(description="Machine tier.")
    disk_gib: Annotated[int, Field(ge=10, le=65536), Expected("a whole number of GiB, 10 to 65536", "GiB")] = Field(
        description="Disk; it does not grow by itself."
    )
    high_availability: bool = Field(description="Whether a standby runs in a second zone.")


class Capacity(Section):
    """Every bound on quantity; money bounds the rest."""

    accelerator: Accelerator | None = Field(description="GPU of the deployed model; null where no model is deployed.")
    accelerators_per_replica: (
        Annotated[int, Field(ge=1, le=16), Expected("a whole number of GPUs, 1 to 16", "GPUs a replica")] | None
    ) = Field(default=None, description="GPUs of each replica.")
    machine_type: (
        Annotated[
            str,
            Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+){1,3}$", max_length=60),
            Expected("a Compute Engine machine type, such as g2-standard-24"),
        ]
        | None
    ) = Field(default=None, description="Machine of each replica.")
    replicas: Replicas | None = Field(
        default=None, description="Bounds of the deployed model's replicas.", json_schema_extra=RELAXABLE
    )
    tokens_per_minute: Annotated[
        Tokens, Expected("a whole number of tokens a minute, 1 to 1000000000", "tokens a minute")
    ] = Field(description="Most tokens, input and output, over all models.", json_schema_extra=RELAXABLE)
    router: Router = Field(description="Bounds of the routing function.", json_schema_extra=RELAXABLE)
    database: Database = Field(description="Size of the ledger's database.", json_schema_extra=RELAXABLE)

    def contradictions(self) -> Iterator[Contradiction]:
        """A GPU needs its machine, its number and its replicas, and none of them is needed without it."""
        absent = [key for key in TOGETHER if getattr(self, key) is None]
        if 0 < len(absent) < len(TOGETHER):
            for key in absent:
                yield Contradiction((key,), f"is null, but {', '.join(TOGETHER)} go together", "Give all four or none.")
