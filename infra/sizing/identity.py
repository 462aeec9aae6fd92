"""Who runs what in the charter's stack, and the permissions that each uses."""

from __future__ import annotations

from dataclasses import dataclass

from infra.sizing.names import account_id, account_member
from lockgate.charter.model import Charter

# Google Cloud, "IAM permissions reference", 2026.
PREDICT = ("aiplatform.endpoints.predict",)
FIND = ("aiplatform.endpoints.get",)
"""To learn at which address a deployed model is reached."""
SCREEN = ("modelarmor.templates.useToSanitizeModelResponse", "modelarmor.templates.useToSanitizeUserPrompt")
LEDGER = ("cloudsql.instances.connect", "cloudsql.instances.get", "cloudsql.instances.login")
# What a user-managed account needs to build a function: read the source, push the image, write the build's log.
BUILD = (
    "artifactregistry.dockerimages.get",
    "artifactregistry.repositories.downloadArtifacts",
    "artifactregistry.repositories.get",
    "artifactregistry.repositories.uploadArtifacts",
    "artifactregistry.tags.create",
    "artifactregistry.tags.get",
    "artifactregistry.tags.list",
    "artifactregistry.tags.update",
    "artifactregistry.versions.get",
    "artifactregistry.versions.list",
    "logging.logEntries.create",
    "storage.objects.get",
    "storage.objects.list",
)


@dataclass(frozen=True)
class Role:
    """A custom role; ``name`` is how a binding spells it."""

    id: str
    name: str
    title: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class Workload:
    """Something that runs, its account, and its role in the project (None: its grants lie on single resources)."""

    name: str
    account: str
    member: str
    description: str
    role: Role | None


@dataclass(frozen=True)
class IdentityArgs:
    """Arguments of the identity component."""

    project: str
    workloads: tuple[Workload, ...]


def size(charter: Charter) -> IdentityArgs:
    """One account a workload, each with no more than it uses."""

    def workload(name: str, description: str, permissions: tuple[str, ...] = ()) -> Workload:
        return Workload(
            name=name,
            account=account_id(charter, name),
            member=account_member(charter, name),
            description=description,
            role=_role(charter, name, permissions) if permissions else None,
        )

    found = FIND if any(model.hosting == "deployed" for model in charter.models) else ()
    return IdentityArgs(
        project=charter.cloud.project,
        workloads=(
            workload("router", "Runs the routing function.", (*PREDICT, *found, *SCREEN, *LEDGER)),
            workload("spend-guard", "Runs the function behind the budget topic."),
            workload("build", "Builds the functions.", BUILD),
            workload("invoker", "Calls the functions for Pub/Sub and Cloud Scheduler."),
        ),
    )


def _role(charter: Charter, workload: str, permissions: tuple[str, ...]) -> Role:
    # A role's id takes letters, digits, underscores and full stops, but no hyphen.
    id_ = f"{charter.use_case.name}_{workload}".replace("-", "_")
    return Role(
        id=id_,
        name=f"projects/{charter.cloud.project}/roles/{id_}",
        title=f"{charter.use_case.name} {workload}",
        permissions=tuple(sorted(permissions)),
    )
