"""Organization Policy through google-api-python-client."""

from __future__ import annotations

from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

ORG, PROJECT = "organizations/128653134652", "projects/demo-project"
CONSTRAINT = "iam.disableServiceAccountKeyCreation"


@pytest.fixture
def policies(emulator: Any) -> Any:
    options = {"api_endpoint": f"{emulator.base}/orgpolicy/"}
    return build("orgpolicy", "v2", credentials=AnonymousCredentials(), client_options=options)


def _body(place: str, *, enforce: bool) -> Any:
    return {"name": f"{place}/policies/{CONSTRAINT}", "spec": {"rules": [{"enforce": enforce}]}}


def test_what_holds_is_the_nearest_policy_above(policies: Any) -> None:
    asked = f"{PROJECT}/policies/{CONSTRAINT}"
    effective = policies.projects().policies().getEffectivePolicy
    assert effective(name=asked).execute()["spec"]["rules"] == [{"enforce": False}]
    policies.organizations().policies().create(parent=ORG, body=_body(ORG, enforce=True)).execute()
    assert effective(name=asked).execute()["spec"]["rules"] == [{"enforce": True}]
    made = policies.projects().policies().create(parent=PROJECT, body=_body(PROJECT, enforce=False)).execute()
    assert made["spec"]["rules"] == [{"enforce": False}]
    assert made["spec"]["etag"]
    assert made["etag"]
    assert effective(name=asked).execute()["spec"]["rules"] == [{"enforce": False}]


def test_a_mask_names_a_spec(policies: Any) -> None:
    policies.projects().policies().create(parent=PROJECT, body=_body(PROJECT, enforce=False)).execute()
    name = f"{PROJECT}/policies/{CONSTRAINT}"
    body = {"spec": {"rules": [{"enforce": True}]}, "dryRunSpec": {"rules": [{"enforce": True}]}}
    patched = policies.projects().policies().patch(name=name, body=body, updateMask="policy.dry_run_spec").execute()
    assert patched["spec"]["rules"] == [{"enforce": False}]
    assert patched["dryRunSpec"]["updateTime"]
    assert policies.projects().policies().delete(name=name).execute() == {}


def test_a_custom_constraint(policies: Any) -> None:
    name = f"{ORG}/customConstraints/custom.noPublic"
    body = {
        "name": name,
        "resourceTypes": ["run.googleapis.com/Service"],
        "methodTypes": ["CREATE"],
        "condition": "true",
        "actionType": "DENY",
    }
    api = policies.organizations().customConstraints()
    assert api.create(parent=ORG, body=body).execute()["updateTime"]
    assert api.patch(name=name, body={**body, "condition": "false"}).execute()["condition"] == "false"
    assert len(api.list(parent=ORG).execute()["customConstraints"]) == 1
