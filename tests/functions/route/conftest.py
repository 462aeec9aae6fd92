"""Tables to judge by, as routes.json has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from route.table import Table

ROUTE = {
    "action": "manual-review",
    "model": "flash",
    "checker": None,
    "timeout_seconds": 5,
    "max_input_tokens": 2000,
    "max_output_tokens": 200,
}
ROUTES: dict[str, Any] = {
    "format": "lockgate.routes/2",
    "use_case": "claims-triage",
    "summary": "Sorts incoming motor claims.",
    "project": "example-claims",
    "region": "europe-west4",
    "currency": "EUR",
    "monthly_limit": 5000.0,
    "doors": ["cases"],
    "intake": {
        "fields": {
            "amount": {"type": "decimal", "unit": "EUR"},
            "distance": {"type": "integer", "unit": "km"},
            "injury": {"type": "boolean"},
            "category": {"type": "choice", "values": ["glass", "collision", "theft"]},
            "birth_date": {"type": "date"},
            "incident_date": {"type": "date"},
            "description": {"type": "text"},
            "papers": {"type": "document"},
        },
        "unknown_fields": "review",
        "sources": {"portal": {"current": "1", "versions": {"1": {}}}},
    },
    "masking": {"fields": ["birth_date"]},
    "segments": {"seniors": {"field": "birth_date", "below": "1961-01-01"}},
    "rules": {},
    "output": {
        "decision": {"type": "choice", "values": ["pay", "reject"]},
        "amount": {"type": "decimal", "unit": "EUR"},
    },
    "business_rules": [],
    "models": {"flash": {"publisher": "google", "hosting": "managed"}},
    "tiers": {"high": ROUTE, "medium": ROUTE, "low": ROUTE},
    "fallback": {"action": "manual-review", "description": "To the ordinary queue."},
    "retries": {},
    "tenants": {},
    "budgets": [{"scope": "stack", "name": "claims-triage", "window": "month", "limit": "900"}],
    "revision": 1,
}


@pytest.fixture(scope="session")
def table() -> Callable[..., Table]:
    """Makes a table with three tiers; a keyword replaces a part of it."""

    def made(**parts: Any) -> Table:
        return msgspec.convert({**ROUTES, **parts}, Table)

    return made
