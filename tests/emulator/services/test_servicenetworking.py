"""Private services access: connections, and what they do to a network."""

from __future__ import annotations

from tests.emulator.conftest import NUMBER, PROJECT, Emulator

COMPUTE = f"/compute/v1/projects/{PROJECT}/global"
CONNECTIONS = "/servicenetworking/v1/services/servicenetworking.googleapis.com/connections"
NETWORK = f"projects/{PROJECT}/global/networks/net"


def prepared(emulator: Emulator) -> None:
    emulator.ok("POST", f"{COMPUTE}/networks", {"name": "net", "autoCreateSubnetworks": False})
    block = {"name": "r", "purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 20, "network": NETWORK}
    emulator.ok("POST", f"{COMPUTE}/addresses", block)


def test_a_connection_from_birth_to_deletion(emulator: Emulator) -> None:
    prepared(emulator)
    wish = {"network": NETWORK, "reservedPeeringRanges": ["r"]}
    made = emulator.finish("servicenetworking", emulator.ok("POST", CONNECTIONS, wish))
    assert made["network"] == f"projects/{NUMBER}/global/networks/net"
    query = f"network=projects%2F{NUMBER}%2Fglobal%2Fnetworks%2Fnet"
    assert emulator.ok("GET", f"{CONNECTIONS}?{query}")["connections"][0]["reservedPeeringRanges"] == ["r"]
    peering = emulator.ok("GET", f"{COMPUTE}/networks/net")["peerings"][0]
    assert (peering["name"], peering["state"]) == ("servicenetworking-googleapis-com", "ACTIVE")
    emulator.refused(400, "POST", CONNECTIONS, wish)
    emulator.ok("PATCH", f"{CONNECTIONS}/-?updateMask=reservedPeeringRanges&force=true", wish)
    emulator.ok("POST", f"{CONNECTIONS}/servicenetworking-googleapis-com", {"consumerNetwork": NETWORK})
    assert emulator.ok("GET", f"{CONNECTIONS}?{query}") == {}
    assert "peerings" not in emulator.ok("GET", f"{COMPUTE}/networks/net")


def test_a_range_must_be_reserved(emulator: Emulator) -> None:
    prepared(emulator)
    emulator.refused(400, "POST", CONNECTIONS, {"network": NETWORK, "reservedPeeringRanges": ["none"]})
    emulator.refused(400, "POST", CONNECTIONS, {"network": NETWORK})
    emulator.refused(400, "POST", CONNECTIONS, {"network": "net", "reservedPeeringRanges": ["r"]})


def test_peered_domains(emulator: Emulator) -> None:
    service = "/servicenetworking/v1/services/servicenetworking.googleapis.com"
    base = f"{service}/projects/{NUMBER}/global/networks/net/peeredDnsDomains"
    emulator.refused(400, "POST", base, {"name": "d", "dnsSuffix": "example.com"})
    emulator.ok("POST", base, {"name": "d", "dnsSuffix": "example.com."})
    assert emulator.ok("GET", base)["peeredDnsDomains"][0]["name"] == "d"
    emulator.ok("DELETE", f"{base}/d")
    assert emulator.ok("GET", base) == {}
