"""Cloud Functions through google-cloud-functions and plain HTTP: a function is seen in Cloud Run, Eventarc and
Pub/Sub as well."""

from __future__ import annotations

import http.client
import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import functions_v2
from google.cloud.functions_v2.services.function_service.transports import FunctionServiceRestTransport

PROJECT, NUMBER = "demo-project", "123456789012"
PLACE = f"projects/{PROJECT}/locations/europe-west4"
BASE = f"/cloudfunctions/v2/{PLACE}/functions"
TOPIC = f"projects/{PROJECT}/topics/budget"


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def router(request): return 'ok'")
    return packed.getvalue()


@pytest.fixture
def source(emulator: Any) -> dict[str, Any]:
    """A storage source that holds an archive."""
    emulator.ok("POST", f"/storage/v1/b?project={PROJECT}", {"name": "fn-source", "location": "EUROPE-WEST4"})
    status, _, answer = emulator.raw(
        "POST",
        "/upload/storage/v1/b/fn-source/o?uploadType=media&name=fn.zip",
        _archive(),
        {"Content-Type": "application/zip"},
    )
    assert status == 200, answer
    return {"storageSource": {"bucket": "fn-source", "object": "fn.zip"}}


def _function(source: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"buildConfig": {"runtime": "python313", "entryPoint": "router", "source": source}, **more}


def test_a_function_by_googles_own_client(emulator: Any, source: dict[str, Any]) -> None:
    client = functions_v2.FunctionServiceClient(
        transport=FunctionServiceRestTransport(
            host=f"127.0.0.1:{emulator.port}/cloudfunctions", url_scheme="http", credentials=AnonymousCredentials()
        )
    )
    body = functions_v2.Function(
        build_config={
            "runtime": "python313",
            "entry_point": "router",
            "source": {"storage_source": {"bucket": "fn-source", "object_": "fn.zip"}},
        },
        service_config={"available_memory": "1024Mi", "available_cpu": "1", "max_instance_request_concurrency": 40},
    )
    made = client.create_function(parent=PLACE, function_id="router", function=body).result(timeout=20)
    assert made.state == functions_v2.Function.State.ACTIVE
    assert made.environment == functions_v2.Environment.GEN_2
    assert made.service_config.service == f"{PLACE}/services/router"
    assert made.build_config.source_provenance.resolved_storage_source.generation
    service = emulator.ok("GET", f"/run/v2/{PLACE}/services/router")
    assert service["uri"] == made.service_config.uri
    assert service["template"]["containers"][0]["resources"]["limits"] == {"cpu": "1", "memory": "1024Mi"}
    made.service_config.max_instance_count = 3
    changed = client.update_function(function=made, update_mask="serviceConfig.maxInstanceCount").result(timeout=20)
    assert changed.service_config.max_instance_count == 3
    assert emulator.ok("GET", f"/run/v2/{PLACE}/services/router")["template"]["scaling"]["maxInstanceCount"] == 3
    client.delete_function(name=made.name).result(timeout=20)
    emulator.refused(404, "GET", f"/run/v2/{PLACE}/services/router")


def test_a_function_that_hears_a_topic(emulator: Any, source: dict[str, Any]) -> None:
    trigger = {
        "eventType": "google.cloud.pubsub.topic.v1.messagePublished",
        "pubsubTopic": TOPIC,
        "retryPolicy": "RETRY_POLICY_RETRY",
    }
    emulator.refused(404, "POST", f"{BASE}?functionId=guard", _function(source, eventTrigger=trigger))
    emulator.ok("PUT", f"/pubsub/v1/{TOPIC}", {})
    operation = emulator.ok("POST", f"{BASE}?functionId=guard", _function(source, eventTrigger=trigger))
    assert operation["metadata"]["operationType"] == "CREATE_FUNCTION"
    made = emulator.finish("cloudfunctions", operation, "v2")
    bound = emulator.ok("GET", f"/eventarc/v1/{made['eventTrigger']['trigger']}")
    assert bound["destination"]["cloudRun"]["service"] == "guard"
    subscription = emulator.ok("GET", f"/pubsub/v1/{bound['transport']['pubsub']['subscription']}")
    assert subscription["topic"] == TOPIC
    assert subscription["pushConfig"]["pushEndpoint"].startswith(made["serviceConfig"]["uri"])
    emulator.finish("cloudfunctions", emulator.ok("DELETE", f"{BASE}/guard"), "v2")
    emulator.refused(404, "GET", f"/eventarc/v1/{bound['name']}")
    emulator.refused(404, "GET", f"/pubsub/v1/{subscription['name']}")
    emulator.ok("GET", f"/pubsub/v1/{TOPIC}")


