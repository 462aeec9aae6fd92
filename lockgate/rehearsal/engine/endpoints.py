"""Where the provider ``gcp`` finds each service: its custom endpoints, pointed at an emulator.

The provider reads each from an environment variable, so that neither the program nor its provider has to be changed
for it (Terraform's Google provider, provider reference, "{{service}}_custom_endpoint"; November 2026). A custom
endpoint replaces the whole base address, so each path ends in the version that the provider expects there.
"""

from __future__ import annotations

from collections.abc import Mapping

PATHS: Mapping[str, str] = {
    "ACCESS_CONTEXT_MANAGER": "accesscontextmanager/v1",
    "ARTIFACT_REGISTRY": "artifactregistry/v1",
    "BIG_QUERY": "bigquery/bigquery/v2",
    "BILLING_BUDGETS": "billingbudgets/v1",
    "CLOUD_BILLING": "cloudbilling/v1",
    "CLOUD_QUOTAS": "cloudquotas/v1beta",
    "CLOUD_RUN_V2": "run/v2",
    "CLOUD_SCHEDULER": "cloudscheduler/v1",
    "CLOUDFUNCTIONS2": "cloudfunctions/v2beta",
    "COMPUTE": "compute/compute/v1",
    "DATA_LOSS_PREVENTION": "dlp/v2",
    "DNS": "dns/v1",  # without the emulator's own prefix: the provider takes every "/dns/" out of it for one client
    "EVENTARC": "eventarc/v1",
    "IAM2": "iam/v2beta",
    "IAM_BETA": "iam/v1",
    "KMS": "cloudkms/v1",
    "LOGGING": "logging/v2",
    "MODEL_ARMOR": "modelarmor/v1beta",
    "MODEL_ARMOR_GLOBAL": "modelarmor/v1beta",
    "MONITORING": "monitoring",
    "NETWORK_CONNECTIVITY": "networkconnectivity/v1",
    "NETWORK_CONNECTIVITYV1": "networkconnectivity/v1",
    "ORG_POLICY": "orgpolicy/v2",
    "PUBSUB": "pubsub/v1",
    "RESOURCE_MANAGER": "cloudresourcemanager/v1",
    "RESOURCE_MANAGER_V3": "cloudresourcemanager/v3",
    "SECRET_MANAGER": "secretmanager/v1",
    "SERVICE_NETWORKING": "servicenetworking/v1",
    "SERVICE_USAGE": "serviceusage/v1beta1",
    "SQL": "sqladmin/sql/v1beta4",
    "STORAGE": "storage/storage/v1",
    "VERTEX_AI": "aiplatform/v1beta1",
}
"""Path on the emulator by the name that the provider gives the service."""


WITHOUT_CLOUD: Mapping[str, str] = {"GOOGLE_OAUTH_ACCESS_TOKEN": "none", "PULUMI_GCP_SKIP_REGION_VALIDATION": "true"}
"""What keeps the provider from looking for credentials, and from asking a public host for regions."""


def environment(base: str) -> dict[str, str]:
    """The variables that point the provider at the emulator at ``base``, and keep it from asking for anything else.

    The token is a word that nobody checks: with one the provider looks for no credentials.
    """
    found = {f"GOOGLE_{name}_CUSTOM_ENDPOINT": f"{base.rstrip('/')}/{path}/" for name, path in PATHS.items()}
    return found | dict(WITHOUT_CLOUD)
