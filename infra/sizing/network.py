"""The address plan of the charter's network, and the only ways out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lockgate.charter.model import Charter

# One stack a network and no peer but Google's own, so that every stack may use the same addresses.
SUBNET = "10.20.0.0/24"
# A subnet of their own: what runs takes any free address of the other one.
ENDPOINTS = "10.20.1.0/28"
MODEL_ARMOR = "10.20.1.2"
GOOGLE_APIS = "10.20.255.2"
PRIVATE_SERVICES = ("10.21.0.0", 20)

HTTPS = ("443",)
# PostgreSQL itself, and the port of Cloud SQL's server-side proxy that its connectors use.
LEDGER_PORTS = ("5432", "3307")


@dataclass(frozen=True)
class WayOut:
    """Destinations that the network may reach over TCP, as CIDR, and their ports."""

    name: str
    description: str
    destination: str
    ports: tuple[str, ...]


@dataclass(frozen=True)
class RegionalApi:
    """An API that Google serves at an endpoint of the region only, the host's name, and its private address."""

    name: str
    host: str
    address: str


@dataclass(frozen=True)
class NetworkArgs:
    """Arguments of the network component; addresses are IPv4."""

    project: str
    region: str
    name: str
    subnet_range: str
    endpoint_name: str
    endpoint_address: str
    regional_range: str
    regional: tuple[RegionalApi, ...]
    services_address: str
    services_prefix: int
    model_connections: int
    ways_out: tuple[WayOut, ...]


def size(charter: Charter) -> NetworkArgs:
    """A network that reaches Google's APIs, the ledger and the deployed models, and nothing else."""
    deployed = sum(model.hosting == "deployed" for model in charter.models)
    models = WayOut("models", "The deployed models, over connections within the subnet", SUBNET, HTTPS)
    name = charter.use_case.name
    address, prefix = PRIVATE_SERVICES
    return NetworkArgs(
        project=charter.cloud.project,
        region=charter.cloud.region,
        name=name,
        subnet_range=SUBNET,
        # A forwarding rule to Google's APIs takes 1 to 20 letters and digits.
        endpoint_name="apis" + re.sub(r"[^a-z0-9]", "", name)[:16],
        endpoint_address=GOOGLE_APIS,
        regional_range=ENDPOINTS,
        # Google Cloud, "About accessing regional endpoints", 2026: *.rep.googleapis.com is not behind all-apis.
        regional=(RegionalApi("model-armor", f"modelarmor.{charter.cloud.region}.rep.googleapis.com", MODEL_ARMOR),),
        services_address=address,
        services_prefix=prefix,
        # One for each deployed model, one for the endpoint of models of the charter's own, and as many to replace them.
        model_connections=2 * (deployed + 1) if deployed else 0,
        ways_out=(
            *((models,) if deployed else ()),
            WayOut("google-apis", "Google's APIs, over the private endpoint", f"{GOOGLE_APIS}/32", HTTPS),
            WayOut("model-armor", "Model Armor, over its private endpoint in the region", f"{MODEL_ARMOR}/32", HTTPS),
            WayOut(
                "ledger", "The ledger's PostgreSQL, over private services access", f"{address}/{prefix}", LEDGER_PORTS
            ),
        ),
    )
