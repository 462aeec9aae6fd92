"""Which Google APIs the charter's stack calls."""

from __future__ import annotations

from dataclasses import dataclass

from lockgate.charter.model import Charter

DOMAIN = "googleapis.com"

# What each guardrail calls. The first line is what the deployment itself needs to read and change a project.
EVERY_STACK = (
    *("serviceusage", "cloudresourcemanager", "iam", "iamcredentials"),
    *("billingbudgets", "cloudquotas", "pubsub", "monitoring"),
    *("logging", "bigquery", "cloudkms"),
    *("compute", "dns", "servicenetworking", "sqladmin"),
    *("aiplatform", "modelarmor"),
    *("cloudfunctions", "run", "cloudbuild", "artifactregistry", "storage", "eventarc", "cloudscheduler"),
)


@dataclass(frozen=True)
class ServicesArgs:
    """Arguments of the services component: short names of APIs, such as pubsub for pubsub.googleapis.com."""

    project: str
    apis: tuple[str, ...]


def size(charter: Charter) -> ServicesArgs:
    """The APIs to enable; those for masking and for private endpoints only where something is masked or deployed."""
    sometimes = (
        ("dlp", bool(charter.data.masked_fields)),
        ("networkconnectivity", charter.capacity.accelerator is not None),
    )
    return ServicesArgs(
        project=charter.cloud.project, apis=(*EVERY_STACK, *(api for api, wanted in sometimes if wanted))
    )
