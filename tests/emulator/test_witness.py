"""The emulator knows its callers by what they say of themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator import witness
from emulator.cloud import Cloud
from emulator.exchange import Request

SEED = json.dumps({"projects": [{"id": "demo-project", "number": "1", "services": ["*"]}]}).encode()
AGENTS = {
    "google-cloud-sdk gcloud/528.0.0 command/gcloud.pubsub.topics.create invocation-id/0 environment/None": "gcloud",
    "Terraform/1.9 Terraform-Plugin-SDK/2.38 terraform-provider-google-beta/dev": "provider",
    "curl/8.5.0": "other",
    "": "other",
}


@pytest.mark.parametrize(("agent", "name"), AGENTS.items())
def test_a_client_is_known_by_its_agent(agent: str, name: str) -> None:
    assert witness.witness({"user-agent": agent}) == name


@pytest.mark.parametrize("library", ["gdcl/2.202.0 gl-python/3.11.7", "gl-python/3.11.7 rest/2.32.5 gapic/1.15.0"])
def test_googles_libraries_are_known_by_a_header_of_their_own(library: str) -> None:
    headers = {"user-agent": "python-requests/2.32.5", "x-goog-api-client": library}
    assert witness.witness(headers) == "google-clients"


def test_only_success_counts_and_a_reset_forgets_nothing(tmp_path: Path) -> None:
    cloud = Cloud(seed=1)
    for body in (b"{}", b'{"nonsense": 1}'):
        cloud.handle(Request("POST", "/_seed", body=SEED))
        path = "/pubsub/v1/projects/demo-project/topics/orders"
        cloud.handle(Request("PUT", path, headers={"user-agent": "gcloud/528.0.0"}, body=body))
        cloud.handle(Request("POST", "/_reset", body=b"{}"))
    assert cloud.witnesses.calls == {"gcloud": {"pubsub.projects.topics.create": 1}}
    assert cloud.calls == {}
    cloud.witnesses.leave(tmp_path)
    assert witness.left(tmp_path) == {"gcloud": {"pubsub.projects.topics.create"}}