def test_the_archive_can_be_uploaded_to_an_address_that_is_given(emulator: Any) -> None:
    given = emulator.ok("POST", f"{BASE}:generateUploadUrl", {})
    url = urlsplit(given["uploadUrl"])
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
    archive = _archive()
    connection.request("PUT", f"{url.path}?{url.query}", archive, {"Content-Type": "application/zip"})
    assert connection.getresponse().status == 200
    connection.close()
    made = emulator.ok("POST", f"{BASE}?functionId=router", _function({"storageSource": given["storageSource"]}))
    emulator.finish("cloudfunctions", made, "v2")
    fetched = urlsplit(emulator.ok("POST", f"{BASE}/router:generateDownloadUrl", {})["downloadUrl"])
    assert emulator.raw("GET", f"{fetched.path}?{fetched.query}")[2] == archive


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("buildConfig", {"runtime": "cobol85"}),
        ("buildConfig", {"entryPoint": ""}),
        ("buildConfig", {"source": {"storageSource": {"bucket": "fn-source", "object": "none.zip"}}}),
        (
            "buildConfig",
            {"serviceAccount": f"projects/{PROJECT}/serviceAccounts/nobody@{PROJECT}.iam.gserviceaccount.com"},
        ),
        ("serviceConfig", {"minInstanceCount": 5, "maxInstanceCount": 2}),
        ("serviceConfig", {"maxInstanceRequestConcurrency": 10}),
    ],
)
def test_functions_that_are_refused(emulator: Any, source: dict[str, Any], part: str, change: dict[str, Any]) -> None:
    body = _function(source)
    body[part] = {**body.get(part, {}), **change}
    status, _ = emulator.call("POST", f"{BASE}?functionId=router", body)
    assert status in (400, 403, 404)
    emulator.refused(404, "GET", f"{BASE}/router")


def test_a_key_needs_three_agents_and_a_repository_under_it(emulator: Any, source: dict[str, Any]) -> None:
    ring = f"{PLACE}/keyRings/r"
    emulator.ok("POST", f"/cloudkms/v1/{PLACE}/keyRings?keyRingId=r", {})
    emulator.ok("POST", f"/cloudkms/v1/{ring}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"})
    key = f"{ring}/cryptoKeys/k"
    domains = ("gcf-admin-robot", "gcp-sa-artifactregistry", "serverless-robot-prod")
    members = [f"serviceAccount:service-{NUMBER}@{domain}.iam.gserviceaccount.com" for domain in domains]
    body = _function(source, kmsKeyName=key)
    body["buildConfig"]["dockerRepository"] = f"{PLACE}/repositories/images"

    def grant(who: list[str]) -> None:
        binding = {"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": who}
        emulator.ok("POST", f"/cloudkms/v1/{key}:setIamPolicy", {"policy": {"bindings": [binding]}})

    repositories = f"/artifactregistry/v1/{PLACE}/repositories"
    emulator.refused(400, "POST", f"{repositories}?repositoryId=images", {"format": "DOCKER", "kmsKeyName": key})
    grant(members[:2])
    emulator.ok("POST", f"{repositories}?repositoryId=images", {"format": "DOCKER", "kmsKeyName": key})
    emulator.refused(400, "POST", f"{BASE}?functionId=router", body)
    grant(members)
    emulator.ok("POST", f"{BASE}?functionId=router", body)
    service = emulator.ok("GET", f"/run/v2/{PLACE}/services/router")
    assert service["template"]["encryptionKey"] == key


def test_a_function_of_the_first_generation(emulator: Any) -> None:
    base = f"/cloudfunctions/v1/{PLACE}/functions"
    body = {
        "name": f"{PLACE}/functions/old",
        "runtime": "python312",
        "entryPoint": "f",
        "sourceArchiveUrl": "gs://b/o.zip",
        "httpsTrigger": {},
    }
    made = emulator.finish("cloudfunctions", emulator.ok("POST", base, body))
    assert (made["status"], made["versionId"]) == ("ACTIVE", "1")
    assert made["httpsTrigger"]["url"].startswith("https://europe-west4-demo-project.cloudfunctions.net/")
    emulator.finish("cloudfunctions", emulator.ok("PATCH", f"{base}/old?updateMask=runtime", {"runtime": "python313"}))
    assert emulator.ok("GET", f"{base}/old")["versionId"] == "2"
