"""The address plan: what does not overlap, and the only ways out."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from infra.sizing.network import size
from lockgate.charter.load import load

ROOT = Path(__file__).parents[3]
CLAIMS = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
STAFF = load(ROOT / "stacks" / "staff-assistant" / "charter.yaml")


def test_each_way_out_is_private_and_leads_to_one_thing() -> None:
    for charter in (CLAIMS, STAFF):
        args = size(charter)
        ranges = [ipaddress.ip_network(way.destination) for way in args.ways_out]
        assert all(found.is_private for found in ranges)
        assert not any(a.overlaps(b) for index, a in enumerate(ranges) for b in ranges[:index])


def test_the_ways_lead_to_the_endpoints_and_to_the_database() -> None:
    args = size(STAFF)
    assert {way.destination: way.ports for way in args.ways_out} == {
        f"{args.endpoint_address}/32": ("443",),
        f"{args.regional[0].address}/32": ("443",),
        f"{args.services_address}/{args.services_prefix}": ("5432", "3307"),
    }


def test_deployed_models_have_a_way_and_a_place() -> None:
    args = size(CLAIMS)
    assert (args.subnet_range, ("443",)) in {(way.destination, way.ports) for way in args.ways_out}
    # The charter's endpoint and one deployed model, and both once more while they are replaced.
    assert args.model_connections == 4
    assert size(STAFF).model_connections == 0


def test_the_subnet_holds_every_instance_twice() -> None:
    """Direct VPC egress takes up to two addresses an instance while one revision replaces another (Cloud Run)."""
    for charter in (CLAIMS, STAFF):
        addresses = ipaddress.ip_network(size(charter).subnet_range).num_addresses - 4
        assert addresses >= 4 * charter.capacity.router.max_instances


@given(st.from_regex(r"[a-z][a-z0-9-]{1,28}[a-z0-9]", fullmatch=True))
def test_google_accepts_the_name_of_the_endpoint(name: str) -> None:
    charter = CLAIMS.model_copy(update={"use_case": CLAIMS.use_case.model_copy(update={"name": name})})
    assert re.fullmatch(r"[a-z][a-z0-9]{0,19}", size(charter).endpoint_name)
