"""The functions as they are deployed: each job is a package at the top of the path."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FUNCTIONS = HERE.parents[1] / "functions"
sys.path[:0] = [str(HERE), str(FUNCTIONS)]

from proposals import scripted  # noqa: E402 (found by the line above)
from served import Served, serving  # noqa: E402
from standin import Standin  # noqa: E402

from soak.server import NoPostgresError, Server  # noqa: E402


@pytest.fixture
def standin() -> Iterator[Standin]:
    """A stand-in for the Google services that the functions call."""
    with Standin() as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[tuple[Served, Standin]]:
    """A router that the tests of one module share."""
    with Standin() as server, serving(tmp_path_factory.mktemp("router"), routes, server) as served:
        yield served, server


@pytest.fixture
def router(shared: tuple[Served, Standin]) -> tuple[Served, Standin]:
    """The shared router, with a stand-in that is scripted anew for each test."""
    served, server = shared
    scripted(server)
    return served, server


@pytest.fixture(scope="session")
def routes() -> dict[str, Any]:
    """Routes with a high, a medium and a low tier and both doors; the fallback hands the case to a person."""
    bounds = {"timeout_seconds": 2, "max_input_tokens": 2000, "max_output_tokens": 200}
    later = {"formatter": None, "check": None, "format": None, "next_models": [], "over_budget": None}
    return {
        "format": "lockgate.routes/2",
        "use_case": "claims-triage",
        "summary": "Sorts incoming motor claims.",
        "project": "example-claims",
        "region": "europe-west4",
        "currency": "EUR",
        "monthly_limit": 5000.0,
        "doors": ["cases", "chat"],
        "intake": {
            "fields": {
                "amount": {"type": "decimal", "unit": "EUR", "least": "0"},
                "injury": {"type": "boolean"},
                "holder_name": {"type": "text", "missing": "allow"},
                "description": {"type": "text", "missing": "allow"},
                "papers": {"type": "document", "missing": "allow"},
                "incident": {"type": "date", "missing": "allow", "invalid": "refuse"},
            },
            "unknown_fields": "drop",
            "sources": {
                "portal": {
                    "current": "2",
                    "versions": {
                        "2": {},
                        "1": {
                            "to": "2",
                            "formats": {"dates": ["%d.%m.%Y"], "decimal": "comma", "true": ["ja"], "false": ["nein"]},
                            "steps": [
                                {"do": "rename", "field": "betrag", "to": "amount", "why": "version 2 is in English"}
                            ],
                            "examples": [
                                {
                                    "before": {"betrag": "1.200,50", "injury": "nein"},
                                    "after": {"amount": "1200.50", "injury": False},
                                }
                            ],
                        },
                    },
                }
            },
        },
        "masking": {"fields": ["holder_name"], "patterns": ["card", "iban", "email", "phone"], "screened": ["medium"]},
        "segments": {"large": {"field": "amount", "above": "4000"}},
        "rules": {
            "high": [
                {"field": "injury", "is": True},
                {"field": "amount", "above": "20000"},
                {"measure": "text", "mentions": ["lawyer"]},
            ],
            "medium": [{"field": "amount", "above": "5000"}, {"measure": "confidence", "below": "0.5"}],
        },
        "output": {
            "decision": {"type": "choice", "values": ["pay", "reject", "ask"]},
            "amount": {"type": "decimal", "missing": "allow"},
        },
        "business_rules": [
            {
                "name": "never-above-claim",
                "tiers": ["low", "medium"],
                "require": {
                    "any": [{"output": "amount", "given": False}, {"output": "amount", "at_most": {"field": "amount"}}]
                },
                "otherwise": "more is paid than was claimed",
            }
        ],
        "models": {
            "gemini-flash": {"publisher": "google", "hosting": "managed"},
            "gemini-lite": {"publisher": "google", "hosting": "managed"},
            "gemma": {"publisher": "google", "hosting": "deployed"},
        },
        "tiers": {
            "high": {"action": "manual-review", "model": "gemini-flash", "checker": None, **bounds, **later},
            "medium": {"action": "validate", "model": "gemini-flash", "checker": "gemma", **bounds, **later},
            "low": {"action": "automatic", "model": "gemini-flash", "checker": None, **bounds, **later},
        },
        "fallback": {"action": "manual-review", "description": "To the ordinary queue."},
        "retries": {"share": 0.1, "most": 10, "failures": 5, "open_seconds": 30},
        "tenants": {},
        "budgets": [{"scope": "stack", "name": "*", "window": "month", "limit": "5000"}],
        "revision": 1,
    }


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of our own; where none can be had its tests are skipped, and say so."""
    try:
        server = Server().__enter__()
    except NoPostgresError as error:
        warnings.warn(f"NOT TESTED against PostgreSQL: {error}", stacklevel=1)
        pytest.skip(f"no PostgreSQL: {error}")
    try:
        yield server
    finally:
        server.__exit__(None, None, None)
