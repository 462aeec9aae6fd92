"""The functions as they are deployed: each job is a package at the top of the path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FUNCTIONS = HERE.parents[1] / "functions"
sys.path[:0] = [str(HERE), str(FUNCTIONS)]

from standin import Standin  # noqa: E402 (found by the line above)


@pytest.fixture
def standin() -> Iterator[Standin]:
    """A stand-in for the Google services that the functions call."""
    with Standin() as server:
        yield server


@pytest.fixture(scope="session")
def routes() -> dict[str, object]:
    """Routes with a high, a medium and a low tier; the fallback hands the case to a person."""
    bounds = {"timeout_seconds": 1, "max_input_tokens": 2000, "max_output_tokens": 200}
    return {
        "format": "lockgate.routes/1",
        "use_case": "claims-triage",
        "summary": "Sorts incoming motor claims.",
        "project": "example-claims",
        "region": "europe-west4",
        "currency": "EUR",
        "monthly_limit": 5000.0,
        "masked_fields": ["holder_name", "licence_plate"],
        "models": {
            "flash": {"publisher": "google", "hosting": "managed", "price": {"input": 1.5, "output": 7.5}},
            "gemma": {"publisher": "google", "hosting": "deployed", "price": None},
        },
        "tiers": {
            "high": {"action": "manual-review", "model": "flash", "checker": None, **bounds},
            "medium": {"action": "validate", "model": "flash", "checker": "gemma", **bounds},
            "low": {"action": "automatic", "model": "flash", "checker": None, **bounds},
        },
        "fallback": {"action": "manual-review", "description": "To the ordinary queue."},
    }
