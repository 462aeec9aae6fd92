"""Cloud Run through google-cloud-run and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import run_v2
from google.cloud.run_v2.services.jobs.transports import JobsRestTransport
from google.cloud.run_v2.services.services.transports import ServicesRestTransport

PROJECT, NUMBER = "demo-project", "123456789012"
PLACE = f"projects/{PROJECT}/locations/europe-west4"
BASE = f"/run/v2/{PLACE}"
IMAGE = {"template": {"containers": [{"image": "europe-docker.pkg.dev/p/r/i"}]}}


def _how(emulator: Any) -> dict[str, Any]:
    return {"host": f"127.0.0.1:{emulator.port}/run", "url_scheme": "http", "credentials": AnonymousCredentials()}


@pytest.fixture
def services(emulator: Any) -> run_v2.ServicesClient:
    return run_v2.ServicesClient(transport=ServicesRestTransport(**_how(emulator)))


def test_a_service_runs_has_an_address_and_revisions(services: run_v2.ServicesClient, emulator: Any) -> None:
    made = services.create_service(parent=PLACE, service=IMAGE, service_id="web").result(timeout=20)
    assert made.name == f"{PLACE}/services/web"
    assert made.uri.startswith("https://web-")
    assert made.template.service_account == f"{NUMBER}-compute@developer.gserviceaccount.com"
    assert made.template.containers[0].resources.limits["memory"] == "512Mi"
    assert made.terminal_condition.state == run_v2.Condition.State.CONDITION_SUCCEEDED
    made.template.containers[0].image = "other"
    changed = services.update_service(service=made).result(timeout=20)
    assert changed.generation == 2
    assert changed.uri == made.uri
    revisions = emulator.ok("GET", f"{BASE}/services/web/revisions")["revisions"]
    assert [r["containers"][0]["image"] for r in revisions] == ["europe-docker.pkg.dev/p/r/i", "other"]
    emulator.refused(400, "DELETE", f"/run/v2/{changed.latest_ready_revision}")
    services.delete_service(name=made.name).result(timeout=20)
    with pytest.raises(exceptions.NotFound, match=r'service ".*web" not found'):
        services.get_service(name=made.name)


def test_the_policy_of_a_service(services: run_v2.ServicesClient, emulator: Any) -> None:
    services.create_service(parent=PLACE, service=IMAGE, service_id="web").result(timeout=20)
    binding = {"role": "roles/run.invoker", "members": ["allUsers"]}
    emulator.ok("POST", f"{BASE}/services/web:setIamPolicy", {"policy": {"bindings": [binding]}})
    assert emulator.ok("GET", f"{BASE}/services/web:getIamPolicy")["bindings"] == [binding]
    emulator.refused(404, "GET", f"{BASE}/services/none:getIamPolicy")


def test_a_service_needs_an_image_and_an_account_that_exists(emulator: Any) -> None:
    emulator.refused(400, "POST", f"{BASE}/services?serviceId=web", {"template": {"containers": [{}]}})
    nobody = {"template": {**IMAGE["template"], "serviceAccount": f"nobody-here@{PROJECT}.iam.gserviceaccount.com"}}
    assert "actAs" in emulator.refused(403, "POST", f"{BASE}/services?serviceId=web", nobody)["message"]
    emulator.refused(400, "POST", f"{BASE}/services?serviceId=Web", IMAGE)


def test_a_key_needs_the_agent_of_cloud_run(emulator: Any) -> None:
    ring = f"{PLACE}/keyRings/r"
    emulator.ok("POST", f"/cloudkms/v1/{PLACE}/keyRings?keyRingId=r", {})
    emulator.ok("POST", f"/cloudkms/v1/{ring}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"})
    sealed = {"template": {**IMAGE["template"], "encryptionKey": f"{ring}/cryptoKeys/k"}}
    error = emulator.refused(400, "POST", f"{BASE}/services?serviceId=web", sealed)
    assert "serverless-robot-prod" in error["message"]


def test_a_job_is_run(emulator: Any) -> None:
    jobs = run_v2.JobsClient(transport=JobsRestTransport(**_how(emulator)))
    made = jobs.create_job(parent=PLACE, job_id="nightly", job={"template": IMAGE}).result(timeout=20)
    assert (made.template.task_count, made.template.template.max_retries) == (1, 3)
    execution = jobs.run_job(name=made.name).result(timeout=20)
    assert execution.succeeded_count == 1
    assert jobs.get_job(name=made.name).execution_count == 1
    assert len(emulator.ok("GET", f"/run/v2/{execution.name}/tasks")["tasks"]) == 1


def test_retries_may_be_none(emulator: Any) -> None:
    job = {"template": {"template": {**IMAGE["template"], "maxRetries": 0}}}
    made = emulator.finish("run", emulator.ok("POST", f"{BASE}/jobs?jobId=once", job), "v2")
    assert made["template"]["template"]["maxRetries"] == 0


def test_a_worker_pool(emulator: Any) -> None:
    made = emulator.finish("run", emulator.ok("POST", f"{BASE}/workerPools?workerPoolId=pool", IMAGE), "v2")
    assert made["generation"] == "1"
    changed = emulator.ok("PATCH", f"{BASE}/workerPools/pool?updateMask=labels", {"labels": {"a": "b"}})
    assert emulator.finish("run", changed, "v2")["labels"] == {"a": "b"}
    emulator.finish("run", emulator.ok("DELETE", f"{BASE}/workerPools/pool"), "v2")


def test_gclouds_form_of_a_service(emulator: Any) -> None:
    emulator.ok("POST", f"{BASE}/services?serviceId=web", IMAGE)
    base = f"/run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services"
    listed = emulator.ok("GET", base)["items"]
    assert [i["metadata"]["name"] for i in listed] == ["web"]
    assert emulator.ok("GET", f"{base}/web")["status"]["url"].startswith("https://web-")
    emulator.refused(404, "GET", f"{base}/none")
    emulator.refused(400, "POST", base, {})
    everywhere = emulator.ok("GET", f"/run/v1/projects/{PROJECT}/locations/-/services")["items"]
    assert everywhere[0]["metadata"]["labels"]["cloud.googleapis.com/location"] == "europe-west4"


def test_a_manifest_is_created_replaced_and_deleted(services: run_v2.ServicesClient, emulator: Any) -> None:
    base = f"/run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services"
    manifest: dict[str, Any] = {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": PROJECT,
            "labels": {"cloud.googleapis.com/location": "europe-west4", "team": "claims"},
            "annotations": {"run.googleapis.com/ingress": "internal"},
        },
        "spec": {
            "template": {
                "metadata": {"annotations": {"autoscaling.knative.dev/maxScale": "3"}},
                "spec": {
                    "containerConcurrency": 10,
                    "timeoutSeconds": 60,
                    "containers": [{"image": "europe-docker.pkg.dev/p/r/i", "env": [{"name": "A", "value": "b"}]}],
                },
            }
        },
    }
    made = emulator.ok("POST", base, manifest)
    assert made["metadata"]["annotations"]["run.googleapis.com/ingress"] == "internal"
    assert made["status"]["url"].startswith("https://web-")
    second = services.get_service(name=f"{PLACE}/services/web")
    assert second.ingress == run_v2.IngressTraffic.INGRESS_TRAFFIC_INTERNAL_ONLY
    assert (second.template.scaling.max_instance_count, second.template.timeout.seconds) == (3, 60)
    assert dict(second.labels) == {"team": "claims"}
    emulator.refused(409, "POST", base, manifest)
    changed = {**made, "spec": {**made["spec"]}}
    changed["spec"]["template"]["spec"]["timeoutSeconds"] = 90
    changed["spec"]["template"]["metadata"].pop("name")
    del changed["metadata"]["annotations"]["run.googleapis.com/ingress"]
    assert emulator.ok("PUT", f"{base}/web", changed)["spec"]["template"]["spec"]["timeoutSeconds"] == 90
    assert services.get_service(name=f"{PLACE}/services/web").ingress == run_v2.IngressTraffic.INGRESS_TRAFFIC_ALL
    emulator.refused(409, "PUT", f"{base}/web", {**changed, "metadata": {**made["metadata"]}})
    assert emulator.ok("DELETE", f"{base}/web")["status"] == "Success"
    emulator.refused(404, "DELETE", f"{base}/web")


def test_a_manifest_that_names_no_region_is_refused(emulator: Any) -> None:
    base = f"/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services"
    manifest = {"metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [{"image": "i"}]}}}}
    assert "No region" in emulator.refused(400, "POST", f"/run{base}", manifest)["message"]
    host = {"Host": "europe-west1-run.googleapis.com"}
    assert emulator.ok("POST", base, manifest, host)["metadata"]["labels"] == {
        "cloud.googleapis.com/location": "europe-west1"
    }
