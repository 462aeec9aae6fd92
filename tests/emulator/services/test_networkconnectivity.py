"""Service connection policies, hubs and ranges."""

from __future__ import annotations

from tests.emulator.conftest import PROJECT, Emulator

BASE = f"/networkconnectivity/v1/projects/{PROJECT}/locations"
NETWORK = f"projects/{PROJECT}/global/networks/net"


def test_a_service_connection_policy(emulator: Emulator) -> None:
    emulator.ok(
        "POST", f"/compute/v1/projects/{PROJECT}/global/networks", {"name": "net", "autoCreateSubnetworks": False}
    )
    where = f"{BASE}/europe-west4/serviceConnectionPolicies"
    subnet = f"projects/{PROJECT}/regions/europe-west4/subnetworks/sub"
    wanted = {"network": NETWORK, "serviceClass": "gcp-vertexai", "pscConfig": {"subnetworks": [subnet], "limit": "4"}}
    emulator.refused(404, "POST", f"{where}?serviceConnectionPolicyId=p", wanted)
    sub = {"name": "sub", "network": NETWORK, "ipCidrRange": "10.0.0.0/24"}
    emulator.ok("POST", f"/compute/v1/projects/{PROJECT}/regions/europe-west4/subnetworks", sub)
    made = emulator.finish("networkconnectivity", emulator.ok("POST", f"{where}?serviceConnectionPolicyId=p", wanted))
    assert made["infrastructure"] == "PSC"
    emulator.refused(400, "POST", f"{where}?serviceConnectionPolicyId=q", wanted)
    emulator.ok("PATCH", f"{where}/p?updateMask=pscConfig.limit", {"pscConfig": {"limit": "8"}})
    assert emulator.ok("GET", f"{where}/p")["pscConfig"] == {"subnetworks": [subnet], "limit": "8"}
    emulator.ok("DELETE", f"{where}/p")
    emulator.refused(404, "GET", f"{where}/p")


def test_hubs_and_spokes(emulator: Emulator) -> None:
    hub = emulator.finish("networkconnectivity", emulator.ok("POST", f"{BASE}/global/hubs?hubId=h", {}))
    assert hub["policyMode"] == "PRESET"
    spoke = {"hub": f"projects/{PROJECT}/locations/global/hubs/h", "linkedVpcNetwork": {"uri": NETWORK}}
    emulator.ok("POST", f"{BASE}/global/spokes?spokeId=s", spoke)
    assert emulator.ok("GET", f"{BASE}/global/spokes/s")["spokeType"] == "VPC_NETWORK"
    emulator.refused(400, "DELETE", f"{BASE}/global/hubs/h")
    emulator.refused(404, "POST", f"{BASE}/global/spokes?spokeId=t", {**spoke, "hub": spoke["hub"] + "x"})


def test_a_range_is_given_or_found(emulator: Emulator) -> None:
    where = f"{BASE}/global/internalRanges"
    emulator.ok(
        "POST", f"{where}?internalRangeId=a", {"network": NETWORK, "ipCidrRange": "10.0.0.0/24", "usage": "FOR_VPC"}
    )
    emulator.ok("POST", f"{where}?internalRangeId=b", {"network": NETWORK, "prefixLength": 24, "usage": "FOR_VPC"})
    assert emulator.ok("GET", f"{where}/b")["ipCidrRange"] == "10.0.1.0/24"
    emulator.refused(400, "POST", f"{where}?internalRangeId=c", {"network": NETWORK})


def test_a_regional_endpoint_has_an_address_of_its_subnetwork(emulator: Emulator) -> None:
    emulator.ok(
        "POST", f"/compute/v1/projects/{PROJECT}/global/networks", {"name": "net", "autoCreateSubnetworks": False}
    )
    where = f"{BASE}/europe-west4/regionalEndpoints?regionalEndpointId="
    wanted = {
        "targetGoogleApi": "modelarmor.europe-west4.rep.googleapis.com",
        "accessType": "REGIONAL",
        "network": NETWORK,
        "subnetwork": f"projects/{PROJECT}/regions/europe-west4/subnetworks/sub",
        "address": "10.0.1.5",
    }
    emulator.refused(404, "POST", f"{where}armor", wanted)
    sub = {"name": "sub", "network": NETWORK, "ipCidrRange": "10.0.1.0/28"}
    emulator.ok("POST", f"/compute/v1/projects/{PROJECT}/regions/europe-west4/subnetworks", sub)
    made = emulator.finish("networkconnectivity", emulator.ok("POST", f"{where}armor", wanted))
    assert (made["address"], made["ipAddress"]) == ("10.0.1.5", "10.0.1.5")
    assert made["pscForwardingRule"].startswith("//compute.googleapis.com/projects/")
    emulator.refused(400, "POST", f"{where}same", wanted)
    emulator.refused(400, "POST", f"{where}far", {**wanted, "address": "10.0.2.5"})
    emulator.refused(400, "POST", f"{where}other", {**wanted, "targetGoogleApi": "modelarmor.googleapis.com"})
    free = {key: value for key, value in wanted.items() if key != "address"}
    found = emulator.finish("networkconnectivity", emulator.ok("POST", f"{where}free", free))
    assert found["ipAddress"] == "10.0.1.2"
