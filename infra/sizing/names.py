"""Names that Google Cloud derives or that several components must spell alike."""

from __future__ import annotations

from lockgate.charter.model import Charter


def account_id(charter: Charter, workload: str) -> str:
    """The id of a workload's service account; Google accepts 6 to 30 characters."""
    return f"{charter.use_case.name[: 29 - len(workload)].rstrip('-')}-{workload}"


def account_email(charter: Charter, workload: str) -> str:
    """The e-mail address of a workload's service account."""
    return f"{account_id(charter, workload)}@{charter.cloud.project}.iam.gserviceaccount.com"


def account_member(charter: Charter, workload: str) -> str:
    """A workload's service account as an IAM member, known before the account exists."""
    return f"serviceAccount:{account_email(charter, workload)}"


def service_agent(charter: Charter, service: str) -> str:
    """The IAM member by which a Google service acts in the project, such as gcp-sa-aiplatform.

    Google Cloud, "Service agents", 2026: service-<project number>@<service>.iam.gserviceaccount.com.
    """
    return f"serviceAccount:service-{charter.cloud.project_number}@{service}.iam.gserviceaccount.com"
