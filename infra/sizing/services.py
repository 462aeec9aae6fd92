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
    *("compute", "dns", "networkconnectivity", "servicenetworking", "sqladmin"),
    *("aiplatform", "modelarmor"),
    *("cloudfunctions", "run", "cloudbuild", "artifactregistry", "storage", "eventarc", "cloudscheduler"),
)


@dataclass(frozen=True)
class ServicesArgs:
    """Arguments of the services component: short names of APIs, such as pubsub for pubsub.googleapis.com."""

    project: str
    apis: tuple[str, ...]


def size(charter: Charter) -> ServicesArgs:
    """The APIs to enable; the one for masking only where something is masked."""
    masking = ("dlp",) if charter.data.masked_fields else ()
    return ServicesArgs(project=charter.cloud.project, apis=(*EVERY_STACK, *masking))
