"""Access Context Manager through google-api-python-client."""

from __future__ import annotations

from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

ORG = "organizations/128653134652"


@pytest.fixture
def access(emulator: Any) -> Any:
    options = {"api_endpoint": f"{emulator.base}/accesscontextmanager/"}
    client = build("accesscontextmanager", "v1", credentials=AnonymousCredentials(), client_options=options)
    return client.accessPolicies()


@pytest.fixture
def policy(access: Any) -> str:
    name: str = access.create(body={"parent": ORG, "title": "t"}).execute()["response"]["name"]
    return name


def test_an_organization_has_one_policy_without_scopes(access: Any, policy: str) -> None:
    assert [p["name"] for p in access.list(parent=ORG).execute()["accessPolicies"]] == [policy]
    with pytest.raises(HttpError, match="409"):
        access.create(body={"parent": ORG, "title": "second"}).execute()
    scoped = {"parent": ORG, "title": "s", "scopes": ["projects/123456789012"]}
    assert access.create(body=scoped).execute()["done"]


def test_operations_are_named_after_what_they_change(access: Any, policy: str) -> None:
    level = {
        "name": f"{policy}/accessLevels/l",
        "title": "l",
        "basic": {"combiningFunction": "AND", "conditions": [{}]},
    }
    operation = access.accessLevels().create(parent=policy, body=level).execute()
    assert operation["done"]
    assert operation["name"].startswith(f"operations/{policy}/accessLevels/l/create/")
    assert "combiningFunction" not in operation["response"]["basic"], "zero is not sent"


def test_a_perimeter_and_its_dry_run(access: Any, policy: str) -> None:
    api = access.servicePerimeters()
    name = f"{policy}/servicePerimeters/p"
    spec = {"resources": ["projects/123456789012"], "restrictedServices": ["aiplatform.googleapis.com"]}
    body = {"name": name, "title": "p", "useExplicitDryRunSpec": True, "spec": spec}
    api.create(parent=policy, body=body).execute()
    api.commit(parent=policy, body={}).execute()
    found = api.get(name=name).execute()
    assert found["status"] == spec
    assert "spec" not in found
    missing = {"name": f"{name}2", "title": "q", "status": {"accessLevels": [f"{policy}/accessLevels/no"]}}
    with pytest.raises(HttpError, match="400"):
        api.create(parent=policy, body=missing).execute()
