"""Kinds that hang from others: parts of routers, attestation rules, backups that outlive their instance."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import PROJECT, Emulator

COMPUTE = f"/compute/compute/v1/projects/{PROJECT}"
ROUTER = f"{COMPUTE}/regions/us-central1/routers/router"
NETWORK = f"projects/{PROJECT}/global/networks/net"


def _router(emulator: Emulator) -> None:
    emulator.ok("POST", f"{COMPUTE}/global/networks", {"name": "net", "autoCreateSubnetworks": False})
    emulator.ok("POST", f"{COMPUTE}/regions/us-central1/routers", {"name": "router", "network": NETWORK})


PARTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("RoutePolicy", "RoutePolicies", "policy", {"type": "ROUTE_POLICY_TYPE_IMPORT", "terms": [{"priority": 1}]}),
    (
        "NamedSet",
        "NamedSets",
        "namedSet",
        {"type": "NAMED_SET_TYPE_PREFIX", "elements": [{"expression": "'10.0.0.0/8'"}]},
    ),
)


@pytest.mark.parametrize(("noun", "plural", "parameter", "body"), PARTS, ids=[p[0] for p in PARTS])
def test_a_part_of_a_router(emulator: Emulator, noun: str, plural: str, parameter: str, body: dict[str, Any]) -> None:
    _router(emulator)
    named = f"{ROUTER}/get{noun}?{parameter}=part"
    emulator.refused(404, "GET", named)
    emulator.refused(400, "POST", f"{ROUTER}/update{noun}", body)
    emulator.ok("POST", f"{ROUTER}/update{noun}", {"name": "part", **body})
    made = emulator.ok("GET", named)["resource"]
    assert {k: made[k] for k in body} == body
    stale = {"name": "part", "fingerprint": "AAAAAAAAAAA="}
    emulator.refused(412, "POST", f"{ROUTER}/patch{noun}", stale)
    emulator.ok("POST", f"{ROUTER}/patch{noun}", {"name": "part", "description": "d"})
    changed = emulator.ok("GET", named)["resource"]
    assert changed["type"] == body["type"]
    assert changed["description"] == "d"
    assert [p["name"] for p in emulator.ok("GET", f"{ROUTER}/list{plural}")["result"]] == ["part"]
    emulator.ok("PATCH", ROUTER, {"description": "the parts stay"})
    emulator.ok("POST", f"{ROUTER}/delete{noun}?{parameter}=part")
    emulator.refused(404, "GET", named)
    assert "result" not in emulator.ok("GET", f"{ROUTER}/list{plural}")


@pytest.mark.parametrize("question", ["getNatMappingInfo", "getNatIpInfo", "listBgpRoutes"])
def test_nothing_passes_through_a_router(emulator: Emulator, question: str) -> None:
    emulator.refused(404, "GET", f"{ROUTER}/{question}")
    _router(emulator)
    assert "result" not in emulator.ok("GET", f"{ROUTER}/{question}")


def test_the_rules_of_a_network(emulator: Emulator) -> None:
    _router(emulator)
    network = f"{COMPUTE}/global/networks/net"
    assert emulator.ok("GET", f"{network}/getEffectiveFirewalls") == {}
    rule = {"name": "rule", "network": NETWORK, "allowed": [{"IPProtocol": "icmp"}]}
    emulator.ok("POST", f"{COMPUTE}/global/firewalls", rule)
    assert [f["name"] for f in emulator.ok("GET", f"{network}/getEffectiveFirewalls")["firewalls"]] == ["rule"]
    subnet = {"name": "sub", "network": NETWORK, "ipCidrRange": "10.0.0.0/24"}
    emulator.ok("POST", f"{COMPUTE}/regions/us-central1/subnetworks", subnet)
    usable = emulator.ok("GET", f"{COMPUTE}/aggregated/subnetworks/listUsable")["items"]
    assert [u["ipCidrRange"] for u in usable] == ["10.0.0.0/24"]


def test_attestation_rules_of_a_managed_identity(emulator: Emulator) -> None:
    pools = f"/iam/v1/projects/{PROJECT}/locations/global/workloadIdentityPools"
    emulator.ok("POST", f"{pools}?workloadIdentityPoolId=pool-one", {"mode": "TRUST_DOMAIN"})
    spaces = f"{pools}/pool-one/namespaces"
    emulator.ok("POST", f"{spaces}?workloadIdentityPoolNamespaceId=space-one", {})
    identities = f"{spaces}/space-one/managedIdentities"
    emulator.ok("POST", f"{identities}?workloadIdentityPoolManagedIdentityId=me-one", {})
    first, second = ({"googleCloudResource": f"//compute.googleapis.com/projects/{n}/type/x"} for n in (1, 2))
    emulator.ok("POST", f"{identities}/me-one:setAttestationRules", {"attestationRules": [first]})
    emulator.ok("POST", f"{identities}/me-one:addAttestationRule", {"attestationRule": second})
    assert emulator.ok("GET", f"{identities}/me-one:listAttestationRules") == {"attestationRules": [first, second]}
    emulator.ok("POST", f"{identities}/me-one:removeAttestationRule", {"attestationRule": first})
    assert emulator.ok("GET", f"{identities}/me-one:listAttestationRules") == {"attestationRules": [second]}
    emulator.refused(400, "POST", f"{identities}/me-one:addAttestationRule", {"attestationRule": {}})
    emulator.refused(404, "GET", f"{identities}/none:listAttestationRules")


@pytest.mark.parametrize("root", ["/sqladmin/v1", "/sqladmin/sql/v1beta4"])
def test_a_backup_outlives_its_instance(emulator: Emulator, root: str) -> None:
    project = f"{root}/projects/{PROJECT}"
    body = {"name": "db", "databaseVersion": "MYSQL_8_0", "region": "us-central1", "settings": {"tier": "db-f1-micro"}}
    emulator.refused(404, "POST", f"{project}/backups", {"instance": "db"})
    emulator.ok("POST", f"{project}/instances", body)
    operation = emulator.ok("POST", f"{project}/backups", {"instance": "db", "description": "d", "ttlDays": "7"})
    assert emulator.ok("GET", f"{project}/operations/{operation['name']}")["operationType"] == "BACKUP"
    made = emulator.ok("GET", f"{project}/backups")["backups"][0]
    expected = {"kind": "sql#backup", "state": "SUCCESSFUL", "instance": "db", "description": "d", "type": "ON_DEMAND"}
    assert {k: made[k] for k in expected} == expected
    emulator.ok("PATCH", f"{root}/{made['name']}?updateMask=description", {"description": "e", "ttlDays": "9"})
    changed = emulator.ok("GET", f"{root}/{made['name']}")
    assert (changed["description"], changed["ttlDays"]) == ("e", "7")
    certificate = emulator.ok("POST", f"{project}/instances/db:generateEphemeralCert", {"public_key": "key"})
    assert certificate["ephemeralCert"]["kind"] == "sql#sslCert"
    emulator.ok("DELETE", f"{project}/instances/db")
    emulator.ok("GET", f"{root}/{made['name']}")
    emulator.ok("DELETE", f"{root}/{made['name']}")
    emulator.refused(404, "GET", f"{root}/{made['name']}")


def test_an_oauth_client_comes_back(emulator: Emulator) -> None:
    clients = f"/iam/v1/projects/{PROJECT}/locations/global/oauthClients"
    body = {
        "clientType": "CONFIDENTIAL_CLIENT",
        "allowedGrantTypes": ["AUTHORIZATION_CODE_GRANT"],
        "allowedRedirectUris": ["https://example.com"],
        "allowedScopes": ["openid"],
    }
    made = emulator.ok("POST", f"{clients}?oauthClientId=client-one", body)
    assert made["state"] == "ACTIVE"
    assert emulator.ok("DELETE", f"{clients}/client-one")["state"] == "DELETED"
    assert emulator.ok("GET", f"{clients}/client-one")["state"] == "DELETED"
    assert emulator.ok("GET", clients) == {}
    emulator.refused(400, "DELETE", f"{clients}/client-one")
    assert emulator.ok("POST", f"{clients}/client-one:undelete", {})["state"] == "ACTIVE"
    assert len(emulator.ok("GET", clients)["oauthClients"]) == 1


def test_the_operation_of_a_client_certificate(emulator: Emulator) -> None:
    instances = f"/sqladmin/sql/v1beta4/projects/{PROJECT}/instances"
    body = {"name": "db", "databaseVersion": "MYSQL_8_0", "region": "us-central1", "settings": {"tier": "db-f1-micro"}}
    emulator.ok("POST", instances, body)
    operation = emulator.ok("POST", f"{instances}/db/sslCerts", {"commonName": "client"})["operation"]
    assert (operation["kind"], operation["status"], operation["operationType"]) == ("sql#operation", "DONE", "UPDATE")
    polled = emulator.ok("GET", f"/sqladmin/sql/v1beta4/projects/{PROJECT}/operations/{operation['name']}")
    assert polled["status"] == "DONE"
    for act in ("addServerCa", "rotateServerCa", "resetSslConfig"):
        assert emulator.ok("POST", f"{instances}/db/{act}", {})["operationType"] == "UPDATE"
