"""Vertex AI through google-cloud-aiplatform's GAPIC clients and plain HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform_v1

PLACE = "projects/demo-project/locations/europe-west4"
SHOWN = "projects/123456789012/locations/europe-west4"
GEMINI = f"{PLACE}/publishers/google/models/gemini-2.5-flash"
AGENT = "serviceAccount:service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com"
L4 = {"machineType": "g2-standard-24", "acceleratorType": "NVIDIA_L4", "acceleratorCount": 2}


def _client(emulator: Any, kind: str) -> Any:
    transport = getattr(aiplatform_v1, kind).get_transport_class("rest")(
        host=f"127.0.0.1:{emulator.port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    return getattr(aiplatform_v1, kind)(transport=transport)


def _deploy(emulator: Any, **more: Any) -> Any:
    body = {
        "publisherModelName": "publishers/google/models/gemma3@gemma-3-12b-it",
        "modelConfig": {"acceptEula": True},
        "deployConfig": {"dedicatedResources": {"machineSpec": L4, "minReplicaCount": 1, "maxReplicaCount": 2}},
        **more,
    }
    return emulator.call("POST", f"/aiplatform/v1/{PLACE}:deploy", body)


def test_an_endpoint_lives_and_dies(emulator: Any) -> None:
    client = _client(emulator, "EndpointServiceClient")
    made = client.create_endpoint(parent=PLACE, endpoint={"display_name": "d"}, endpoint_id="e1").result()
    assert made.name == f"{SHOWN}/endpoints/e1"
    patched = client.update_endpoint(
        endpoint={"name": made.name, "display_name": "new"}, update_mask={"paths": ["display_name"]}
    )
    assert patched.display_name == "new"
    assert patched.etag
    assert [e.name for e in client.list_endpoints(parent=PLACE)] == [made.name]
    client.delete_endpoint(name=made.name).result()
    with pytest.raises(exceptions.NotFound):
        client.get_endpoint(name=made.name)


def test_a_model_is_uploaded_deployed_scaled_and_taken_away(emulator: Any) -> None:
    models, endpoints = _client(emulator, "ModelServiceClient"), _client(emulator, "EndpointServiceClient")
    model = {"display_name": "m", "container_spec": {"image_uri": "example.com/i"}}
    uploaded = models.upload_model(parent=PLACE, model=model).result()
    assert uploaded.model_version_id == "1"
    endpoint = endpoints.create_endpoint(parent=PLACE, endpoint={"display_name": "d"}).result().name
    resources = {"machine_spec": {"machine_type": "n1-standard-4"}, "min_replica_count": 1, "max_replica_count": 2}
    wanted = {"model": uploaded.model, "dedicated_resources": resources}
    deployed = endpoints.deploy_model(endpoint=endpoint, deployed_model=wanted, traffic_split={"0": 100}).result()
    ident = deployed.deployed_model.id
    assert dict(endpoints.get_endpoint(name=endpoint).traffic_split) == {ident: 100}
    with pytest.raises(exceptions.BadRequest):
        endpoints.delete_endpoint(name=endpoint)
    with pytest.raises(exceptions.BadRequest):
        models.delete_model(name=uploaded.model)
    changed = {"id": ident, "dedicated_resources": {"max_replica_count": 5}}
    endpoints.mutate_deployed_model(
        endpoint=endpoint, deployed_model=changed, update_mask={"paths": ["dedicated_resources.max_replica_count"]}
    ).result()
    held = endpoints.get_endpoint(name=endpoint).deployed_models[0].dedicated_resources
    assert (held.min_replica_count, held.max_replica_count) == (1, 5)
    assert held.machine_spec.machine_type == "n1-standard-4"
    endpoints.undeploy_model(endpoint=endpoint, deployed_model_id=ident).result()
    endpoints.delete_endpoint(name=endpoint).result()
    models.delete_model(name=uploaded.model).result()


def test_models_answer_from_the_script_with_their_counts(emulator: Any) -> None:
    answer = {"model": "gemini-*", "match": "refund", "text": "approve", "prompt_tokens": 20, "answer_tokens": 3}
    emulator.ok("POST", "/_script", {"answers": [answer]})
    client = _client(emulator, "PredictionServiceClient")
    contents = [{"role": "user", "parts": [{"text": "a refund of 20"}]}]
    found = client.generate_content(model=GEMINI, contents=contents)
    assert found.candidates[0].content.parts[0].text == "approve"
    assert (found.usage_metadata.prompt_token_count, found.usage_metadata.total_token_count) == (20, 23)
    pieces = list(client.stream_generate_content(model=GEMINI, contents=contents))
    assert "".join(p.candidates[0].content.parts[0].text for p in pieces) == "approve"
    assert pieces[-1].usage_metadata.candidates_token_count == 3
    other = client.generate_content(model=GEMINI, contents=[{"role": "user", "parts": [{"text": "hello"}]}])
    assert "asks no model" in other.candidates[0].content.parts[0].text
    with pytest.raises(exceptions.BadRequest):
        client.generate_content(model=GEMINI, contents=[])


def test_a_scripted_error_and_server_sent_events(emulator: Any) -> None:
    error = {"status": "RESOURCE_EXHAUSTED", "message": "Resource exhausted."}
    emulator.ok("POST", "/_script", {"answers": [{"model": "gemini-*", "error": error, "count": 1}]})
    body = {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}
    emulator.refused(429, "POST", f"/aiplatform/v1/{GEMINI}:generateContent", body)
    data = json.dumps(body).encode()
    status, headers, raw = emulator.raw(
        "POST", f"/aiplatform/v1/{GEMINI}:streamGenerateContent?alt=sse", data, {"Content-Type": "application/json"}
    )
    assert status == 200
    assert headers["content-type"].startswith("text/event-stream")
    assert raw.startswith(b"data: {")


def test_model_garden_deploys_in_one_call(emulator: Any) -> None:
    status, operation = _deploy(emulator)
    assert status == 200
    assert "/locations/europe-west4/operations/" in operation["name"]
    made = emulator.finish("aiplatform", operation)
    endpoint = emulator.ok("GET", f"/aiplatform/v1/{made['endpoint']}")
    deployed = endpoint["deployedModels"][0]
    assert endpoint["trafficSplit"] == {deployed["id"]: 100}
    assert f"{deployed['model']}@1" == made["model"]
    emulator.ok("POST", "/_script", {"answers": [{"model": "gemma*", "text": "hi"}]})
    predicted = emulator.ok("POST", f"/aiplatform/v1/{made['endpoint']}:predict", {"instances": [{"prompt": "x"}]})
    assert predicted["predictions"] == ["hi"]
    assert predicted["deployedModelId"] == deployed["id"]
    messages = {"model": "", "messages": [{"role": "user", "content": "x"}]}
    chat = emulator.ok("POST", f"/aiplatform/v1/{made['endpoint']}/chat/completions", messages)
    assert chat["choices"][0]["message"]["content"] == "hi"


def test_model_garden_wants_the_licence_accepted(emulator: Any) -> None:
    status, refused = _deploy(emulator, modelConfig={})
    assert status == 400
    assert "License" in refused["error"]["message"]


def test_a_deployment_beyond_the_quota_is_refused(emulator: Any) -> None:
    quota = {
        "service": "aiplatform.googleapis.com",
        "quotaId": "CustomModelServingL4GPUsPerProjectPerRegion",
        "dimensions": {"region": "europe-west4"},
        "value": 3,
    }
    emulator.ok("POST", "/_quotas", {"quotas": [quota]})
    assert _deploy(emulator)[0] == 200
    status, refused = _deploy(emulator)
    assert status == 429
    assert "CustomModelServingL4GPUs" in refused["error"]["message"]


def test_a_key_must_be_granted_to_the_service_agent(emulator: Any) -> None:
    ring = f"{PLACE}/keyRings/r"
    emulator.ok("POST", f"/cloudkms/v1/{PLACE}/keyRings?keyRingId=r", {})
    key = emulator.ok("POST", f"/cloudkms/v1/{ring}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"})["name"]
    path = f"/aiplatform/v1/{PLACE}/endpoints"
    body = {"displayName": "d", "encryptionSpec": {"kmsKeyName": key}}
    assert "gcp-sa-aiplatform" in emulator.refused(400, "POST", path, body)["message"]
    binding = {"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": [AGENT]}
    emulator.ok("POST", f"/cloudkms/v1/{key}:setIamPolicy", {"policy": {"bindings": [binding]}})
    emulator.finish("aiplatform", emulator.ok("POST", path, body))
    elsewhere = path.replace("europe-west4", "us-central1")
    assert "location" in emulator.refused(400, "POST", elsewhere, body)["message"]


@pytest.mark.parametrize(
    ("kind", "query", "body"),
    [
        ("featurestores", "featurestoreId=x1", {}),
        ("featureOnlineStores", "featureOnlineStoreId=x1", {"optimized": {}}),
        ("featureGroups", "featureGroupId=x1", {"bigQuery": {"bigQuerySource": {"inputUri": "bq://a.b.c"}}}),
        ("metadataStores", "metadataStoreId=x1", {}),
        ("tensorboards", "", {"displayName": "t"}),
        ("indexes", "", {"displayName": "i"}),
        ("indexEndpoints", "", {"displayName": "i", "publicEndpointEnabled": True}),
        (
            "datasets",
            "",
            {"displayName": "d", "metadataSchemaUri": "gs://b/schema/dataset/metadata/image_1.0.0.yaml"},
        ),
    ],
)
def test_kinds_made_by_operations(emulator: Any, kind: str, query: str, body: Any) -> None:
    operation = emulator.ok("POST", f"/aiplatform/v1/{PLACE}/{kind}?{query}", body)
    assert "genericMetadata" in operation["metadata"]
    assert operation["metadata"]["@type"].endswith("OperationMetadata")
    name = emulator.finish("aiplatform", operation)["name"]
    assert name.startswith(f"{SHOWN}/{kind}/")
    assert emulator.ok("GET", f"/aiplatform/v1beta1/{name}")["name"] == name
    gone = emulator.ok("DELETE", f"/aiplatform/v1/{name}")
    assert gone["done"]
    assert gone["metadata"]["@type"].endswith(".DeleteOperationMetadata")
    emulator.refused(404, "GET", f"/aiplatform/v1/{name}")


def test_a_job_is_done_when_it_is_read_again(emulator: Any) -> None:
    spec = {"workerPoolSpecs": [{"replicaCount": "1", "containerSpec": {"imageUri": "example.com/i"}}]}
    job = emulator.ok("POST", f"/aiplatform/v1/{PLACE}/customJobs", {"displayName": "j", "jobSpec": spec})
    assert job["state"] == "JOB_STATE_PENDING"
    assert emulator.ok("GET", f"/aiplatform/v1/{job['name']}")["state"] == "JOB_STATE_SUCCEEDED"


def test_caching_is_switched_off_for_a_project(emulator: Any) -> None:
    path = "/aiplatform/v1/projects/demo-project/cacheConfig"
    emulator.ok("PATCH", path, {"disableCache": True})
    assert emulator.ok("GET", path) == {"name": "projects/123456789012/cacheConfig", "disableCache": True}


def test_embeddings_have_the_size_that_is_asked_for_and_are_the_same_for_the_same_text(emulator: Any) -> None:
    model = f"/aiplatform/v1/{PLACE}/publishers/google/models/gemini-embedding-001"
    content = {"parts": [{"text": "a hail storm"}]}
    first = emulator.ok("POST", f"{model}:embedContent", {"content": content, "outputDimensionality": 16})
    again = emulator.ok("POST", f"{model}:embedContent", {"content": content, "outputDimensionality": 16})
    assert len(first["embedding"]["values"]) == 16
    assert first["embedding"] == again["embedding"]
    openai = f"/aiplatform/v1/{PLACE}/endpoints/openapi/embeddings"
    found = emulator.ok("POST", openai, {"model": "google/gemini-embedding-001", "input": ["a hail storm", "b"]})
    assert found["data"][0]["embedding"][:16] == first["embedding"]["values"]
    assert [one["index"] for one in found["data"]] == [0, 1]
    emulator.refused(400, "POST", f"{model}:embedContent", {"content": {}})


def test_a_text_is_shown_in_its_tokens(emulator: Any) -> None:
    model = f"/aiplatform/v1/{PLACE}/publishers/google/models/gemini-3.5-flash"
    contents = {"contents": [{"role": "user", "parts": [{"text": "a hail storm"}]}]}
    (said,) = emulator.ok("POST", f"{model}:computeTokens", contents)["tokensInfo"]
    counted = emulator.ok("POST", f"{model}:countTokens", contents)["totalTokens"]
    assert (len(said["tokenIds"]), len(said["tokens"])) == (counted, counted)
    assert b"".join(base64.b64decode(one) for one in said["tokens"]) == b"a hail storm"
