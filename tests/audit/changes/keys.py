"""Changes of keys and images."""

from __future__ import annotations

from typing import Any

from tests.audit.changes.access import granted, with_policy
from tests.audit.changes.shared import PERSON, REGION, ROUTER
from tests.audit.conftest import Google


def ring(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    with_policy(client, name.partition("/cryptoKeys")[0], granted("roles/cloudkms.cryptoKeyDecrypter", PERSON))


def images(google: Google) -> None:
    repositories = google.discovered("artifactregistry", "v1").projects().locations().repositories()
    name = f"projects/{google.project}/locations/{REGION}/repositories/claims-triage-functions"
    policy = repositories.getIamPolicy(resource=name).execute()
    policy.setdefault("bindings", []).append({"role": "roles/artifactregistry.writer", "members": [PERSON]})
    repositories.setIamPolicy(resource=name, body={"policy": policy}).execute()


def reader(google: Google) -> None:
    from google.cloud.bigquery import AccessEntry

    client = google.own("bigquery")
    dataset = client.get_dataset(f"{google.project}.claims_triage_transcripts")
    dataset.access_entries = [*dataset.access_entries, AccessEntry("READER", "userByEmail", "mallory@example.com")]
    client.update_dataset(dataset, ["access_entries"])


def variable(google: Google) -> None:
    functions = google.discovered("cloudfunctions", "v2").projects().locations().functions()
    name = f"projects/{google.project}/locations/{REGION}/functions/{ROUTER}"
    variables = functions.get(name=name).execute()["serviceConfig"]["environmentVariables"]
    body = {"serviceConfig": {"environmentVariables": {**variables, "SKIP_SCREEN": "hunter2"}}}
    functions.patch(name=name, updateMask="serviceConfig.environmentVariables", body=body).execute()


def _crypto_key(google: Google, key: str) -> tuple[Any, str]:
    client = google.generated("google.cloud.kms_v1.KeyManagementServiceClient", "cloudkms")
    return client, f"projects/{google.project}/locations/{REGION}/keyRings/claims-triage/cryptoKeys/{key}"


def rotation(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    client.update_crypto_key(
        request={
            "crypto_key": {"name": name, "rotation_period": {"seconds": 315360000}},
            "update_mask": {"paths": ["rotation_period"]},
        }
    )


def key_version(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    version = client.get_crypto_key(name=name).primary
    version.state = "DISABLED"
    client.update_crypto_key_version(request={"crypto_key_version": version, "update_mask": {"paths": ["state"]}})


def key_user(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    with_policy(client, name, lambda policy: policy.bindings[0].members.append(PERSON))


def key_decrypter(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    with_policy(client, name, granted("roles/cloudkms.cryptoKeyDecrypter", PERSON))
