"""Changes of endpoints, models and quotas."""

from __future__ import annotations

from typing import Any

from tests.audit.changes.shared import REGION
from tests.audit.conftest import Google


def _endpoints(google: Google) -> tuple[Any, str]:
    client = google.generated("google.cloud.aiplatform_v1.EndpointServiceClient", "aiplatform")
    return client, f"projects/{google.project}/locations/{REGION}"


def _deployment(google: Google) -> tuple[Any, Any]:
    client, parent = _endpoints(google)
    (endpoint,) = [one for one in client.list_endpoints(parent=parent) if "gemma" in one.display_name]
    return client, endpoint


def replicas(google: Google) -> None:
    client, endpoint = _deployment(google)
    deployed = endpoint.deployed_models[0]
    deployed.dedicated_resources.max_replica_count = 8
    client.mutate_deployed_model(
        request={
            "endpoint": endpoint.name,
            "deployed_model": {"id": deployed.id, "dedicated_resources": deployed.dedicated_resources},
            "update_mask": {"paths": ["dedicated_resources.max_replica_count"]},
        }
    ).result(timeout=20)


def second_model(google: Google) -> None:
    client, endpoint = _deployment(google)
    first = endpoint.deployed_models[0]
    second = {"model": first.model, "dedicated_resources": first.dedicated_resources, "display_name": "second"}
    client.deploy_model(request={"endpoint": endpoint.name, "deployed_model": second}).result(timeout=20)


def undeploy(google: Google) -> None:
    client, endpoint = _deployment(google)
    client.undeploy_model(
        request={"endpoint": endpoint.name, "deployed_model_id": endpoint.deployed_models[0].id}
    ).result(timeout=20)


def unlogged(google: Google) -> None:
    client, parent = _endpoints(google)
    client.update_endpoint(
        request={
            "endpoint": {
                "name": f"{parent}/endpoints/7412278161",
                "predict_request_response_logging_config": {"enabled": False},
            },
            "update_mask": {"paths": ["predict_request_response_logging_config"]},
        }
    )


def new_endpoint(google: Google) -> None:
    client, parent = _endpoints(google)
    request = {"parent": parent, "endpoint": {"display_name": "shadow"}, "endpoint_id": "77"}
    client.create_endpoint(request=request).result(timeout=20)


def preference(google: Google) -> None:
    client = google.generated("google.cloud.cloudquotas_v1.CloudQuotasClient", "cloudquotas")
    name = f"projects/{google.project}/locations/global/quotaPreferences/claims-triage-l4-{REGION}"
    preference = client.get_quota_preference(name=name)
    preference.quota_config.preferred_value = 16
    preference.contact_email = "mallory@example.com"
    client.update_quota_preference(request={"quota_preference": preference})


def adjuster(google: Google) -> None:
    name = "google.cloud.cloudquotas_v1.QuotaAdjusterSettingsManagerClient"
    client = google.generated(name, "cloudquotas")
    settings = {
        "name": f"projects/{google.project}/locations/global/quotaAdjusterSettings",
        "enablement": "ENABLED",
    }
    client.update_quota_adjuster_settings(
        request={"quota_adjuster_settings": settings, "update_mask": {"paths": ["enablement"]}}
    )


def override(google: Google) -> None:
    overrides = (
        google.discovered("serviceusage", "v1beta1").services().consumerQuotaMetrics().limits().consumerOverrides()
    )
    parent = (
        f"projects/{google.project}/services/aiplatform.googleapis.com/consumerQuotaMetrics/"
        "aiplatform.googleapis.com%2Fcustom_model_serving_nvidia_a100_gpus/limits/%2Fproject%2Fregion"
    )
    (override,) = overrides.list(parent=parent).execute()["overrides"]
    overrides.delete(name=override["name"], force=True).execute()
