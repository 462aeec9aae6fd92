"""Kinds that hold or carry data: revisions of schemas, folders, caches and HMAC keys of Cloud Storage."""

from __future__ import annotations

import json

from tests.emulator.conftest import PROJECT, Emulator

SCHEMAS = f"/pubsub/v1/projects/{PROJECT}/schemas"
BUCKETS = "/storage/storage/v1/b"


def _avro(field: str) -> str:
    return json.dumps({"type": "record", "name": "A", "fields": [{"name": field, "type": "string"}]})


# ---- Pub/Sub --------------------------------------------------------------------------------------------------------
def test_revisions_of_a_schema(emulator: Emulator) -> None:
    first = emulator.ok("POST", f"{SCHEMAS}?schemaId=schema", {"type": "AVRO", "definition": _avro("a")})
    body = {"schema": {"name": first["name"], "type": "AVRO", "definition": _avro("b")}}
    second = emulator.ok("POST", f"{SCHEMAS}/schema:commit", body)
    assert second["name"] == f"{first['name']}@{second['revisionId']}"
    assert emulator.ok("GET", f"{SCHEMAS}/schema")["definition"] == _avro("b")
    assert emulator.ok("GET", f"{SCHEMAS}/schema@{first['revisionId']}")["definition"] == _avro("a")
    listed = emulator.ok("GET", f"{SCHEMAS}/schema:listRevisions")["schemas"]
    assert [r["revisionId"] for r in listed] == [second["revisionId"], first["revisionId"]]
    assert "definition" not in listed[0]
    emulator.ok("POST", f"{SCHEMAS}/schema:rollback", {"revisionId": first["revisionId"]})
    assert emulator.ok("GET", f"{SCHEMAS}/schema")["definition"] == _avro("a")
    emulator.ok("DELETE", f"{SCHEMAS}/schema@{first['revisionId']}:deleteRevision")
    emulator.refused(404, "GET", f"{SCHEMAS}/schema@{first['revisionId']}")
    emulator.refused(400, "DELETE", f"{SCHEMAS}/schema:deleteRevision")
    emulator.ok("DELETE", f"{SCHEMAS}/schema")
    emulator.refused(404, "GET", f"{SCHEMAS}/schema:listRevisions")


def test_a_definition_is_looked_at(emulator: Emulator) -> None:
    for text in ("x", "[]"):
        emulator.refused(400, "POST", f"{SCHEMAS}:validate", {"schema": {"type": "AVRO", "definition": text}})
        emulator.refused(400, "POST", f"{SCHEMAS}?schemaId=schema", {"type": "AVRO", "definition": text})
    assert emulator.ok("POST", f"{SCHEMAS}:validate", {"schema": {"type": "AVRO", "definition": _avro("a")}}) == {}


# ---- Cloud Storage --------------------------------------------------------------------------------------------------
def _bucket(emulator: Emulator) -> str:
    emulator.ok(
        "POST",
        f"{BUCKETS}?project={PROJECT}",
        {
            "name": "bkt",
            "location": "us-central1",
            "hierarchicalNamespace": {"enabled": True},
            "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}},
        },
    )
    return f"{BUCKETS}/bkt"


def test_the_policy_of_a_managed_folder(emulator: Emulator) -> None:
    bucket = _bucket(emulator)
    emulator.ok("POST", f"{bucket}/managedFolders", {"name": "m/"})
    policy = {"bindings": [{"role": "roles/storage.objectViewer", "members": ["user:a@example.com"]}]}
    before = emulator.ok("GET", f"{bucket}/managedFolders/m%2F/iam?optionsRequestedPolicyVersion=3")
    assert before["resourceId"] == "projects/_/buckets/bkt/managedFolders/m/"
    emulator.ok("PUT", f"{bucket}/managedFolders/m%2F/iam", policy)
    assert emulator.ok("GET", f"{bucket}/managedFolders/m%2F/iam")["bindings"] == policy["bindings"]
    assert policy["bindings"][0] not in emulator.ok("GET", f"{bucket}/iam")["bindings"]
    asked = "permissions=storage.objects.get"
    tested = emulator.ok("GET", f"{bucket}/managedFolders/m%2F/iam/testPermissions?{asked}")
    assert tested["permissions"] == ["storage.objects.get"]
    emulator.refused(404, "GET", f"{bucket}/managedFolders/none%2F/iam")


def test_folders_move_with_what_is_in_them(emulator: Emulator) -> None:
    bucket = _bucket(emulator)
    for name in ("a/", "a/b/"):
        emulator.ok("POST", f"{bucket}/folders", {"name": name})
    emulator.raw("POST", "/storage/upload/storage/v1/b/bkt/o?uploadType=media&name=a/b/o.txt", b"text", {})
    emulator.ok("POST", f"{bucket}/folders/a%2F/renameTo/folders/c%2F")
    assert [f["name"] for f in emulator.ok("GET", f"{bucket}/folders")["items"]] == ["c/", "c/b/"]
    assert emulator.raw("GET", f"{bucket}/o/c%2Fb%2Fo.txt?alt=media")[2] == b"text"
    emulator.refused(404, "GET", f"{bucket}/o/a%2Fb%2Fo.txt")
    emulator.ok("POST", f"{bucket}/folders/c%2F/deleteRecursive")
    assert "items" not in emulator.ok("GET", f"{bucket}/folders")
    emulator.refused(404, "GET", f"{bucket}/o/c%2Fb%2Fo.txt")


def test_a_cache_from_birth_to_end(emulator: Emulator) -> None:
    caches = f"{_bucket(emulator)}/anywhereCaches"
    emulator.refused(404, "GET", f"{caches}/us-central1-a")
    operation = emulator.ok("POST", caches, {"zone": "us-central1-a"})
    ident = operation["name"].removeprefix("projects/_/buckets/bkt/operations/")
    assert emulator.ok("GET", f"{BUCKETS}/bkt/operations/{ident}")["done"] is True
    emulator.refused(404, "GET", f"{BUCKETS}/bkt/operations/none")
    made = emulator.ok("GET", f"{caches}/us-central1-a")
    expected = {"id": "bkt/us-central1-a", "anywhereCacheId": "us-central1-a", "state": "running", "ttl": "86400s"}
    assert {k: made[k] for k in expected} == expected
    for verb, state in (("pause", "paused"), ("resume", "running"), ("disable", "disabled")):
        assert emulator.ok("POST", f"{caches}/us-central1-a/{verb}")["state"] == state
    emulator.refused(409, "POST", f"{caches}/us-central1-a/resume")


def test_a_deleted_hmac_key_is_still_shown(emulator: Emulator) -> None:
    keys = f"/storage/storage/v1/projects/{PROJECT}/hmacKeys"
    made = emulator.ok("POST", f"{keys}?serviceAccountEmail=a@{PROJECT}.iam.gserviceaccount.com")["metadata"]
    key = f"{keys}/{made['accessId']}"
    emulator.refused(400, "DELETE", key)
    emulator.ok("PUT", key, {"state": "INACTIVE"})
    assert emulator.raw("DELETE", key)[0] == 204
    assert emulator.ok("GET", key)["state"] == "DELETED"
    assert "items" not in emulator.ok("GET", keys)
    assert len(emulator.ok("GET", f"{keys}?showDeletedKeys=true")["items"]) == 1
    emulator.refused(404, "DELETE", key)


def test_notifications_of_a_bucket_that_is_not_there(emulator: Emulator) -> None:
    emulator.refused(404, "GET", f"{BUCKETS}/none/notificationConfigs")
