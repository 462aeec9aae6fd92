"""Cloud Logging through googleapiclient, google-cloud-logging and plain HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import logging as cloud_logging
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

PROJECT, NUMBER = "demo-project", "123456789012"
BASE = f"/logging/v2/projects/{PROJECT}"
BUCKETS = f"{BASE}/locations/europe-west4/buckets"
WRITER = f"serviceAccount:service-{NUMBER}@gcp-sa-logging.iam.gserviceaccount.com"


@pytest.fixture
def logging(emulator: Any) -> Any:
    return build(
        "logging",
        "v2",
        credentials=AnonymousCredentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/logging/"),
    )


def test_two_buckets_are_always_there(logging: Any) -> None:
    buckets = logging.projects().locations().buckets()
    names = [
        b["name"].rsplit("/", 1)[-1]
        for b in buckets.list(parent=f"projects/{PROJECT}/locations/-").execute()["buckets"]
    ]
    assert names == ["_Default", "_Required"]
    with pytest.raises(HttpError, match="cannot be modified"):
        buckets.patch(
            name=f"projects/{PROJECT}/locations/global/buckets/_Required",
            body={"retentionDays": 1},
            updateMask="retentionDays",
        ).execute()
    with pytest.raises(HttpError, match="cannot be deleted"):
        buckets.delete(name=f"projects/{PROJECT}/locations/global/buckets/_Default").execute()


def test_the_default_bucket_can_be_changed(emulator: Any) -> None:
    name = f"{BASE}/locations/global/buckets/_Default"
    emulator.ok("PATCH", f"{name}?updateMask=retentionDays", {"retentionDays": 10})
    assert emulator.ok("GET", name)["retentionDays"] == 10
    assert len(emulator.ok("GET", f"{BASE}/locations/global/buckets")["buckets"]) == 2


def test_a_bucket_is_kept_thirty_days_and_marked_when_deleted(emulator: Any) -> None:
    made = emulator.ok("POST", f"{BUCKETS}?bucketId=audit", {"description": "d"})
    assert (made["retentionDays"], made["lifecycleState"]) == (30, "ACTIVE")
    emulator.ok("DELETE", f"{BUCKETS}/audit")
    assert emulator.ok("GET", f"{BUCKETS}/audit")["lifecycleState"] == "DELETE_REQUESTED"
    emulator.refused(409, "POST", f"{BUCKETS}?bucketId=audit", {})
    emulator.ok("POST", f"{BUCKETS}/audit:undelete", {})
    assert emulator.ok("GET", f"{BUCKETS}/audit")["lifecycleState"] == "ACTIVE"
    emulator.refused(400, "PATCH", f"{BUCKETS}/audit", {"description": "without a mask"})


def test_a_locked_bucket_keeps_its_retention_its_lock_and_what_it_was_fed(emulator: Any) -> None:
    emulator.ok("POST", f"{BUCKETS}?bucketId=audit", {"retentionDays": 400, "locked": True})
    emulator.refused(400, "PATCH", f"{BUCKETS}/audit?updateMask=retentionDays", {"retentionDays": 1})
    emulator.refused(400, "PATCH", f"{BUCKETS}/audit?updateMask=locked", {"locked": False})
    emulator.ok("PATCH", f"{BUCKETS}/audit?updateMask=description", {"description": "still mine"})
    destination = f"logging.googleapis.com/projects/{PROJECT}/locations/europe-west4/buckets/audit"
    emulator.ok("POST", f"{BASE}/sinks", {"name": "to-audit", "destination": destination})
    assert "empty" in emulator.refused(400, "DELETE", f"{BUCKETS}/audit")["message"]


def test_a_bucket_made_by_an_operation(emulator: Any) -> None:
    operation = emulator.ok("POST", f"{BUCKETS}:createAsync?bucketId=slow", {"analyticsEnabled": True})
    assert operation["name"].startswith(f"projects/{NUMBER}/locations/europe-west4/operations/")
    assert operation["metadata"]["createBucketRequest"]["bucketId"] == "slow"
    assert emulator.finish("logging", operation, "v2")["analyticsEnabled"] is True
    changed = emulator.ok("POST", f"{BUCKETS}/slow:updateAsync?updateMask=description", {"description": "x"})
    assert emulator.finish("logging", changed, "v2")["description"] == "x"


def test_a_key_needs_the_account_that_the_settings_name(emulator: Any) -> None:
    settings = emulator.ok("GET", f"{BASE}/settings")
    assert settings["loggingServiceAccountId"] == WRITER.partition(":")[2]
    ring = f"projects/{PROJECT}/locations/europe-west4/keyRings/r"
    emulator.ok("POST", f"/cloudkms/v1/projects/{PROJECT}/locations/europe-west4/keyRings?keyRingId=r", {})
    emulator.ok("POST", f"/cloudkms/v1/{ring}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"})
    key = f"{ring}/cryptoKeys/k"
    body = {"cmekSettings": {"kmsKeyName": key}}
    emulator.refused(400, "POST", f"{BUCKETS}?bucketId=sealed", body)
    member = f"serviceAccount:{settings['kmsServiceAccountId']}"
    binding = {"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": [member]}
    emulator.ok("POST", f"/cloudkms/v1/{key}:setIamPolicy", {"policy": {"bindings": [binding]}})
    made = emulator.ok("POST", f"{BUCKETS}?bucketId=sealed", body)
    assert made["cmekSettings"]["kmsKeyName"] == key
    emulator.refused(400, "PATCH", f"{BUCKETS}/sealed?updateMask=cmekSettings", {})


def test_views_have_policies_of_their_own(emulator: Any) -> None:
    emulator.ok("POST", f"{BUCKETS}?bucketId=audit", {})
    assert [v["name"].rsplit("/", 1)[-1] for v in emulator.ok("GET", f"{BUCKETS}/audit/views")["views"]] == ["_AllLogs"]
    emulator.ok("POST", f"{BUCKETS}/audit/views?viewId=auditors", {"filter": f'SOURCE("projects/{PROJECT}")'})
    binding = {"role": "roles/logging.viewAccessor", "members": ["group:audit@example.com"]}
    emulator.ok("POST", f"{BUCKETS}/audit/views/auditors:setIamPolicy", {"policy": {"bindings": [binding]}})
    assert emulator.ok("POST", f"{BUCKETS}/audit/views/auditors:getIamPolicy", {})["bindings"] == [binding]
    emulator.refused(404, "POST", f"{BUCKETS}/audit/views/none:getIamPolicy", {})


def test_a_link_needs_analytics(emulator: Any) -> None:
    emulator.ok("POST", f"{BUCKETS}?bucketId=plain", {})
    emulator.refused(400, "POST", f"{BUCKETS}/plain/links?linkId=ds", {})
    emulator.ok("POST", f"{BUCKETS}?bucketId=rich", {"analyticsEnabled": True})
    link = emulator.finish("logging", emulator.ok("POST", f"{BUCKETS}/rich/links?linkId=ds", {}), "v2")
    assert link["bigqueryDataset"]["datasetId"].endswith(f"projects/{PROJECT}/datasets/ds")
    emulator.refused(400, "DELETE", f"{BUCKETS}/rich")
    emulator.finish("logging", emulator.ok("DELETE", f"{BUCKETS}/rich/links/ds"), "v2")


def test_who_writes_for_a_sink(emulator: Any) -> None:
    topic = {"name": "a", "destination": f"pubsub.googleapis.com/projects/{PROJECT}/topics/t"}
    shared = emulator.ok("POST", f"{BASE}/sinks", topic)
    assert shared["writerIdentity"] == "serviceAccount:cloud-logs@system.gserviceaccount.com"
    own = emulator.ok("POST", f"{BASE}/sinks?uniqueWriterIdentity=true", {**topic, "name": "b"})
    assert own["writerIdentity"] == WRITER
    bucket = {
        "name": "c",
        "destination": f"logging.googleapis.com/projects/{PROJECT}/locations/global/buckets/_Default",
    }
    assert "writerIdentity" not in emulator.ok("POST", f"{BASE}/sinks?uniqueWriterIdentity=true", bucket)
    folder = emulator.ok("POST", "/logging/v2/folders/400276853417/sinks", {**topic, "includeChildren": True})
    assert "folder-400276853417@gcp-sa-logging" in folder["writerIdentity"]
    emulator.refused(400, "POST", f"{BASE}/sinks", {"name": "d", "destination": "ftp://x"})
    missing = {"name": "d", "destination": bucket["destination"].replace("_Default", "none")}
    emulator.refused(404, "POST", f"{BASE}/sinks", missing)


def test_the_built_in_sinks(emulator: Any) -> None:
    names = [s["name"] for s in emulator.ok("GET", f"{BASE}/sinks")["sinks"]]
    assert names == ["_Required", "_Default"]
    destination = f"logging.googleapis.com/projects/{PROJECT}/locations/global/buckets/_Default"
    emulator.refused(409, "POST", f"{BASE}/sinks", {"name": "_Default", "destination": destination})
    changed = emulator.ok("PATCH", f"{BASE}/sinks/_Default?updateMask=filter", {"filter": "severity>=ERROR"})
    assert changed["filter"] == "severity>=ERROR"
    emulator.refused(400, "DELETE", f"{BASE}/sinks/_Required")


def test_a_metric_makes_a_descriptor_in_monitoring(emulator: Any) -> None:
    body = {"name": "team/cases", "filter": "severity>=ERROR", "metricDescriptor": {"unit": "1"}}
    made = emulator.ok("POST", f"{BASE}/metrics", body)
    assert made["name"] == "team/cases"
    assert made["metricDescriptor"]["type"] == "logging.googleapis.com/user/team/cases"
    assert (made["metricDescriptor"]["metricKind"], made["metricDescriptor"]["valueType"]) == ("DELTA", "INT64")
    descriptor = f"/monitoring/v3/projects/{PROJECT}/metricDescriptors/logging.googleapis.com/user/team/cases"
    assert emulator.ok("GET", descriptor)["unit"] == "1"
    emulator.ok("PUT", f"{BASE}/metrics/team%2Fcases", {**body, "description": "new"})
    assert emulator.ok("GET", f"{BASE}/metrics/team%2Fcases")["description"] == "new"
    emulator.ok("DELETE", f"{BASE}/metrics/team%2Fcases")
    emulator.refused(404, "GET", descriptor)
    emulator.refused(400, "POST", f"{BASE}/metrics", {"name": "d", "filter": "x", "valueExtractor": "EXTRACT(a)"})


def test_entries_by_googles_own_client(emulator: Any) -> None:
    client = cloud_logging.Client(
        project=PROJECT,
        credentials=AnonymousCredentials(),
        _use_grpc=False,
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/logging"),
    )
    client.logger("cases").log_struct({"event": "case", "cost": 1.5}, severity="WARNING")
    client.logger("other").log_text("hello")
    found = list(client.list_entries(filter_='log_id("cases") AND severity>=WARNING'))
    assert [e.payload for e in found] == [{"event": "case", "cost": 1.5}]
    client.logger("cases").delete()
    left = {e.log_name.rsplit("/", 1)[-1] for e in client.list_entries()}
    assert "other" in left  # and the client's own note of its version, once a process
    assert "cases" not in left


def test_an_entry_goes_to_a_topic_once_the_writer_may_publish(emulator: Any) -> None:
    topic, sub = (
        f"/pubsub/v1/projects/{PROJECT}/topics/logs-out",
        f"/pubsub/v1/projects/{PROJECT}/subscriptions/logs-in",
    )
    emulator.ok("PUT", topic, {})
    emulator.ok("PUT", sub, {"topic": f"projects/{PROJECT}/topics/logs-out"})
    sink = {
        "name": "out",
        "destination": f"pubsub.googleapis.com/projects/{PROJECT}/topics/logs-out",
        "filter": 'log_id("cases")',
    }
    emulator.ok("POST", f"{BASE}/sinks?uniqueWriterIdentity=true", sink)
    entry = {
        "logName": f"projects/{PROJECT}/logs/cases",
        "resource": {"type": "global"},
        "entries": [{"textPayload": "one"}],
    }
    emulator.ok("POST", "/logging/v2/entries:write", entry)
    assert emulator.ok("POST", f"{sub}:pull", {"maxMessages": 5}) == {}
    listed = emulator.ok("POST", "/logging/v2/entries:list", {"resourceNames": [f"projects/{PROJECT}"]})["entries"]
    assert [e["labels"]["error_code"] for e in listed if e["logName"].endswith("sink_error")] == [
        "topic_permission_denied"
    ]
    binding = {"role": "roles/pubsub.publisher", "members": [WRITER]}
    emulator.ok("POST", f"{topic}:setIamPolicy", {"policy": {"bindings": [binding]}})
    emulator.ok("POST", "/logging/v2/entries:write", entry)
    got = emulator.ok("POST", f"{sub}:pull", {"maxMessages": 5})["receivedMessages"]
    assert json.loads(base64.b64decode(got[0]["message"]["data"]))["textPayload"] == "one"
