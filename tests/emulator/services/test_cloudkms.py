"""Cloud KMS through google-cloud-kms and plain HTTP."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import kms_v1

PLACE = "projects/demo-project/locations/europe-west4"
RING = f"{PLACE}/keyRings/ring"
ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"


@pytest.fixture
def client(emulator: Any) -> kms_v1.KeyManagementServiceClient:
    transport = kms_v1.services.key_management_service.transports.KeyManagementServiceRestTransport(
        host=f"127.0.0.1:{emulator.port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    made = kms_v1.KeyManagementServiceClient(transport=transport, client_options=ClientOptions())
    emulator.ok("POST", f"/cloudkms/v1/{PLACE}/keyRings?keyRingId=ring", {})
    return made


def _key(client: kms_v1.KeyManagementServiceClient, name: str = "k") -> kms_v1.CryptoKey:
    purpose = kms_v1.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT
    return client.create_crypto_key(parent=RING, crypto_key_id=name, crypto_key={"purpose": purpose})


def test_a_key_encrypts_for_itself_alone(client: kms_v1.KeyManagementServiceClient) -> None:
    key, other = _key(client), _key(client, "other")
    assert key.primary.state == kms_v1.CryptoKeyVersion.CryptoKeyVersionState.ENABLED
    assert key.destroy_scheduled_duration.days == 30
    sealed = client.encrypt(name=key.name, plaintext=b"secret").ciphertext
    assert client.decrypt(name=key.name, ciphertext=sealed).plaintext == b"secret"
    with pytest.raises(exceptions.BadRequest, match="Decryption failed"):
        client.decrypt(name=other.name, ciphertext=sealed)


def test_a_version_scheduled_for_destruction_reads_nothing_until_it_is_restored(
    client: kms_v1.KeyManagementServiceClient,
) -> None:
    key = _key(client)
    sealed = client.encrypt(name=key.name, plaintext=b"x").ciphertext
    client.destroy_crypto_key_version(name=key.primary.name)
    with pytest.raises(exceptions.BadRequest):
        client.decrypt(name=key.name, ciphertext=sealed)
    restored = client.restore_crypto_key_version(name=key.primary.name)
    assert restored.state == kms_v1.CryptoKeyVersion.CryptoKeyVersionState.DISABLED


def test_another_version_becomes_primary(client: kms_v1.KeyManagementServiceClient) -> None:
    key = _key(client)
    old = client.encrypt(name=key.name, plaintext=b"old").ciphertext
    second = client.create_crypto_key_version(parent=key.name, crypto_key_version={})
    assert client.get_crypto_key(name=key.name).primary.name == key.primary.name
    client.update_crypto_key_primary_version(name=key.name, crypto_key_version_id="2")
    assert client.encrypt(name=key.name, plaintext=b"new").name == second.name
    assert client.decrypt(name=key.name, ciphertext=old).plaintext == b"old"
    assert len(list(client.list_crypto_key_versions(parent=key.name))) == 2


def test_key_rings_and_keys_stay(client: kms_v1.KeyManagementServiceClient, emulator: Any) -> None:
    _key(client)
    emulator.refused(400, "DELETE", f"/cloudkms/v1/{RING}")
    emulator.refused(400, "DELETE", f"/cloudkms/v1/{RING}/cryptoKeys/k")
    emulator.refused(409, "POST", f"/cloudkms/v1/{PLACE}/keyRings?keyRingId=ring", {})


def test_a_rotation_needs_its_first_moment(client: kms_v1.KeyManagementServiceClient, emulator: Any) -> None:
    path = f"/cloudkms/v1/{RING}/cryptoKeys?cryptoKeyId=r"
    body = {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "7776000s"}
    assert "next_rotation_time" in emulator.refused(400, "POST", path, body)["message"]
    key = emulator.ok("POST", path, {**body, "nextRotationTime": "2020-01-01T00:00:00Z"})
    assert key["primary"]["name"].endswith("/2"), "a rotation that is due has happened"
    assert key["nextRotationTime"] > "2026"
    cleared = emulator.ok("PATCH", f"/cloudkms/v1/{RING}/cryptoKeys/r?updateMask=rotationPeriod,nextRotationTime", {})
    assert "rotationPeriod" not in cleared
    assert "nextRotationTime" not in cleared


def test_a_key_of_another_purpose_has_no_primary(client: kms_v1.KeyManagementServiceClient, emulator: Any) -> None:
    path = f"/cloudkms/v1/{RING}/cryptoKeys?cryptoKeyId=s"
    emulator.refused(400, "POST", path, {"purpose": "ASYMMETRIC_SIGN"})
    template = {"algorithm": "EC_SIGN_P256_SHA256"}
    key = emulator.ok("POST", path, {"purpose": "ASYMMETRIC_SIGN", "versionTemplate": template})
    assert "primary" not in key
    assert key["versionTemplate"]["protectionLevel"] == "SOFTWARE"
    emulator.refused(400, "POST", f"/cloudkms/v1/{key['name']}:encrypt", {"plaintext": base64.b64encode(b"x").decode()})


def test_who_may_use_a_key_is_its_policy(client: kms_v1.KeyManagementServiceClient) -> None:
    key = _key(client)
    policy = client.get_iam_policy(request={"resource": key.name})
    policy.bindings.add(role=ROLE, members=["serviceAccount:a@example.com"])
    written = client.set_iam_policy(request={"resource": key.name, "policy": policy})
    assert client.get_iam_policy(request={"resource": key.name}).bindings == written.bindings
    with pytest.raises(exceptions.Conflict):
        client.set_iam_policy(request={"resource": key.name, "policy": policy})
