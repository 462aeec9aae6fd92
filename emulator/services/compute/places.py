"""Regions, zones, and the project as Compute shows it: nothing here is made by clients."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.compute import links
from emulator.services.compute.networks import identity
from emulator.standard.locations import REGIONS
from emulator.wire import filters

JSON = dict[str, Any]

_LETTERS = {"us-east1": "bcd", "europe-west1": "bcd", "us-central1": "abcf"}
"""Zones of regions whose zones are not a, b, c: https://cloud.google.com/compute/docs/regions-zones."""
_BEGAN = "2020-01-01T00:00:00.000000Z"


def zones_of(region: str) -> list[str]:
    """The zones of a region."""
    return [f"{region}-{letter}" for letter in _LETTERS.get(region, "abc")]


def scopes() -> list[str]:
    """Every scope of an aggregated list, in the order of the answer."""
    return ["global", *(f"regions/{r}" for r in REGIONS), *(f"zones/{z}" for r in REGIONS for z in zones_of(r))]


def _region(ctx: Context, name: str) -> JSON:
    project, region = "/".join(name.split("/")[:2]), name.rsplit("/", 1)[-1]
    return {
        "kind": "compute#region",
        "id": identity(region),
        "creationTimestamp": _BEGAN,
        "name": region,
        "description": region,
        "status": "UP",
        "zones": [ctx.link(f"{project}/zones/{z}") for z in zones_of(region)],
        "quotas": [{"metric": "CPUS", "limit": 24.0, "usage": 0.0}],
        "selfLink": ctx.link(name),
        "supportsPzs": False,
    }


def _zone(ctx: Context, name: str) -> JSON:
    project, zone = "/".join(name.split("/")[:2]), name.rsplit("/", 1)[-1]
    return {
        "kind": "compute#zone",
        "id": identity(zone),
        "creationTimestamp": _BEGAN,
        "name": zone,
        "description": zone,
        "status": "UP",
        "region": ctx.link(f"{project}/regions/{zone.rpartition('-')[0]}"),
        "selfLink": ctx.link(name),
        "availableCpuPlatforms": ["AMD Milan", "AMD Rome", "Intel Cascade Lake", "Intel Ice Lake", "Intel Skylake"],
        "supportsPzs": False,
    }


def get_region(ctx: Context, call: Call) -> JSON | Answer:
    """regions.get."""
    if call.target.rsplit("/", 1)[-1] not in REGIONS:
        raise links.not_found(ctx, "", call.target)
    return _region(ctx, call.target)


def list_regions(ctx: Context, call: Call) -> JSON | Answer:
    """regions.list."""
    return _listed(ctx, [_region(ctx, f"{call.target}/{r}") for r in REGIONS])


def get_zone(ctx: Context, call: Call) -> JSON | Answer:
    """zones.get."""
    zone = call.target.rsplit("/", 1)[-1]
    if zone not in zones_of(zone.rpartition("-")[0]) or zone.rpartition("-")[0] not in REGIONS:
        raise links.not_found(ctx, "", call.target)
    return _zone(ctx, call.target)


def list_zones(ctx: Context, call: Call) -> JSON | Answer:
    """zones.list."""
    return _listed(ctx, [_zone(ctx, f"{call.target}/{z}") for r in REGIONS for z in zones_of(r)])


def _listed(ctx: Context, items: list[JSON]) -> JSON:
    keep = filters.compile_filter(ctx.call.arg("filter"))
    return standard.paged(ctx, [i for i in items if keep(i)])


def get_project(ctx: Context, call: Call) -> JSON | Answer:
    """projects.get."""
    project = ctx.projects.find(call.variables["project"])
    assert project is not None  # noqa: S101 the call was admitted, so there is one
    return {
        "kind": "compute#project",
        "id": project.number,
        "creationTimestamp": project.body.get("createTime", _BEGAN),
        "name": project.id,
        "commonInstanceMetadata": {"kind": "compute#metadata", "fingerprint": "AAAAAAAAAAA="},
        "quotas": [{"metric": "NETWORKS", "limit": 15.0, "usage": 0.0}],
        "selfLink": ctx.link(f"projects/{project.id}"),
        "defaultServiceAccount": f"{project.number}-compute@developer.gserviceaccount.com",
        "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
        "defaultNetworkTier": "PREMIUM",
        "vmDnsSetting": "ZONAL_ONLY",
    }
