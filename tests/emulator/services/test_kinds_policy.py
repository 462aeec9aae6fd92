"""Kinds that guard others: organization policies by the older door, keys that sign, regional secrets, settings."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.emulator.conftest import NUMBER, PROJECT, SEED, Emulator

FOLDER = f"folders/{SEED['folders'][0]['id']}"
ORGANIZATION = f"organizations/{SEED['organizations'][0]['id']}"
BILLING = f"billingAccounts/{SEED['billingAccounts'][0]['id']}"
REGION = f"projects/{PROJECT}/locations/us-central1"
CRM = "/cloudresourcemanager/v1"
PLACES = (f"projects/{PROJECT}", FOLDER, ORGANIZATION)


# ---- organization policies of Resource Manager v1 -------------------------------------------------------------------
POLICIES: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("compute.disableSerialPortAccess", {"booleanPolicy": {"enforced": True}}, {"rules": [{"enforce": True}]}),
    ("compute.requireOsLogin", {"booleanPolicy": {}}, {"rules": [{"enforce": False}]}),
    ("gcp.resourceLocations", {"listPolicy": {"allValues": "DENY"}}, {"rules": [{"denyAll": True}]}),
    (
        "gcp.restrictServiceUsage",
        {"listPolicy": {"deniedValues": ["run.googleapis.com"], "inheritFromParent": True}},
        {"rules": [{"values": {"deniedValues": ["run.googleapis.com"]}}], "inheritFromParent": True},
    ),
    ("serviceuser.services", {"restoreDefault": {}}, {"reset": True}),
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("constraint", "policy", "spec"), POLICIES, ids=[p[0] for p in POLICIES])
def test_a_policy_is_the_same_by_both_doors(
    emulator: Emulator, place: str, constraint: str, policy: dict[str, Any], spec: dict[str, Any]
) -> None:
    named = {"constraint": f"constraints/{constraint}"}
    assert emulator.ok("POST", f"{CRM}/{place}:getOrgPolicy", named) == named
    made = emulator.ok("POST", f"{CRM}/{place}:setOrgPolicy", {"policy": {**named, **policy}})
    assert {k: v for k, v in made.items() if k not in ("etag", "updateTime")} == {**named, **policy}
    assert emulator.ok("POST", f"{CRM}/{place}:getOrgPolicy", named) == made
    assert emulator.ok("POST", f"{CRM}/{place}:listOrgPolicies", {}) == {"policies": [made]}
    newer = emulator.ok("GET", f"/orgpolicy/v2/{place}/policies/{constraint}")["spec"]
    assert {k: v for k, v in newer.items() if k not in ("etag", "updateTime")} == spec
    stale = {"policy": {**named, **policy, "etag": "BwAAAAAAAAA="}}
    emulator.refused(409, "POST", f"{CRM}/{place}:setOrgPolicy", stale)
    assert emulator.ok("POST", f"{CRM}/{place}:clearOrgPolicy", named) == {}
    assert emulator.ok("POST", f"{CRM}/{place}:listOrgPolicies", {}) == {}


def test_a_policy_holds_below(emulator: Emulator) -> None:
    named = {"constraint": "constraints/compute.requireOsLogin"}
    emulator.ok(
        "POST", f"{CRM}/{ORGANIZATION}:setOrgPolicy", {"policy": {**named, "booleanPolicy": {"enforced": True}}}
    )
    held = emulator.ok("POST", f"{CRM}/projects/{PROJECT}:getEffectiveOrgPolicy", named)
    assert held == {**named, "booleanPolicy": {"enforced": True}}
    emulator.refused(400, "POST", f"{CRM}/projects/{PROJECT}:setOrgPolicy", {"policy": named})
    emulator.refused(403, "POST", f"{CRM}/projects/none-such:getOrgPolicy", named)


# ---- Cloud KMS ------------------------------------------------------------------------------------------------------
PAIRS = (
    ("ASYMMETRIC_SIGN", "EC_SIGN_P256_SHA256"),
    ("ASYMMETRIC_SIGN", "EC_SIGN_P384_SHA384"),
    ("ASYMMETRIC_SIGN", "EC_SIGN_ED25519"),
    ("ASYMMETRIC_SIGN", "RSA_SIGN_PSS_2048_SHA256"),
    ("ASYMMETRIC_SIGN", "RSA_SIGN_PKCS1_2048_SHA256"),
    ("ASYMMETRIC_DECRYPT", "RSA_DECRYPT_OAEP_2048_SHA256"),
)


def _key(emulator: Emulator, purpose: str, algorithm: str) -> str:
    emulator.ok("POST", f"/cloudkms/v1/{REGION}/keyRings?keyRingId=ring", {})
    body = {"purpose": purpose, "versionTemplate": {"algorithm": algorithm}}
    emulator.ok("POST", f"/cloudkms/v1/{REGION}/keyRings/ring/cryptoKeys?cryptoKeyId=key", body)
    return f"/cloudkms/v1/{REGION}/keyRings/ring/cryptoKeys/key/cryptoKeyVersions/1"


@pytest.mark.parametrize(("purpose", "algorithm"), PAIRS)
def test_a_key_pair(emulator: Emulator, purpose: str, algorithm: str) -> None:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    version = _key(emulator, purpose, algorithm)
    shown = emulator.ok("GET", f"{version}/publicKey")
    assert set(shown) == {"name", "pem", "algorithm", "pemCrc32c", "protectionLevel", "publicKeyFormat"}
    assert emulator.ok("GET", f"{version}/publicKey") == shown
    public = serialization.load_pem_public_key(shown["pem"].encode())
    sha = hashes.SHA384() if algorithm.endswith("384") else hashes.SHA256()
    if purpose == "ASYMMETRIC_DECRYPT":
        assert isinstance(public, rsa.RSAPublicKey)
        sealed = public.encrypt(b"plain", padding.OAEP(padding.MGF1(sha), sha, None))
        opened = emulator.ok("POST", f"{version}:asymmetricDecrypt", {"ciphertext": base64.b64encode(sealed).decode()})
        assert base64.b64decode(opened["plaintext"]) == b"plain"
        emulator.refused(400, "POST", f"{version}:asymmetricDecrypt", {"ciphertext": "AAAA"})
        return
    signed = emulator.ok("POST", f"{version}:asymmetricSign", {"data": base64.b64encode(b"text").decode()})
    signature = base64.b64decode(signed["signature"])
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, b"text", ec.ECDSA(sha))
    elif isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, b"text")
    else:
        assert isinstance(public, rsa.RSAPublicKey)
        pad = padding.PSS(padding.MGF1(sha), 32) if "PSS" in algorithm else padding.PKCS1v15()
        public.verify(signature, b"text", pad, sha)
    emulator.ok("POST", f"{version}:destroy", {})
    emulator.refused(400, "GET", f"{version}/publicKey")


def test_a_mac(emulator: Emulator) -> None:
    version = _key(emulator, "MAC", "HMAC_SHA256")
    made = emulator.ok("POST", f"{version}:macSign", {"data": "YWJj"})
    assert emulator.ok("POST", f"{version}:macVerify", {"data": "YWJj", "mac": made["mac"]})["success"] is True
    assert "success" not in emulator.ok("POST", f"{version}:macVerify", {"data": "YWJk", "mac": made["mac"]})
    emulator.refused(400, "GET", f"{version}/publicKey")


def test_an_external_key_manager_is_reachable(emulator: Emulator) -> None:
    emulator.ok("POST", f"/cloudkms/v1/{REGION}/ekmConnections?ekmConnectionId=ekm", {})
    assert emulator.ok("GET", f"/cloudkms/v1/{REGION}/ekmConnections/ekm:verifyConnectivity") == {}
    emulator.refused(404, "GET", f"/cloudkms/v1/{REGION}/ekmConnections/none:verifyConnectivity")


# ---- Secret Manager, Scheduler, Logging -----------------------------------------------------------------------------
def test_a_regional_secret_has_no_replication(emulator: Emulator) -> None:
    secrets = f"/secretmanager/v1/{REGION}/secrets"
    made = emulator.ok("POST", f"{secrets}?secretId=s", {"labels": {"a": "b"}})
    assert made["name"] == f"projects/{NUMBER}/locations/us-central1/secrets/s"
    assert "replication" not in made
    version = emulator.ok("POST", f"{secrets}/s:addVersion", {"payload": {"data": "MQ=="}})
    assert "replicationStatus" not in version
    assert emulator.ok("GET", f"{secrets}/s/versions/latest:access")["payload"]["data"] == "MQ=="
    emulator.refused(400, "POST", f"/secretmanager/v1/projects/{PROJECT}/secrets?secretId=s", {})


def test_the_key_of_scheduler(emulator: Emulator) -> None:
    place = f"/cloudscheduler/v1/{REGION}/cmekConfig"
    assert emulator.ok("GET", place) == {"name": f"{REGION}/cmekConfig"}
    key = f"{REGION}/keyRings/r/cryptoKeys/k"
    emulator.finish("cloudscheduler", emulator.ok("PATCH", place, {"kmsKeyName": key}))
    assert emulator.ok("GET", place)["kmsKeyName"] == key


@pytest.mark.parametrize("place", [*PLACES, BILLING])
def test_settings_of_logging(emulator: Emulator, place: str) -> None:
    before = emulator.ok("GET", f"/logging/v2/{place}/settings")
    changed = emulator.ok(
        "PATCH", f"/logging/v2/{place}/settings?updateMask=storageLocation", {"storageLocation": "eu"}
    )
    assert changed == {**before, "storageLocation": "eu"} == emulator.ok("GET", f"/logging/v2/{place}/settings")
