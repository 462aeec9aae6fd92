"""Cloud Quotas through google-cloud-quotas."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import cloudquotas_v1

PARENT = "projects/demo-project/locations/global"
SERVICE, QUOTA = "aiplatform.googleapis.com", "CustomModelServingL4GPUsPerProjectPerRegion"
HERE = {"region": "europe-west4"}


@pytest.fixture
def client(emulator: Any) -> cloudquotas_v1.CloudQuotasClient:
    transport = cloudquotas_v1.CloudQuotasClient.get_transport_class("rest")(
        host=f"127.0.0.1:{emulator.port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    return cloudquotas_v1.CloudQuotasClient(transport=transport)


def _prefer(client: Any, value: int, ident: str = "a", **more: Any) -> Any:
    preference = {
        "service": SERVICE,
        "quota_id": QUOTA,
        "quota_config": {"preferred_value": value},
        "dimensions": HERE,
    }
    return client.create_quota_preference(
        request={"parent": PARENT, "quota_preference": preference, "quota_preference_id": ident, **more}
    )


def _declare(emulator: Any, value: int, **more: Any) -> None:
    quota = {"service": SERVICE, "quotaId": QUOTA, "dimensions": HERE, "value": value, **more}
    emulator.ok("POST", "/_quotas", {"quotas": [quota]})


def test_what_nobody_limits_is_granted(client: Any) -> None:
    made = _prefer(client, 4)
    assert made.quota_config.granted_value == 4
    assert made.etag
    assert made.name == f"{PARENT}/quotaPreferences/a"
    made.quota_config.preferred_value = 0
    changed = client.update_quota_preference(
        quota_preference=made, update_mask={"paths": ["quota_config.preferred_value"]}
    )
    assert changed.quota_config.granted_value == 0
    with pytest.raises(exceptions.Conflict):
        _prefer(client, 1)


def test_beyond_the_ceiling_the_value_in_effect_stays(client: Any, emulator: Any) -> None:
    _declare(emulator, 1, ceiling=4)
    assert _prefer(client, 4).quota_config.granted_value == 4
    denied = _prefer(client, 8, "b").quota_config
    assert denied.granted_value == 1
    assert "denied" in denied.state_detail


def test_a_great_decrease_must_be_meant(client: Any, emulator: Any) -> None:
    _declare(emulator, 100)
    with pytest.raises(exceptions.BadRequest, match="QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"):
        _prefer(client, 2)
    meant = [cloudquotas_v1.QuotaSafetyCheck.QUOTA_DECREASE_PERCENTAGE_TOO_HIGH]
    assert _prefer(client, 2, ignore_safety_checks=meant).quota_config.granted_value == 2


def test_a_quota_shows_the_value_in_effect(client: Any, emulator: Any) -> None:
    _declare(emulator, 1, ceiling=4)
    _prefer(client, 3)
    name = f"{PARENT}/services/{SERVICE}/quotaInfos/{QUOTA}"
    info = client.get_quota_info(name=name)
    assert [(dict(d.dimensions), d.details.value) for d in info.dimensions_infos] == [(HERE, 3)]
    assert QUOTA in [i.quota_id for i in client.list_quota_infos(parent=f"{PARENT}/services/{SERVICE}")]
    with pytest.raises(exceptions.NotFound):
        client.get_quota_info(name=name + "No")


def test_the_adjuster_is_off_until_it_is_switched_on(emulator: Any) -> None:
    path = f"/cloudquotas/v1beta/{PARENT}/quotaAdjusterSettings"
    before = emulator.ok("GET", path)
    assert before["enablement"] == "DISABLED"
    after = emulator.ok("PATCH", f"{path}?updateMask=enablement", {"enablement": "ENABLED", "etag": before["etag"]})
    assert after["enablement"] == "ENABLED"
    emulator.refused(409, "PATCH", f"{path}?updateMask=enablement", {"enablement": "DISABLED", "etag": before["etag"]})


def test_a_denied_request(emulator: Any) -> None:
    emulator.ok("POST", "/_faults", {"faults": [{"kind": "quota_denied", "service": "cloudquotas"}]})
    emulator.refused(403, "POST", f"/cloudquotas/v1/{PARENT}/quotaPreferences", {"service": SERVICE})
