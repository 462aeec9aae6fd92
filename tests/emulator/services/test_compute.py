"""Compute's networking through Google's client and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.emulator.conftest import NUMBER, PROJECT, Emulator

BASE = f"/compute/v1/projects/{PROJECT}"
LINK = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}"


@pytest.fixture
def compute(emulator: Emulator) -> Any:
    return build(
        "compute",
        "v1",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/compute/v1/"),
        static_discovery=True,
        cache_discovery=False,
    )


def made(emulator: Emulator, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Inserts, waits, reads back."""
    operation = emulator.ok("POST", f"{BASE}/{path}", body)
    done = emulator.ok("POST", f"/compute/v1/{operation['selfLink'].partition('/compute/v1/')[2]}/wait")
    assert done["status"] == "DONE"
    found: dict[str, Any] = emulator.ok("GET", f"{BASE}/{path}/{body['name']}")
    return found


def network(emulator: Emulator, name: str = "net") -> dict[str, Any]:
    return made(emulator, "global/networks", {"name": name, "autoCreateSubnetworks": False})


def test_a_network_and_its_subnetwork_from_birth_to_deletion(compute: Any) -> None:
    networks, subnetworks = compute.networks(), compute.subnetworks()
    begun = networks.insert(project=PROJECT, body={"name": "net", "autoCreateSubnetworks": False}).execute()
    assert begun["status"] == "RUNNING"
    assert compute.globalOperations().get(project=PROJECT, operation=begun["name"]).execute()["status"] == "DONE"
    body = {"name": "sub", "network": f"projects/{PROJECT}/global/networks/net", "ipCidrRange": "10.0.0.0/24"}
    subnetworks.insert(project=PROJECT, region="europe-west4", body=body).execute()
    sub = subnetworks.get(project=PROJECT, region="europe-west4", subnetwork="sub").execute()
    assert sub["network"] == f"{LINK}/global/networks/net"
    assert (sub["gatewayAddress"], sub["stackType"], sub["region"]) == (
        "10.0.0.1",
        "IPV4_ONLY",
        f"{LINK}/regions/europe-west4",
    )
    assert networks.get(project=PROJECT, network="net").execute()["subnetworks"] == [sub["selfLink"]]
    with pytest.raises(HttpError) as refused:
        networks.delete(project=PROJECT, network="net").execute()
    assert refused.value.status_code == 400
    assert "is already being used by" in str(refused.value)
    listed = subnetworks.aggregatedList(project=PROJECT).execute()["items"]
    assert listed["regions/europe-west4"]["subnetworks"][0]["name"] == "sub"
    assert listed["regions/us-east1"]["warning"]["code"] == "NO_RESULTS_ON_PAGE"
    subnetworks.delete(project=PROJECT, region="europe-west4", subnetwork="sub").execute()
    networks.delete(project=PROJECT, network="net").execute()
    with pytest.raises(HttpError) as gone:
        networks.get(project=PROJECT, network="net").execute()
    assert gone.value.status_code == 404


def test_refusals_are_in_the_older_envelope(emulator: Emulator) -> None:
    network(emulator)
    error = emulator.refused(409, "POST", f"{BASE}/global/networks", {"name": "net"})
    assert error["errors"][0]["reason"] == "alreadyExists"
    assert "status" not in error
    emulator.refused(400, "POST", f"{BASE}/global/networks", {"name": "Not A Name"})
    wrong = {"name": "sub", "network": f"projects/{PROJECT}/global/networks/none", "ipCidrRange": "10.0.0.0/24"}
    emulator.refused(404, "POST", f"{BASE}/regions/us-central1/subnetworks", wrong)


def test_subnetworks_of_a_network_do_not_overlap(emulator: Emulator) -> None:
    link = network(emulator)["selfLink"]
    where = "regions/us-central1/subnetworks"
    made(emulator, where, {"name": "a", "network": link, "ipCidrRange": "10.0.0.0/20"})
    emulator.refused(400, "POST", f"{BASE}/{where}", {"name": "b", "network": link, "ipCidrRange": "10.0.1.0/24"})
    emulator.refused(400, "POST", f"{BASE}/{where}", {"name": "c", "network": link, "ipCidrRange": "nonsense"})
    emulator.ok("POST", f"{BASE}/{where}/a/expandIpCidrRange", {"ipCidrRange": "10.0.0.0/16"})
    emulator.refused(400, "POST", f"{BASE}/{where}/a/expandIpCidrRange", {"ipCidrRange": "10.0.0.0/24"})


def test_the_default_network_is_there_until_it_is_deleted(emulator: Emulator) -> None:
    found = emulator.ok("GET", f"{BASE}/global/networks/default")
    assert found["autoCreateSubnetworks"] is True
    assert emulator.ok("GET", f"{BASE}/regions/us-central1/subnetworks/default")["network"] == found["selfLink"]
    assert [n["name"] for n in emulator.ok("GET", f"{BASE}/global/networks")["items"]] == ["default"]
    emulator.ok("DELETE", f"{BASE}/global/networks/default")
    emulator.refused(404, "GET", f"{BASE}/global/networks/default")
    emulator.refused(404, "GET", f"{BASE}/regions/us-central1/subnetworks/default")


