"""Changes of the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.changes.shared import REGION
from tests.audit.conftest import Google


def firewall(google: Google) -> None:
    body = {
        "name": "temporary",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "direction": "EGRESS",
        "priority": 10,
        "destinationRanges": ["0.0.0.0/0"],
        "allowed": [{"IPProtocol": "all"}],
    }
    google.discovered("compute", "v1").firewalls().insert(project=google.project, body=body).execute()


def patch_firewall(body: dict[str, Any], name: str = "claims-triage-deny-egress") -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        firewalls = google.discovered("compute", "v1").firewalls()
        firewalls.patch(project=google.project, firewall=name, body=body).execute()

    return make


def route(google: Google) -> None:
    body = {
        "name": "way-out",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "destRange": "0.0.0.0/0",
        "nextHopGateway": f"projects/{google.project}/global/gateways/default-internet-gateway",
    }
    google.discovered("compute", "v1").routes().insert(project=google.project, body=body).execute()


def nat(google: Google) -> None:
    body = {
        "name": "quick",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "nats": [
            {
                "name": "out",
                "natIpAllocateOption": "AUTO_ONLY",
                "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
            }
        ],
    }
    google.discovered("compute", "v1").routers().insert(project=google.project, region=REGION, body=body).execute()


def peering(google: Google) -> None:
    compute = google.discovered("compute", "v1")
    body = {"name": "theirs", "autoCreateSubnetworks": False}
    compute.networks().insert(project=google.project, body=body).execute()
    peering = {
        "name": "joined",
        "network": f"projects/{google.project}/global/networks/theirs",
        "exchangeSubnetRoutes": True,
    }
    compute.networks().addPeering(
        project=google.project, network="claims-triage", body={"networkPeering": peering}
    ).execute()
