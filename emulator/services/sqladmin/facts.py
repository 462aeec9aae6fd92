"""What Cloud SQL tells beside instances: certificates, how to connect, tiers."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.sqladmin.instances import of

JSON = dict[str, Any]


def server_cas(ctx: Context, call: Call) -> JSON | Answer:
    """instances.listServerCas."""
    del call
    _, body = of(ctx)
    return {
        "kind": "sql#instancesListServerCas",
        "certs": [body["serverCaCert"]],
        "activeVersion": body["serverCaCert"]["sha1Fingerprint"],
    }


def connect_settings(ctx: Context, call: Call) -> JSON | Answer:
    """connect.get: what the connectors ask first."""
    del call
    _, body = of(ctx)
    found: JSON = {
        k: body[k] for k in ("serverCaCert", "ipAddresses", "region", "databaseVersion", "backendType") if k in body
    }
    return {"kind": "sql#connectSettings", **found}


def tiers(ctx: Context, call: Call) -> JSON | Answer:
    """tiers.list: a few."""
    del ctx, call
    known = (("db-f1-micro", 643_825_664), ("db-g1-small", 1_825_361_100), ("db-custom-1-3840", 4_026_531_840))
    items = [{"kind": "sql#tier", "tier": t, "RAM": str(r), "region": list(standard.REGIONS)} for t, r in known]
    return {"kind": "sql#tiersList", "items": items}
