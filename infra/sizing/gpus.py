"""The quotas that bound GPUs on Google Cloud, by the names that its two quota APIs give them."""

from __future__ import annotations

from dataclasses import dataclass

VERTEX = "aiplatform.googleapis.com"
COMPUTE = "compute.googleapis.com"


@dataclass(frozen=True)
class GpuQuota:
    """A quota on GPUs.

    ``quota_id`` is its name in the Cloud Quotas API; ``metric`` and ``limit`` are its names in the Service Usage API.
    ``accelerator`` is the machine spec's name of the GPU where the quota is the one that a deployed model draws on.
    """

    key: str
    service: str
    quota_id: str
    metric: str
    limit: str
    accelerator: str | None


def _serving(family: str, metric: str, accelerator: str) -> GpuQuota:
    return GpuQuota(
        key=metric.replace("_", "-"),
        service=VERTEX,
        quota_id=f"CustomModelServing{family}GPUsPerProjectPerRegion",
        metric=f"{VERTEX}/custom_model_serving_nvidia_{metric}_gpus",
        limit="/project/region",
        accelerator=accelerator,
    )


def _spot(family: str, metric: str) -> GpuQuota:
    return GpuQuota(
        key=f"{metric.replace('_', '-')}-spot",
        service=VERTEX,
        quota_id=f"CustomModelServingPreemptible{family}GPUsPerProjectPerRegion",
        metric=f"{VERTEX}/custom_model_serving_preemptible_nvidia_{metric}_gpus",
        limit="/project/region",
        accelerator=None,
    )


# Google Cloud SDK, command_lib/ai/model_garden_utils.py (2026), for the ids and metrics; Vertex AI, "Quotas", 2026,
# for the preemptible variants. The K80, which that file still lists, was withdrawn in 2024.
_FAMILIES = (
    ("T4", "t4", "NVIDIA_TESLA_T4"),
    ("L4", "l4", "NVIDIA_L4"),
    ("A100", "a100", "NVIDIA_TESLA_A100"),
    ("A10080GB", "a100_80gb", "NVIDIA_A100_80GB"),
    ("H100", "h100", "NVIDIA_H100_80GB"),
    ("RTXPRO6000", "rtx_pro_6000", "NVIDIA_RTX_PRO_6000"),
)
_OLD_FAMILIES = (
    ("P4", "p4", "NVIDIA_TESLA_P4"),
    ("P100", "p100", "NVIDIA_TESLA_P100"),
    ("V100", "v100", "NVIDIA_TESLA_V100"),
)

# Virtual machines of the project, so notebooks and Workbench too: one limit over all regions and families.
MACHINES = GpuQuota(
    key="machines",
    service=COMPUTE,
    quota_id="GPUS-ALL-REGIONS-per-project",
    metric=f"{COMPUTE}/gpus_all_regions",
    limit="/project",
    accelerator=None,
)

GPU_QUOTAS: tuple[GpuQuota, ...] = (
    *(_serving(*family) for family in (*_FAMILIES, *_OLD_FAMILIES)),
    *(_spot(family, metric) for family, metric, _ in _FAMILIES),
    MACHINES,
)
