"""Cloud Billing through google-api-python-client."""

from __future__ import annotations

from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

ACCOUNT = "billingAccounts/01A2B3-4C5D6E-7F8091"


@pytest.fixture
def billing(emulator: Any) -> Any:
    options = {"api_endpoint": f"{emulator.base}/cloudbilling/"}
    return build("cloudbilling", "v1", credentials=AnonymousCredentials(), client_options=options)


def test_a_project_is_tied_and_untied(billing: Any) -> None:
    name = "projects/demo-project"
    info = billing.projects().getBillingInfo(name=name).execute()
    assert info["billingAccountName"] == ACCOUNT
    assert info["billingEnabled"]
    assert billing.billingAccounts().projects().list(name=ACCOUNT).execute()["projectBillingInfo"] == [info]
    untied = billing.projects().updateBillingInfo(name=name, body={"billingAccountName": ""}).execute()
    assert untied == {
        "name": "projects/demo-project/billingInfo",
        "projectId": "demo-project",
        "billingAccountName": "",
        "billingEnabled": False,
    }


def test_accounts_come_from_the_seed(billing: Any) -> None:
    (found,) = billing.billingAccounts().list().execute()["billingAccounts"]
    assert found["name"] == ACCOUNT
    assert found["open"]
    with pytest.raises(HttpError, match="403"):
        billing.billingAccounts().get(name="billingAccounts/000000-000000-000000").execute()


def test_an_account_has_a_policy(billing: Any) -> None:
    binding = {"role": "roles/billing.viewer", "members": ["user:a@example.com"]}
    body = {"policy": {"bindings": [binding]}}
    billing.billingAccounts().setIamPolicy(resource=ACCOUNT, body=body).execute()
    assert billing.billingAccounts().getIamPolicy(resource=ACCOUNT).execute()["bindings"] == [binding]
