"""Where a service can be had."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire import page

JSON = dict[str, Any]

REGIONS = (
    "africa-south1", "asia-east1", "asia-northeast1", "asia-south1", "asia-southeast1", "australia-southeast1",
    "europe-central2",
    "europe-north1", "europe-southwest1", "europe-west1", "europe-west2", "europe-west3", "europe-west4",
    "europe-west6",
    "europe-west8", "europe-west9", "europe-west10", "europe-west12", "me-central1", "me-west1",
    "northamerica-northeast1",
    "southamerica-east1", "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2",
    "us-west3", "us-west4",
)  # fmt: skip
"""Regions that a list of locations names; https://cloud.google.com/about/locations. Calls in other locations are
taken
as well."""


def get_location(ctx: Context, call: Call) -> JSON | Answer:
    """One location."""
    return {"name": ctx.shown_name(call.target), "locationId": call.target.rsplit("/", 1)[-1]}


def list_locations(ctx: Context, call: Call) -> JSON | Answer:
    """All locations."""
    parent = call.target.removesuffix("/locations")
    found = [{"name": f"{ctx.shown_name(parent)}/locations/{r}", "locationId": r} for r in REGIONS]
    size = page.size_of(call.arg("pageSize") or None)
    items, token = page.take(enumerate(found, 1), page.decode(call.arg("pageToken")), size)
    return {"locations": items, **({"nextPageToken": token} if token else {})}
