"""Secret Manager, Pub/Sub, Resource Manager and Service Usage, driven over HTTP and by Google's own clients."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials

from tests.emulator.conftest import NUMBER, PROJECT, Emulator

SECRETS = f"/secretmanager/v1/projects/{PROJECT}/secrets"
AUTOMATIC = {"replication": {"automatic": {}}}
CRM = "/cloudresourcemanager"


def discovered(emulator: Emulator, name: str, version: str) -> Any:
    """google-api-python-client, pointed at the emulator."""
    from googleapiclient.discovery import build

    return build(
        name,
        version,
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/{name}/"),
        static_discovery=True,
        cache_discovery=False,
    )


class TestSecretManager:
    def test_a_secret_from_birth_to_death(self, emulator: Emulator) -> None:
        secrets = discovered(emulator, "secretmanager", "v1").projects().secrets()
        made = secrets.create(
            parent=f"projects/{PROJECT}", secretId="key", body={**AUTOMATIC, "labels": {"a": "b"}}
        ).execute()
        assert made["name"] == f"projects/{NUMBER}/secrets/key"
        name = made["name"]
        secrets.addVersion(parent=name, body={"payload": {"data": "MQ=="}}).execute()
        second = secrets.addVersion(parent=name, body={"payload": {"data": "Mg=="}}).execute()
        assert second["name"].endswith("/versions/2")
        assert secrets.versions().access(name=f"{name}/versions/latest").execute()["payload"]["data"] == "Mg=="
        secrets.versions().disable(name=second["name"], body={}).execute()
        emulator.refused(400, "GET", f"/secretmanager/v1/{second['name']}:access")
        assert secrets.versions().access(name=f"{name}/versions/latest").execute()["name"].endswith("/1")
        listed = secrets.versions().list(parent=name).execute()
        assert [v["state"] for v in listed["versions"]] == ["DISABLED", "ENABLED"]
        secrets.versions().destroy(name=second["name"], body={}).execute()
        emulator.refused(400, "POST", f"/secretmanager/v1/{second['name']}:enable", {})
        assert secrets.delete(name=name).execute() == {}
        emulator.refused(404, "GET", f"/secretmanager/v1/{name}/versions/1")

    def test_mask_and_etag(self, emulator: Emulator) -> None:
        made = emulator.ok(
            "POST", f"{SECRETS}?secretId=s", {**AUTOMATIC, "labels": {"a": "b"}, "annotations": {"c": "d"}}
        )
        changed = emulator.ok("PATCH", f"{SECRETS}/s?update_mask=labels", {"etag": made["etag"]})
        assert "labels" not in changed
        assert changed["annotations"] == {"c": "d"}
        assert changed["etag"] != made["etag"]
        emulator.refused(409, "PATCH", f"{SECRETS}/s?updateMask=labels", {"etag": made["etag"], "labels": {}})
        emulator.refused(400, "PATCH", f"{SECRETS}/s?updateMask=nothing", {})
        emulator.refused(400, "PATCH", f"{SECRETS}/s", {"labels": {}})
        emulator.refused(
            400,
            "PATCH",
            f"{SECRETS}/s?updateMask=replication",
            {"replication": {"userManaged": {"replicas": [{"location": "x"}]}}},
        )

    def test_refusals(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        assert emulator.refused(409, "POST", f"{SECRETS}?secretId=s", AUTOMATIC)["status"] == "ALREADY_EXISTS"
        emulator.refused(400, "POST", f"{SECRETS}?secretId=a.b", AUTOMATIC)
        emulator.refused(400, "POST", SECRETS, AUTOMATIC)
        emulator.refused(400, "POST", f"{SECRETS}?secretId=t&colour=red", AUTOMATIC)
        emulator.refused(400, "POST", f"{SECRETS}?secretId=t", {**AUTOMATIC, "rotation": {"rotationPeriod": "3600s"}})
        emulator.refused(404, "POST", f"{SECRETS}/none:addVersion", {"payload": {"data": "MQ=="}})
        emulator.refused(501, "POST", f"{SECRETS}/s:rotateSecret", {})
        emulator.refused(403, "GET", "/secretmanager/v1/projects/nobody-knows/secrets")

    def test_ten_thousand_by_page(self, emulator: Emulator) -> None:
        for n in range(10_000):
            emulator.cloud.store.put(
                "secretmanager", f"projects/{PROJECT}/secrets/s{n}", {"name": f"projects/{PROJECT}/secrets/s{n}"}
            )
        seen, token = set[str](), ""
        for _ in range(20):
            page = emulator.ok("GET", f"{SECRETS}?pageSize=1000&pageToken={token}")
            seen |= {s["name"] for s in page["secrets"]}
            token = page.get("nextPageToken", "")
            if not token:
                break
        assert len(seen) == 10_000


class TestPubSub:
    def publisher(self, emulator: Emulator) -> Any:
        from google.pubsub_v1.services.publisher import PublisherClient

        return PublisherClient(transport=rest(emulator, "pubsub", "publisher", "Publisher"))

    def test_topics_by_googles_client(self, emulator: Emulator) -> None:
        client = self.publisher(emulator)
        name = f"projects/{PROJECT}/topics/alerts"
        assert client.create_topic(name=name).name == name
        with pytest.raises(exceptions.Conflict):
            client.create_topic(name=name)
        changed = client.update_topic(topic={"name": name, "labels": {"a": "b"}}, update_mask={"paths": ["labels"]})
        assert dict(changed.labels) == {"a": "b"}
        assert [t.name for t in client.list_topics(project=f"projects/{PROJECT}")] == [name]
        client.delete_topic(topic=name)
        with pytest.raises(exceptions.NotFound):
            client.get_topic(topic=name)

    def test_a_subscription_outlives_its_topic(self, emulator: Emulator) -> None:
        base = f"/pubsub/v1/projects/{PROJECT}"
        emulator.refused(404, "PUT", f"{base}/subscriptions/sub", {"topic": f"projects/{PROJECT}/topics/top"})
        emulator.ok("PUT", f"{base}/topics/top", {})
        made = emulator.ok(
            "PUT", f"{base}/subscriptions/sub", {"topic": f"projects/{PROJECT}/topics/top", "ackDeadlineSeconds": 20}
        )
        assert (made["ackDeadlineSeconds"], made["state"], made["pushConfig"]) == (20, "ACTIVE", {})
        assert emulator.ok("GET", f"{base}/topics/top/subscriptions") == {"subscriptions": [made["name"]]}
        emulator.refused(
            400, "PATCH", f"{base}/subscriptions/sub", {"subscription": {"topic": "x"}, "updateMask": "topic"}
        )
        emulator.ok("DELETE", f"{base}/topics/top")
        assert emulator.ok("GET", f"{base}/subscriptions/sub")["topic"] == "_deleted-topic_"

    def test_policy_read_modify_write(self, emulator: Emulator) -> None:
        topic = f"/pubsub/v1/projects/{PROJECT}/topics/top"
        emulator.refused(404, "GET", f"{topic}:getIamPolicy")
        emulator.ok("PUT", topic, {})
        read = emulator.ok("GET", f"{topic}:getIamPolicy")
        body = {"policy": {**read, "bindings": [{"role": "roles/pubsub.publisher", "members": ["user:a@example.org"]}]}}
        emulator.ok("POST", f"{topic}:setIamPolicy", body)
        assert emulator.refused(409, "POST", f"{topic}:setIamPolicy", body)["status"] == "ABORTED"
        asked = {"permissions": ["pubsub.topics.publish"]}
        assert emulator.ok("POST", f"{topic}:testIamPermissions", asked) == asked
        emulator.ok("DELETE", topic)
        emulator.ok("PUT", topic, {})
        assert "bindings" not in emulator.ok("GET", f"{topic}:getIamPolicy")


def rest(emulator: Emulator, package: str, service: str, name: str) -> Any:
    """The REST transport of a google-cloud client, over plain HTTP."""
    import importlib

    module = importlib.import_module(f"google.{package}_v1.services.{service}.transports.rest")
    transport = getattr(module, f"{name}RestTransport")
    return transport(credentials=AnonymousCredentials(), host=f"127.0.0.1:{emulator.port}", url_scheme="http")


class TestResourceManager:
    def test_a_project_from_birth_to_deletion(self, emulator: Emulator) -> None:
        projects = discovered(emulator, "cloudresourcemanager", "v3").projects()
        started = projects.create(
            body={"projectId": "new-project", "parent": "folders/400276853417", "displayName": "New"}
        ).execute()
        made = emulator.finish("cloudresourcemanager", started, "v3")
        assert made["state"] == "ACTIVE"
        number = made["name"].removeprefix("projects/")
        assert projects.get(name=f"projects/{number}").execute()["projectId"] == "new-project"
        assert emulator.ok("GET", f"{CRM}/v1/projects/new-project")["parent"] == {
            "type": "folder",
            "id": "400276853417",
        }
        emulator.refused(409, "POST", f"{CRM}/v1/projects", {"projectId": "new-project"})
        emulator.refused(400, "POST", f"{CRM}/v1/projects", {"projectId": "X"})
        lien = {
            "parent": "projects/new-project",
            "restrictions": ["resourcemanager.projects.delete"],
            "origin": "o",
            "reason": "r",
        }
        made_lien = emulator.ok("POST", f"{CRM}/v1/liens", lien)
        emulator.refused(400, "DELETE", f"{CRM}/v1/projects/new-project")
        emulator.ok("DELETE", f"{CRM}/v1/{made_lien['name']}")
        assert emulator.ok("DELETE", f"{CRM}/v1/projects/new-project") == {}
        assert emulator.ok("GET", f"{CRM}/v1/projects/new-project")["lifecycleState"] == "DELETE_REQUESTED"
        emulator.refused(403, "GET", "/storage/v1/projects/new-project/serviceAccount")
        emulator.ok("POST", f"{CRM}/v1/projects/new-project:undelete", {})
        assert emulator.ok("GET", f"{CRM}/v1/projects/new-project")["lifecycleState"] == "ACTIVE"

    def test_unknown_project_is_403(self, emulator: Emulator) -> None:
        assert emulator.refused(403, "GET", f"{CRM}/v1/projects/who-knows")["status"] == "PERMISSION_DENIED"

    def test_policy_of_a_project(self, emulator: Emulator) -> None:
        path = f"{CRM}/v1/projects/{PROJECT}"
        read = emulator.ok("POST", f"{path}:getIamPolicy", {"options": {"requestedPolicyVersion": 3}})
        assert set(read) == {"etag"}
        condition = {"title": "t", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
        binding = {"role": "roles/viewer", "members": ["user:a@example.org"], "condition": condition}
        emulator.refused(400, "POST", f"{path}:setIamPolicy", {"policy": {"bindings": [binding], "version": 1}})
        done = emulator.ok(
            "POST",
            f"{path}:setIamPolicy",
            {"policy": {**read, "bindings": [binding], "version": 3}, "updateMask": "bindings,etag"},
        )
        assert done["version"] == 3
        assert emulator.ok("POST", f"{CRM}/v3/projects/{NUMBER}:getIamPolicy", {}) == done

    def test_folders(self, emulator: Emulator) -> None:
        body = {"parent": "organizations/128653134652", "displayName": "Team"}
        made = emulator.finish("cloudresourcemanager", emulator.ok("POST", f"{CRM}/v3/folders", body), "v3")
        found = emulator.ok("GET", f"{CRM}/v3/folders:search?query=displayName%3DTeam%20AND%20state%3DACTIVE")
        assert [f["name"] for f in found["folders"]] == [made["name"]]
        again = emulator.ok("POST", f"{CRM}/v3/folders", body)
        assert "error" in emulator.ok("GET", f"{CRM}/v3/{again['name']}")
        emulator.refused(400, "POST", f"{CRM}/v3/{made['name']}:move", {"destinationParent": made["name"]})
        assert emulator.ok("DELETE", f"{CRM}/v3/{made['name']}")["response"]["state"] == "DELETE_REQUESTED"

    def test_tags(self, emulator: Emulator) -> None:
        start = emulator.ok("POST", f"{CRM}/v3/tagKeys", {"parent": f"projects/{PROJECT}", "shortName": "env"})
        key = emulator.finish("cloudresourcemanager", start, "v3")
        assert key["namespacedName"] == f"{PROJECT}/env"
        value = emulator.finish(
            "cloudresourcemanager",
            emulator.ok("POST", f"{CRM}/v3/tagValues", {"parent": key["name"], "shortName": "prod"}),
            "v3",
        )
        full = f"//cloudresourcemanager.googleapis.com/projects/{PROJECT}"
        binding = emulator.ok("POST", f"{CRM}/v3/tagBindings", {"parent": full, "tagValue": value["name"]})["response"]
        listed = emulator.ok(
            "GET", f"{CRM}/v3/effectiveTags?parent=//cloudresourcemanager.googleapis.com/projects/{NUMBER}"
        )
        assert [t["namespacedTagValue"] for t in listed["effectiveTags"]] == [f"{PROJECT}/env/prod"]
        emulator.refused(400, "DELETE", f"{CRM}/v3/{value['name']}")
        emulator.ok("DELETE", f"{CRM}/v3/{binding['name'].replace('%', '%25')}")
        emulator.ok("DELETE", f"{CRM}/v3/{value['name']}")
        emulator.ok("DELETE", f"{CRM}/v3/{key['name']}")
        emulator.refused(403, "GET", f"{CRM}/v3/{key['name']}")


class TestServiceUsage:
    @pytest.fixture
    def bare(self, emulator: Emulator) -> Emulator:
        emulator.ok("POST", "/_seed", {"projects": [{"id": "bare-project", "number": "77", "services": []}]})
        return emulator

    def test_an_api_must_be_enabled_before_it_answers(self, bare: Emulator) -> None:
        secrets = "/secretmanager/v1/projects/bare-project/secrets"
        error = bare.refused(403, "GET", secrets)
        assert error["details"][0]["reason"] == "SERVICE_DISABLED"
        usage = discovered(bare, "serviceusage", "v1").services()
        started = usage.enable(name="projects/bare-project/services/secretmanager.googleapis.com", body={}).execute()
        assert bare.finish("serviceusage", started)["service"]["state"] == "ENABLED"
        bare.ok("GET", secrets)
        usage.disable(name="projects/77/services/secretmanager.googleapis.com", body={}).execute()
        bare.refused(403, "GET", secrets)
        bare.refused(400, "POST", "/serviceusage/v1/projects/77/services/secretmanager.googleapis.com:disable", {})

    def test_the_billed_project_must_have_it_as_well(self, bare: Emulator) -> None:
        bare.refused(403, "GET", SECRETS, headers={"X-Goog-User-Project": "bare-project"})

    def test_lists_and_batches(self, bare: Emulator) -> None:
        path = "/serviceusage/v1/projects/bare-project/services"
        assert bare.ok("GET", f"{path}?filter=state:ENABLED") == {}
        bare.ok("POST", f"{path}:batchEnable", {"serviceIds": ["run.googleapis.com", "pubsub.googleapis.com"]})
        names = [s["config"]["name"] for s in bare.ok("GET", f"{path}?filter=state:ENABLED&pageSize=200")["services"]]
        assert names == ["pubsub.googleapis.com", "run.googleapis.com"]
        bare.refused(400, "POST", f"{path}:batchEnable", {"serviceIds": []})

    def test_service_identity(self, emulator: Emulator) -> None:
        path = f"/serviceusage/v1beta1/projects/{PROJECT}/services/aiplatform.googleapis.com:generateServiceIdentity"
        done = emulator.ok("POST", path)
        assert done["done"] is True
        assert done["response"]["email"] == f"service-{NUMBER}@gcp-sa-aiplatform.iam.gserviceaccount.com"
