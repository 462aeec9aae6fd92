"""What common read-only invokes return while a program is recorded: what the configuration says, else unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockgate.plan.wire import UNKNOWN_STRING


def known_answers(config: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Results by token. Each names only what the SDK's result type needs; the cloud alone knows the rest."""
    project = config.get("gcp:project", UNKNOWN_STRING)
    region = config.get("gcp:region", UNKNOWN_STRING)
    zone = config.get("gcp:zone", UNKNOWN_STRING)
    return {
        "gcp:organizations/getProject:getProject": {
            "id": project,
            "name": UNKNOWN_STRING,
            "number": UNKNOWN_STRING,
            "orgId": UNKNOWN_STRING,
            "projectId": project,
        },
        "gcp:organizations/getClientConfig:getClientConfig": {
            "id": UNKNOWN_STRING,
            "accessToken": UNKNOWN_STRING,
            "project": project,
            "region": region,
            "zone": zone,
        },
        "gcp:container/getEngineVersions:getEngineVersions": {
            "id": UNKNOWN_STRING,
            "defaultClusterVersion": UNKNOWN_STRING,
            "latestMasterVersion": UNKNOWN_STRING,
            "latestNodeVersion": UNKNOWN_STRING,
            "validMasterVersions": [UNKNOWN_STRING],
            "validNodeVersions": [UNKNOWN_STRING],
        },
        "gcp:compute/getZones:getZones": {"id": UNKNOWN_STRING, "project": project, "names": [UNKNOWN_STRING]},
        "gcp:compute/getImage:getImage": {
            "id": UNKNOWN_STRING,
            "name": UNKNOWN_STRING,
            "project": UNKNOWN_STRING,
            "selfLink": UNKNOWN_STRING,
        },
        "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": {
            "id": UNKNOWN_STRING,
            "emailAddress": UNKNOWN_STRING,
            "member": UNKNOWN_STRING,
            "project": project,
        },
    }
