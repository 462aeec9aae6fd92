"""IAM through googleapiclient and plain HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

PROJECT, NUMBER = "demo-project", "123456789012"
EMAIL = f"router-app@{PROJECT}.iam.gserviceaccount.com"
ACCOUNT = f"projects/{PROJECT}/serviceAccounts/{EMAIL}"
POINT = f"cloudresourcemanager.googleapis.com%2Fprojects%2F{PROJECT}"


@pytest.fixture
def iam(emulator: Any) -> Any:
    return build(
        "iam",
        "v1",
        credentials=AnonymousCredentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/iam/"),
    )


@pytest.fixture
def account(iam: Any) -> Any:
    body = {"accountId": "router-app", "serviceAccount": {"displayName": "Router"}}
    return iam.projects().serviceAccounts().create(name=f"projects/{PROJECT}", body=body).execute()


def test_an_account_goes_by_its_address_its_unique_id_and_without_its_project(iam: Any, account: Any) -> None:
    accounts = iam.projects().serviceAccounts()
    assert account["email"] == EMAIL
    assert account["oauth2ClientId"] == account["uniqueId"]
    for name in (ACCOUNT, f"projects/-/serviceAccounts/{EMAIL}", f"projects/-/serviceAccounts/{account['uniqueId']}"):
        assert accounts.get(name=name).execute() == account


def test_a_patch_answers_with_what_was_changed(iam: Any, account: Any) -> None:
    body = {"serviceAccount": {"description": "new"}, "updateMask": "description"}
    assert iam.projects().serviceAccounts().patch(name=ACCOUNT, body=body).execute() == {
        "name": ACCOUNT,
        "description": "new",
    }
    assert iam.projects().serviceAccounts().get(name=ACCOUNT).execute()["displayName"] == "Router"


@pytest.mark.parametrize("ident", ["short", "Upper-case", "x" * 31, "ends-in-hyphen-"])
def test_an_account_id_has_a_form(emulator: Any, ident: str) -> None:
    emulator.refused(400, "POST", f"/iam/v1/projects/{PROJECT}/serviceAccounts", {"accountId": ident})


def test_an_unknown_account_is_said_to_be_one(emulator: Any) -> None:
    error = emulator.refused(404, "GET", f"/iam/v1/{ACCOUNT}")
    assert error["message"] == "Unknown service account"
    assert error["errors"][0]["reason"] == "notFound"


def test_an_account_made_twice_is_refused(emulator: Any, account: Any) -> None:
    body = {"accountId": "router-app"}
    assert (
        "already exists"
        in emulator.refused(409, "POST", f"/iam/v1/projects/{PROJECT}/serviceAccounts", body)["message"]
    )


def test_disabled_enabled_deleted_and_had_back(emulator: Any, account: Any) -> None:
    emulator.ok("POST", f"/iam/v1/{ACCOUNT}:disable", {})
    assert emulator.ok("GET", f"/iam/v1/{ACCOUNT}")["disabled"] is True
    emulator.ok("POST", f"/iam/v1/{ACCOUNT}:enable", {})
    assert "disabled" not in emulator.ok("GET", f"/iam/v1/{ACCOUNT}")
    emulator.ok("DELETE", f"/iam/v1/{ACCOUNT}")
    emulator.refused(404, "GET", f"/iam/v1/{ACCOUNT}")
    back = emulator.ok("POST", f"/iam/v1/projects/{PROJECT}/serviceAccounts/{account['uniqueId']}:undelete", {})
    assert back["restoredAccount"]["email"] == EMAIL
    emulator.ok("GET", f"/iam/v1/{ACCOUNT}")


def test_a_key_opens_credentials_and_is_shown_once(iam: Any, account: Any) -> None:
    keys = iam.projects().serviceAccounts().keys()
    made = keys.create(name=ACCOUNT, body={}).execute()
    info = json.loads(base64.b64decode(made["privateKeyData"]))
    assert service_account.Credentials.from_service_account_info(info).service_account_email == EMAIL
    assert "privateKeyData" not in keys.get(name=made["name"]).execute()
    kinds = [k["keyType"] for k in keys.list(name=ACCOUNT).execute()["keys"]]
    assert kinds == ["SYSTEM_MANAGED", "USER_MANAGED"]
    keys.delete(name=made["name"]).execute()
    assert "keys" not in keys.list(name=ACCOUNT, keyTypes=["USER_MANAGED"]).execute()


def test_the_policy_of_an_account(iam: Any, account: Any) -> None:
    accounts = iam.projects().serviceAccounts()
    binding = {"role": "roles/iam.serviceAccountUser", "members": ["user:a@example.com"]}
    accounts.setIamPolicy(resource=ACCOUNT, body={"policy": {"bindings": [binding]}}).execute()
    assert accounts.getIamPolicy(resource=ACCOUNT).execute()["bindings"] == [binding]


def test_a_custom_role_is_marked_deleted_and_keeps_its_id(iam: Any) -> None:
    roles = iam.projects().roles()
    role = {"title": "Build", "stage": "GA", "includedPermissions": ["storage.objects.get"]}
    made = roles.create(parent=f"projects/{PROJECT}", body={"roleId": "build_it", "role": role}).execute()
    assert made["name"] == f"projects/{PROJECT}/roles/build_it"
    assert roles.delete(name=made["name"]).execute()["deleted"] is True
    assert roles.get(name=made["name"]).execute()["deleted"] is True
    assert "roles" not in roles.list(parent=f"projects/{PROJECT}").execute()
    with pytest.raises(HttpError, match="marked for deletion"):
        roles.create(parent=f"projects/{PROJECT}", body={"roleId": "build_it", "role": role}).execute()
    with pytest.raises(HttpError):
        roles.patch(name=made["name"], body={"title": "x"}, updateMask="title").execute()
    assert "deleted" not in roles.undelete(name=made["name"], body={}).execute()
    listed = roles.list(parent=f"projects/{PROJECT}").execute()["roles"][0]
    assert "includedPermissions" not in listed


def test_what_is_no_permission_is_refused(emulator: Any) -> None:
    body = {"roleId": "x_y", "role": {"includedPermissions": ["nonsense"]}}
    emulator.refused(400, "POST", f"/iam/v1/projects/{PROJECT}/roles", body)


def test_predefined_roles_can_be_read(iam: Any) -> None:
    assert iam.roles().get(name="roles/run.invoker").execute()["title"] == "Cloud Run Invoker"
    with pytest.raises(HttpError, match="was not found"):
        iam.roles().get(name="roles/no.such").execute()


def test_the_default_account_of_compute_is_there(iam: Any) -> None:
    name = f"projects/-/serviceAccounts/{NUMBER}-compute@developer.gserviceaccount.com"
    assert iam.projects().serviceAccounts().get(name=name).execute()["projectId"] == PROJECT


def test_a_pool_and_its_provider(emulator: Any) -> None:
    base = f"/iam/v1/projects/{PROJECT}/locations/global/workloadIdentityPools"
    operation = emulator.ok("POST", f"{base}?workloadIdentityPoolId=ci-pool", {"displayName": "CI"})
    pool = emulator.finish("iam", operation)
    assert pool["name"] == f"projects/{NUMBER}/locations/global/workloadIdentityPools/ci-pool"
    assert pool["state"] == "ACTIVE"
    good = {"oidc": {"issuerUri": "https://ci.example.com"}, "attributeMapping": {"google.subject": "assertion.sub"}}
    emulator.refused(
        400, "POST", f"{base}/ci-pool/providers?workloadIdentityPoolProviderId=gh-prov", {"displayName": "x"}
    )
    made = emulator.ok("POST", f"{base}/ci-pool/providers?workloadIdentityPoolProviderId=gh-prov", good)
    assert emulator.finish("iam", made)["oidc"] == good["oidc"]
    emulator.finish("iam", emulator.ok("DELETE", f"{base}/ci-pool"))
    assert emulator.ok("GET", f"{base}/ci-pool")["state"] == "DELETED"
    assert emulator.ok("GET", base) == {}
    emulator.finish("iam", emulator.ok("POST", f"{base}/ci-pool:undelete", {}))
    assert emulator.ok("GET", f"{base}/ci-pool")["state"] == "ACTIVE"


def test_a_deny_policy_needs_its_etag(emulator: Any) -> None:
    rule = {
        "denyRule": {
            "deniedPrincipals": ["principalSet://goog/public:all"],
            "deniedPermissions": ["iam.googleapis.com/roles.create"],
        }
    }
    made = emulator.ok(
        "POST", f"/iam/v2/policies/{POINT}/denypolicies?policyId=no-roles", {"displayName": "d", "rules": [rule]}
    )
    policy = made["response"]
    assert made["done"] is True
    assert policy["name"] == f"policies/{POINT.replace(PROJECT, NUMBER)}/denypolicies/no-roles"
    emulator.refused(400, "PUT", f"/iam/v2/{policy['name']}", {"rules": [rule]})
    emulator.refused(409, "PUT", f"/iam/v2/{policy['name']}", {"rules": [rule], "etag": "stale"})
    after = emulator.ok(
        "PUT", f"/iam/v2/{policy['name']}", {"displayName": "e", "rules": [rule], "etag": policy["etag"]}
    )
    assert after["response"]["displayName"] == "e"
    assert "rules" not in emulator.ok("GET", f"/iam/v2/policies/{POINT}/denypolicies")["policies"][0]
    assert "deleteTime" in emulator.ok("DELETE", f"/iam/v2/{policy['name']}")["response"]
    emulator.refused(404, "GET", f"/iam/v2/{policy['name']}")


def test_tokens_of_an_account(emulator: Any, account: Any) -> None:
    path = f"/iamcredentials/v1/projects/-/serviceAccounts/{EMAIL}"
    scope = {"scope": ["https://www.googleapis.com/auth/cloud-platform"]}
    assert emulator.ok("POST", f"{path}:generateAccessToken", scope)["accessToken"]
    token = emulator.ok("POST", f"{path}:generateIdToken", {"audience": "https://a.example.com", "includeEmail": True})[
        "token"
    ]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["email"] == EMAIL
    emulator.refused(404, "POST", path.replace("router-app", "nobody") + ":generateAccessToken", scope)


def test_an_account_signs_by_both_names_of_the_method(emulator: Any) -> None:
    account = emulator.ok("POST", f"/iam/v1/projects/{PROJECT}/serviceAccounts", {"accountId": "signer"})
    older = emulator.ok("POST", f"/iam/v1/{account['name']}:signBlob", {"bytesToSign": "aGVsbG8="})
    named = f"/iamcredentials/v1/projects/-/serviceAccounts/{account['email']}"
    newer = emulator.ok("POST", f"{named}:signBlob", {"payload": "aGVsbG8="})
    assert len(base64.b64decode(older["signature"])) == len(base64.b64decode(newer["signedBlob"])) == 256
    token = emulator.ok("POST", f"/iam/v1/{account['name']}:signJwt", {"payload": '{"sub": "a"}'})["signedJwt"]
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")) == {"sub": "a"}
    assert emulator.ok("GET", f"{named}/allowedLocations") == {"encodedLocations": "0x0"}
