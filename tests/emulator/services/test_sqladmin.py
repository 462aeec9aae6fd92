"""Cloud SQL through Google's client and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

from tests.emulator.conftest import PROJECT, Emulator

BASE = f"/sqladmin/sql/v1beta4/projects/{PROJECT}/instances"
WANTED: dict[str, Any] = {
    "name": "ledger",
    "region": "europe-west4",
    "databaseVersion": "POSTGRES_17",
    "settings": {"tier": "db-custom-1-3840", "edition": "ENTERPRISE", "backupConfiguration": {"enabled": True}},
}


def settle(emulator: Emulator, operation: Any) -> Any:
    """An operation polled to its end."""
    for _ in range(5):
        if operation["status"] == "DONE":
            return operation
        operation = emulator.ok("GET", f"/sqladmin/sql/v1beta4/projects/{PROJECT}/operations/{operation['name']}")
    raise AssertionError(operation)


def test_an_instance_with_database_and_user_through_the_client(emulator: Emulator) -> None:
    for version, root in (("v1", ""), ("v1beta4", "")):
        emulator.ok("POST", "/_reset", {})
        emulator.ok("POST", "/_seed", {"projects": [{"id": PROJECT, "services": ["*"]}]})
        sql: Any = build(
            "sqladmin",
            version,
            credentials=AnonymousCredentials(),
            client_options=ClientOptions(api_endpoint=f"{emulator.base}/sqladmin/{root}"),
            static_discovery=True,
            cache_discovery=False,
        )
        begun = sql.instances().insert(project=PROJECT, body=WANTED).execute()
        assert (begun["status"], begun["operationType"]) == ("PENDING", "CREATE")
        assert sql.operations().get(project=PROJECT, operation=begun["name"]).execute()["status"] == "DONE"
        found = sql.instances().get(project=PROJECT, instance="ledger").execute()
        assert found["connectionName"] == f"{PROJECT}:europe-west4:ledger"
        assert (found["state"], found["name"], found["settings"]["dataDiskSizeGb"]) == ("RUNNABLE", "ledger", "10")
        sql.databases().insert(project=PROJECT, instance="ledger", body={"name": "spend"}).execute()
        assert sql.databases().get(project=PROJECT, instance="ledger", database="spend").execute()["charset"] == "UTF8"
        user = {"name": f"router@{PROJECT}.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT"}
        sql.users().insert(project=PROJECT, instance="ledger", body=user).execute()
        names = [u["name"] for u in sql.users().list(project=PROJECT, instance="ledger").execute()["items"]]
        assert names == ["postgres", f"router@{PROJECT}.iam"]
        sql.users().delete(project=PROJECT, instance="ledger", name=f"router@{PROJECT}.iam").execute()
        sql.instances().delete(project=PROJECT, instance="ledger").execute()
        emulator.refused(404, "GET", f"{BASE}/ledger")


def test_a_protected_instance_stays(emulator: Emulator) -> None:
    wanted = {**WANTED, "settings": {**WANTED["settings"], "deletionProtectionEnabled": True}}
    settle(emulator, emulator.ok("POST", BASE, wanted))
    emulator.refused(400, "DELETE", f"{BASE}/ledger")
    emulator.ok("PATCH", f"{BASE}/ledger", {"settings": {"deletionProtectionEnabled": False}})
    assert emulator.ok("GET", f"{BASE}/ledger")["settings"]["settingsVersion"] == "2"
    emulator.ok("DELETE", f"{BASE}/ledger")


def test_a_patch_keeps_what_it_does_not_name(emulator: Emulator) -> None:
    emulator.ok("POST", BASE, WANTED)
    emulator.ok("PATCH", f"{BASE}/ledger", {"settings": {"userLabels": {"a": "b"}}})
    settings = emulator.ok("GET", f"{BASE}/ledger")["settings"]
    assert (settings["tier"], settings["userLabels"]) == ("db-custom-1-3840", {"a": "b"})
    emulator.refused(400, "PATCH", f"{BASE}/ledger", {"settings": {"dataDiskSizeGb": "5"}})
    emulator.refused(412, "PATCH", f"{BASE}/ledger", {"settings": {"settingsVersion": "1", "tier": "db-custom-2-7680"}})
    emulator.refused(400, "PATCH", f"{BASE}/ledger", {"region": "us-central1"})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"tier": "db-custom-1-3840", "edition": "ENTERPRISE_PLUS"},
        {"tier": "db-custom-1-3840", "ipConfiguration": {"ipv4Enabled": False}},
    ],
)
def test_settings_that_cannot_be(emulator: Emulator, settings: dict[str, Any]) -> None:
    emulator.refused(400, "POST", BASE, {**WANTED, "settings": settings})


def test_a_private_address_needs_services_access(emulator: Emulator) -> None:
    emulator.ok(
        "POST", f"/compute/v1/projects/{PROJECT}/global/networks", {"name": "net", "autoCreateSubnetworks": False}
    )
    private = {"ipv4Enabled": False, "privateNetwork": f"projects/{PROJECT}/global/networks/net"}
    wanted = {**WANTED, "settings": {**WANTED["settings"], "ipConfiguration": private}}
    emulator.refused(400, "POST", BASE, wanted)
    block = {"name": "r", "purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 20}
    block["network"] = private["privateNetwork"]
    emulator.ok("POST", f"/compute/v1/projects/{PROJECT}/global/addresses", block)
    connections = "/servicenetworking/v1/services/servicenetworking.googleapis.com/connections"
    wish = {"network": private["privateNetwork"], "reservedPeeringRanges": ["r"]}
    emulator.ok("POST", connections, wish)
    emulator.ok("POST", BASE, wanted)
    assert [a["type"] for a in emulator.ok("GET", f"{BASE}/ledger")["ipAddresses"]] == ["PRIVATE"]
    gone = {"consumerNetwork": private["privateNetwork"]}
    emulator.refused(400, "POST", f"{connections}/servicenetworking-googleapis-com", gone)


def test_replicas_clones_backups_and_certificates(emulator: Emulator) -> None:
    emulator.ok("POST", BASE, WANTED)
    emulator.ok("POST", BASE, {**WANTED, "name": "copy", "masterInstanceName": "ledger"})
    assert emulator.ok("GET", f"{BASE}/ledger")["replicaNames"] == ["copy"]
    emulator.refused(400, "DELETE", f"{BASE}/ledger")
    emulator.ok("POST", f"{BASE}/copy/promoteReplica")
    assert "masterInstanceName" not in emulator.ok("GET", f"{BASE}/copy")
    emulator.ok("POST", f"{BASE}/ledger/clone", {"cloneContext": {"destinationInstanceName": "twin"}})
    assert emulator.ok("GET", f"{BASE}/twin/users")["items"][0]["instance"] == "twin"
    emulator.ok("POST", f"{BASE}/ledger/backupRuns", {"description": "before"})
    run = emulator.ok("GET", f"{BASE}/ledger/backupRuns")["items"][0]
    emulator.ok("DELETE", f"{BASE}/ledger/backupRuns/{run['id']}")
    made = emulator.ok("POST", f"{BASE}/ledger/sslCerts", {"commonName": "me"})
    emulator.ok("DELETE", f"{BASE}/ledger/sslCerts/{made['clientCert']['certInfo']['sha1Fingerprint']}")
    assert emulator.refused(409, "POST", BASE, WANTED)["errors"][0]["reason"] == "instanceAlreadyExists"
