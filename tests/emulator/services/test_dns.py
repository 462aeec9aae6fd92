"""Cloud DNS through Google's client and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.emulator.conftest import PROJECT, Emulator

ZONES = f"/dns/v1/projects/{PROJECT}/managedZones"
A: dict[str, Any] = {"name": "a.example.com.", "type": "A", "ttl": 300, "rrdatas": ["10.0.0.1"]}


@pytest.fixture
def zone(emulator: Emulator) -> Emulator:
    emulator.ok("POST", ZONES, {"name": "z", "dnsName": "example.com.", "description": ""})
    return emulator


def test_a_zone_and_a_record_through_the_client(emulator: Emulator) -> None:
    dns: Any = build(
        "dns",
        "v1",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/"),
        static_discovery=True,
        cache_discovery=False,
    )
    made = (
        dns.managedZones()
        .create(project=PROJECT, body={"name": "z", "dnsName": "example.com.", "description": "d"})
        .execute()
    )
    assert (made["name"], made["visibility"]) == ("z", "public")
    change = dns.changes().create(project=PROJECT, managedZone="z", body={"additions": [A]}).execute()
    assert dns.changes().get(project=PROJECT, managedZone="z", changeId=change["id"]).execute()["status"] == "done"
    records = dns.resourceRecordSets().list(project=PROJECT, managedZone="z", name=A["name"]).execute()["rrsets"]
    assert records[0]["rrdatas"] == ["10.0.0.1"]
    with pytest.raises(HttpError) as refused:
        dns.managedZones().delete(project=PROJECT, managedZone="z").execute()
    assert refused.value.status_code == 400
    dns.changes().create(project=PROJECT, managedZone="z", body={"deletions": [A]}).execute()
    dns.managedZones().delete(project=PROJECT, managedZone="z").execute()
    assert "managedZones" not in dns.managedZones().list(project=PROJECT).execute()


def test_a_change_is_all_or_nothing(zone: Emulator) -> None:
    wrong = {**A, "name": "elsewhere.org."}
    zone.refused(400, "POST", f"{ZONES}/z/changes", {"additions": [A, wrong]})
    assert len(zone.ok("GET", f"{ZONES}/z/rrsets")["rrsets"]) == 2
    zone.ok("POST", f"{ZONES}/z/changes", {"additions": [A]})
    zone.refused(409, "POST", f"{ZONES}/z/changes", {"additions": [A]})
    zone.refused(412, "POST", f"{ZONES}/z/changes", {"deletions": [{**A, "ttl": 5}]})
    zone.ok("POST", f"{ZONES}/z/changes", {"deletions": [A], "additions": [{**A, "ttl": 5}]})
    assert zone.ok("GET", f"{ZONES}/z/rrsets/a.example.com./A")["ttl"] == 5


def test_a_cname_stands_alone_and_the_apex_stays(zone: Emulator) -> None:
    zone.ok("POST", f"{ZONES}/z/rrsets", A)
    cname = {"name": A["name"], "type": "CNAME", "ttl": 1, "rrdatas": ["b.example.com."]}
    zone.refused(400, "POST", f"{ZONES}/z/rrsets", cname)
    zone.ok("POST", f"{ZONES}/z/rrsets", {**cname, "name": "*.example.com."})
    zone.refused(400, "DELETE", f"{ZONES}/z/rrsets/example.com./NS")
    zone.ok("PATCH", f"{ZONES}/z/rrsets/a.example.com./A", {"rrdatas": ["10.0.0.2"]})
    assert zone.ok("GET", f"{ZONES}/z/rrsets/a.example.com./A")["rrdatas"] == ["10.0.0.2"]


def test_a_private_zone_needs_its_network(emulator: Emulator) -> None:
    link = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/networks/net"
    wanted = {
        "name": "z", "dnsName": "googleapis.com.", "description": "", "visibility": "private",
        "privateVisibilityConfig": {"networks": [{"networkUrl": link}]},
    }  # fmt: skip
    emulator.refused(400, "POST", ZONES, wanted)
    emulator.ok("POST", f"/compute/v1/projects/{PROJECT}/global/networks", {"name": "net"})
    assert emulator.ok("POST", ZONES, wanted)["nameServers"] == ["ns-gcp-private.googledomains.com."]
    assert emulator.ok("PATCH", f"{ZONES}/z", {"description": "new"})["status"] == "done"
    assert emulator.ok("GET", f"{ZONES}/z")["description"] == "new"
    emulator.refused(400, "PATCH", f"{ZONES}/z", {"dnsName": "other.com."})


def test_policies(emulator: Emulator) -> None:
    base = f"/dns/v1/projects/{PROJECT}/policies"
    emulator.ok("POST", base, {"name": "p", "enableLogging": True, "networks": []})
    assert emulator.ok("PATCH", f"{base}/p", {"enableLogging": False})["policy"]["enableLogging"] is False
    emulator.ok("DELETE", f"{base}/p")
    assert "does not exist" in emulator.refused(404, "GET", f"{base}/p")["message"]
