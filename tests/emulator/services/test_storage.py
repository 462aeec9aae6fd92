"""Cloud Storage through google-cloud-storage and plain HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from tests.emulator.conftest import NUMBER, PROJECT, Emulator

BUCKETS = f"/storage/v1/b?project={PROJECT}"
B = "/storage/v1/b"


@pytest.fixture
def client(emulator: Emulator) -> Any:
    return storage.Client(PROJECT, AnonymousCredentials(), client_options={"api_endpoint": emulator.base})


def test_a_bucket_and_an_object_from_birth_to_deletion(client: Any) -> None:
    bucket = client.create_bucket("a-bucket", location="europe-west4")
    assert (bucket.location, bucket.location_type, bucket.project_number) == ("EUROPE-WEST4", "region", int(NUMBER))
    blob = bucket.blob("folder/a name?#%.txt")
    blob.upload_from_string(b"hello", content_type="text/plain")
    assert blob.size == 5
    assert blob.download_as_bytes() == b"hello"
    assert blob.download_as_bytes(start=1, end=3) == b"ell"
    assert [b.name for b in client.list_blobs("a-bucket")] == ["folder/a name?#%.txt"]
    found = client.list_blobs("a-bucket", delimiter="/")
    assert (list(found), found.prefixes) == ([], {"folder/"})
    with pytest.raises(exceptions.Conflict):
        bucket.delete()
    blob.delete()
    with pytest.raises(exceptions.NotFound):
        blob.reload()
    bucket.delete()
    assert list(client.list_buckets()) == []


def test_generations_decide_who_writes(client: Any) -> None:
    blob = client.create_bucket("a-bucket").blob("state")
    blob.upload_from_string(b"1", if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        blob.upload_from_string(b"2", if_generation_match=0)
    blob.upload_from_string(b"2", if_generation_match=blob.generation)
    assert blob.download_as_bytes() == b"2"
    with pytest.raises(exceptions.PreconditionFailed):
        blob.delete(if_generation_match=1)


def test_a_resumable_upload_comes_in_parts(client: Any, emulator: Emulator) -> None:
    bucket = client.create_bucket("a-bucket")
    data = bytes(range(256)) * 4096
    blob = bucket.blob("large", chunk_size=256 * 1024)
    blob.upload_from_file(io.BytesIO(data), content_type="application/zip")
    assert blob.download_as_bytes() == data
    assert blob.content_type == "application/zip"
    status, headers, _ = emulator.raw("POST", "/upload/storage/v1/b/a-bucket/o?uploadType=resumable&name=x", b"{}")
    where = headers["location"].partition(emulator.base)[2]
    assert status == 200
    assert emulator.raw("PUT", where, b"abc", {"Content-Range": "bytes 0-2/*"})[0] == 308
    assert emulator.raw("PUT", where, b"", {"Content-Range": "bytes */6"})[1]["range"] == "bytes=0-2"
    assert emulator.raw("PUT", where, b"def", {"Content-Range": "bytes 3-5/6"})[0] == 200
    assert bucket.blob("x").download_as_bytes() == b"abcdef"
    assert emulator.raw("PUT", where, b"def", {"Content-Range": "bytes 3-5/6"})[0] == 410


def test_a_wrong_checksum_is_refused(client: Any) -> None:
    blob = client.create_bucket("a-bucket").blob("x")
    blob.md5_hash = "AAAAAAAAAAAAAAAAAAAAAA=="
    with pytest.raises(exceptions.BadRequest):
        blob.upload_from_string(b"data")


def test_versions_copies_and_compositions(client: Any) -> None:
    bucket = client.create_bucket("a-bucket")
    bucket.versioning_enabled = True
    bucket.patch()
    assert bucket.metageneration == 2
    blob = bucket.blob("x")
    blob.upload_from_string(b"1")
    first = blob.generation
    blob.upload_from_string(b"2")
    assert bucket.blob("x", generation=first).download_as_bytes() == b"1"
    assert len(list(client.list_blobs("a-bucket", versions=True))) == 2
    copied = bucket.copy_blob(blob, bucket, "y")
    assert copied.download_as_bytes() == b"2"
    both = bucket.blob("z")
    both.compose([blob, copied])
    assert both.download_as_bytes() == b"22"
    assert bucket.rename_blob(both, "w").download_as_bytes() == b"22"
    bucket.delete_blob("x")
    assert len(list(client.list_blobs("a-bucket", versions=True, prefix="x"))) == 2


def test_a_policy_is_read_changed_and_written(client: Any) -> None:
    bucket = client.create_bucket("a-bucket")
    policy = bucket.get_iam_policy(requested_policy_version=3)
    assert {b["role"] for b in policy.bindings} == {
        "roles/storage.legacyBucketOwner",
        "roles/storage.legacyBucketReader",
    }
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    bucket.set_iam_policy(policy)
    assert "roles/storage.objectViewer" in {b["role"] for b in bucket.get_iam_policy().bindings}
    bucket.iam_configuration.public_access_prevention = "enforced"
    bucket.patch()
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.set_iam_policy(bucket.get_iam_policy())


def test_uniform_access_has_no_lists(emulator: Emulator) -> None:
    emulator.ok("POST", BUCKETS, {"name": "fine"})
    assert len(emulator.ok("GET", f"{B}/fine?projection=full")["acl"]) == 3
    assert "acl" not in emulator.ok("GET", f"{B}/fine")
    emulator.ok("POST", f"{B}/fine/acl", {"entity": "allUsers", "role": "READER"})
    assert emulator.ok("PUT", f"{B}/fine/acl/allUsers", {"role": "WRITER"})["role"] == "WRITER"
    emulator.ok("DELETE", f"{B}/fine/acl/allUsers")
    emulator.refused(404, "GET", f"{B}/fine/acl/allUsers")
    emulator.ok(
        "POST", BUCKETS, {"name": "uniform", "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}}
    )
    emulator.refused(400, "POST", f"{B}/uniform/acl", {"entity": "allUsers", "role": "READER"})
    assert "acl" not in emulator.ok("GET", f"{B}/uniform?projection=full")


def test_retention_holds_objects_and_a_lock_holds_retention(emulator: Emulator) -> None:
    emulator.ok("POST", BUCKETS, {"name": "kept", "retentionPolicy": {"retentionPeriod": "3600"}})
    emulator.raw("POST", "/upload/storage/v1/b/kept/o?uploadType=media&name=x", b"data")
    assert emulator.refused(403, "DELETE", f"{B}/kept/o/x")["errors"][0]["reason"] == "retentionPolicyNotMet"
    emulator.ok("POST", f"{B}/kept/lockRetentionPolicy?ifMetagenerationMatch=1")
    emulator.refused(403, "PATCH", f"{B}/kept", {"retentionPolicy": {"retentionPeriod": "60", "isLocked": True}})
    emulator.refused(403, "PATCH", f"{B}/kept", {"retentionPolicy": None})
    emulator.ok("PATCH", f"{B}/kept", {"retentionPolicy": {"retentionPeriod": "7200"}})


@pytest.mark.parametrize("name", ["UPPER", "a", "-a-", "goog-x", "a..b", "x" * 64])
def test_names_that_no_bucket_has(emulator: Emulator, name: str) -> None:
    emulator.refused(400, "POST", BUCKETS, {"name": name})


def test_folders_notifications_and_the_agent(emulator: Emulator) -> None:
    agent = emulator.ok("GET", f"/storage/v1/projects/{PROJECT}/serviceAccount")["email_address"]
    assert agent == f"service-{NUMBER}@gs-project-accounts.iam.gserviceaccount.com"
    emulator.ok("POST", BUCKETS, {"name": "a-bucket"})
    assert emulator.ok("POST", f"{B}/a-bucket/managedFolders", {"name": "f"})["name"] == "f/"
    emulator.refused(409, "POST", f"{B}/a-bucket/folders", {"name": "a/b"})
    emulator.ok("POST", f"{B}/a-bucket/folders?recursive=true", {"name": "a/b"})
    emulator.refused(409, "DELETE", f"{B}/a-bucket/folders/a")
    topic = f"projects/{PROJECT}/topics/events"
    emulator.ok("PUT", f"/pubsub/v1/{topic}", {})
    wanted = {"topic": topic, "payload_format": "JSON_API_V1"}
    emulator.refused(403, "POST", f"{B}/a-bucket/notificationConfigs", wanted)
    binding = {"role": "roles/pubsub.publisher", "members": [f"serviceAccount:{agent}"]}
    emulator.ok("POST", f"/pubsub/v1/{topic}:setIamPolicy", {"policy": {"bindings": [binding]}})
    assert (
        emulator.ok("POST", f"{B}/a-bucket/notificationConfigs", wanted)["topic"] == f"//pubsub.googleapis.com/{topic}"
    )
    assert len(emulator.ok("GET", f"{B}/a-bucket/notificationConfigs")["items"]) == 1
