"""The archive that is deployed, in a folder of its own, served by uvicorn, with its ledger in SQLite."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.router.payload import MODEL

HERE = Path(__file__).parent
FUNCTIONS = HERE.parents[1] / "functions"
PRICES = ((MODEL, "0.30", "2.50"), (f"{MODEL}-lite", "0.10", "0.40"))


def archive(folder: Path) -> dict[str, str]:
    """Lay the archive into ``folder``; the environment that its stack would give it, but for the upstream's address."""
    shutil.copytree(FUNCTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    raw = (HERE / "routes.json").read_bytes()
    (folder / "routes.json").write_bytes(raw)
    (folder / "prices.json").write_text(json.dumps(_prices()))
    routes: dict[str, Any] = json.loads(raw)
    state = folder.with_name(f"{folder.name}-state")
    state.mkdir()
    return {
        "ROUTES": json.dumps({**routes["tiers"], "fallback": routes["fallback"]}),
        "TABLE_SHA256": hashlib.sha256(raw).hexdigest(),
        "LEDGER_FILE": str(state / "ledger.db"),
        "JOURNAL_DIR": str(state / "journals"),
        "STATE_BUCKET": "state",
        "SWITCH_BUCKET": "switch",
        # Set by Cloud Run, which has checked the caller's token then.
        "K_SERVICE": "router",
    }


def upstream(url: str) -> dict[str, str]:
    """The environment that puts the upstream in the place of Google's services."""
    host = url.removeprefix("http://")
    return {"VERTEX_URL": url, "STORAGE_URL": url, "GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}


def identity() -> str:
    """An identity token as Cloud Run passes it on: the caller's claims, and no signature any more."""
    routes: dict[str, Any] = json.loads((HERE / "routes.json").read_bytes())
    caller: str = routes["tenants"]["claims-workflow"]["callers"][0]
    claims = {"email": caller.partition(":")[2], "email_verified": True, "exp": int(time.time()) + 86_400}
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    return ".".join(_part(json.dumps(part).encode()) for part in parts) + ".SIGNATURE_REMOVED_BY_GOOGLE"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _prices() -> dict[str, Any]:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    rows = [
        {"model": model, "region": "global", "kind": kind, "above": 0, "per_million": price}
        | {"valid_from": None, "valid_until": None, "seen": today}
        for model, asked, answered in PRICES
        for kind, price in (("input", asked), ("output", answered))
    ]
    return {
        "format": "lockgate.prices/1",
        "currency": "EUR",
        "stale_after_days": 90,
        "regional_surcharge": 1.1,
        "prices": rows,
    }
