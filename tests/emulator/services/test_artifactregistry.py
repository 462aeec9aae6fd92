"""Artifact Registry through googleapiclient and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

PROJECT = "demo-project"
PLACE = f"projects/{PROJECT}/locations/europe-west4"
BASE = f"/artifactregistry/v1/{PLACE}/repositories"


def _make(emulator: Any, ident: str = "images", **more: Any) -> Any:
    body = {"format": "DOCKER", **more}
    return emulator.finish("artifactregistry", emulator.ok("POST", f"{BASE}?repositoryId={ident}", body))


def test_a_repository_is_made_changed_and_deleted(emulator: Any) -> None:
    assert _make(emulator)["mode"] == "STANDARD_REPOSITORY"
    held = emulator.ok("GET", f"{BASE}/images")
    assert held["registryUri"] == f"europe-west4-docker.pkg.dev/{PROJECT}/images"
    assert held["vulnerabilityScanningConfig"]["enablementState"] == "SCANNING_DISABLED"
    assert emulator.ok("PATCH", f"{BASE}/images?updateMask=description", {"description": "d"})["description"] == "d"
    emulator.refused(400, "PATCH", f"{BASE}/images?updateMask=format", {"format": "MAVEN"})
    emulator.refused(409, "POST", f"{BASE}?repositoryId=images", {"format": "DOCKER"})
    emulator.finish("artifactregistry", emulator.ok("DELETE", f"{BASE}/images"))
    emulator.refused(404, "GET", f"{BASE}/images")


def test_the_policy_of_a_repository(emulator: Any) -> None:
    _make(emulator)
    binding = {"role": "roles/artifactregistry.reader", "members": ["allUsers"]}
    emulator.ok("POST", f"{BASE}/images:setIamPolicy", {"policy": {"bindings": [binding]}})
    assert emulator.ok("GET", f"{BASE}/images:getIamPolicy")["bindings"] == [binding]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"format": "DOCKER", "mode": "REMOTE_REPOSITORY"},
        {"format": "DOCKER", "remoteRepositoryConfig": {"dockerRepository": {"publicRepository": "DOCKER_HUB"}}},
        {"format": "DOCKER", "cleanupPolicies": {"a": {"id": "b", "action": "DELETE"}}},
    ],
)
def test_repositories_that_are_refused(emulator: Any, body: dict[str, Any]) -> None:
    emulator.refused(400, "POST", f"{BASE}?repositoryId=images", body)


def test_a_virtual_repository_is_not_scanned_and_needs_its_upstreams(emulator: Any) -> None:
    policy = {"id": "up", "repository": f"{PLACE}/repositories/images", "priority": 1}
    virtual = {"mode": "VIRTUAL_REPOSITORY", "virtualRepositoryConfig": {"upstreamPolicies": [policy]}}
    emulator.refused(404, "POST", f"{BASE}?repositoryId=all", {"format": "DOCKER", **virtual})
    _make(emulator)
    assert _make(emulator, "all", **virtual)["vulnerabilityScanningConfig"]["enablementState"] == "SCANNING_UNSUPPORTED"


def test_settings_of_a_project_and_an_empty_shelf(emulator: Any) -> None:
    path = f"/artifactregistry/v1/projects/{PROJECT}/projectSettings"
    assert emulator.ok("GET", path)["legacyRedirectionState"] == "REDIRECTION_FROM_GCR_IO_DISABLED"
    state = {"legacyRedirectionState": "REDIRECTION_FROM_GCR_IO_ENABLED"}
    emulator.ok("PATCH", f"{path}?updateMask=legacyRedirectionState", state)
    assert emulator.ok("GET", path)["legacyRedirectionState"] == state["legacyRedirectionState"]
    _make(emulator)
    assert emulator.ok("GET", f"{BASE}/images/dockerImages") == {}