def test_routes_of_a_network_are_found_by_either_filter(emulator: Emulator) -> None:
    link = network(emulator)["selfLink"]
    query = f'filter=(network="{link}")%20AND%20(destRange="0.0.0.0/0")'.replace('"', "%22")
    found = emulator.ok("GET", f"{BASE}/global/routes?{query}")["items"]
    assert [r["destRange"] for r in found] == ["0.0.0.0/0"]
    old = emulator.ok("GET", f"{BASE}/global/routes?filter=network%20eq%20%22.*net%22")["items"]
    assert [r["name"] for r in old] == [found[0]["name"]]
    assert "items" not in emulator.ok("GET", f"{BASE}/global/routes?filter=network%20eq%20%22.*other%22")
    emulator.ok("DELETE", f"{BASE}/global/routes/{found[0]['name']}")
    emulator.ok("DELETE", f"{BASE}/global/networks/net")


def test_a_firewall_has_one_verdict_and_one_direction(emulator: Emulator) -> None:
    link = network(emulator)["selfLink"]
    rule = {"name": "deny", "network": link, "direction": "EGRESS", "denied": [{"IPProtocol": "all"}]}
    found = made(emulator, "global/firewalls", rule)
    assert (found["priority"], found["disabled"], found["destinationRanges"]) == (1000, False, ["0.0.0.0/0"])
    both = {**rule, "name": "both", "allowed": [{"IPProtocol": "tcp"}]}
    emulator.refused(400, "POST", f"{BASE}/global/firewalls", both)
    emulator.refused(400, "PATCH", f"{BASE}/global/firewalls/deny", {"direction": "INGRESS"})
    emulator.ok("PATCH", f"{BASE}/global/firewalls/deny", {"priority": 7, "disabled": True})
    found = emulator.ok("GET", f"{BASE}/global/firewalls/deny")
    assert (found["priority"], found["disabled"]) == (7, True)


def test_addresses_are_distinct_and_know_their_user(emulator: Emulator) -> None:
    link = network(emulator)["selfLink"]
    block = {"purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 20, "network": link}
    ranges = [made(emulator, "global/addresses", {"name": n, **block}) for n in ("one", "two")]
    assert ranges[0]["address"] != ranges[1]["address"]
    psc = {"name": "apis", "address": "10.9.9.9", "addressType": "INTERNAL", "network": link}
    psc["purpose"] = "PRIVATE_SERVICE_CONNECT"
    address = made(emulator, "global/addresses", psc)
    rule = {"name": "apis", "IPAddress": address["selfLink"], "target": "all-apis", "network": link}
    rule["loadBalancingScheme"] = ""
    found = made(emulator, "global/forwardingRules", rule)
    assert (found["IPAddress"], found["target"]) == ("10.9.9.9", "all-apis")
    assert "pscConnectionId" in found
    emulator.refused(400, "DELETE", f"{BASE}/global/addresses/apis")
    labels = {"labels": {"a": "b"}, "labelFingerprint": found["labelFingerprint"]}
    where = f"{BASE}/global/forwardingRules/apis/setLabels"
    emulator.ok("POST", where, labels)
    emulator.refused(412, "POST", where, labels)
    assert emulator.ok("GET", f"{BASE}/global/forwardingRules/apis")["labels"] == {"a": "b"}
    emulator.ok("DELETE", f"{BASE}/global/forwardingRules/apis")
    emulator.ok("DELETE", f"{BASE}/global/addresses/apis")


def test_a_router_gets_its_nat_by_patch(emulator: Emulator) -> None:
    link = network(emulator)["selfLink"]
    made(emulator, "regions/us-west1/routers", {"name": "r", "network": link, "bgp": {"asn": 64514}})
    nat = {
        "name": "n",
        "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
    }
    emulator.ok("PATCH", f"{BASE}/regions/us-west1/routers/r", {"nats": [nat]})
    found = emulator.ok("GET", f"{BASE}/regions/us-west1/routers/r")
    assert found["nats"][0]["endpointTypes"] == ["ENDPOINT_TYPE_VM"]
    assert found["bgp"]["asn"] == 64514
    assert emulator.ok("GET", f"{BASE}/regions/us-west1/routers/r/getRouterStatus")["result"]["network"] == link


def test_regions_zones_and_the_project(compute: Any) -> None:
    regions = {r["name"]: r for r in compute.regions().list(project=PROJECT).execute()["items"]}
    assert f"{LINK}/zones/europe-west4-a" in regions["europe-west4"]["zones"]
    zone = compute.zones().get(project=PROJECT, zone="europe-west4-a").execute()
    assert zone["region"] == f"{LINK}/regions/europe-west4"
    with pytest.raises(HttpError):
        compute.zones().get(project=PROJECT, zone="nowhere1-a").execute()
    assert compute.projects().get(project=PROJECT).execute()["id"] == NUMBER
