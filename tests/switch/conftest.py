"""An emulated Cloud Storage with a stack's switch in it, and the routers' side of the document."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.cloud import Cloud
from emulator.server import serving
from infra.sizing import prices, routing
from lockgate.charter.load import load

ROOT = Path(__file__).parents[2]
CHARTER = load(ROOT / "stacks" / "staff-assistant" / "charter.yaml")
BUCKET = routing.size(CHARTER, prices=prices.rows()).switch_bucket


@pytest.fixture(scope="session")
def followed() -> Callable[[bytes], Any]:
    """How the functions read the switch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(ROOT / "functions"), *sys.path])
        from switch.state import parse

    read: Callable[[bytes], Any] = parse
    return read


@pytest.fixture(scope="session")
def _served() -> Iterator[str]:
    started: list[int] = []
    ready, stop = threading.Event(), threading.Event()

    async def main() -> None:
        async with serving(Cloud(seed=1)) as port:
            started.append(port)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield f"http://127.0.0.1:{started[0]}"
    stop.set()
    thread.join(5)


@pytest.fixture
def address(_served: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The emulator's address, with nothing but the switch's bucket in it; Google's client is led there."""
    project = {"id": CHARTER.cloud.project, "number": CHARTER.cloud.project_number, "services": ["*"]}
    post(f"{_served}/_reset", {})
    post(f"{_served}/_seed", {"projects": [project]})
    post(f"{_served}/storage/v1/b?project={CHARTER.cloud.project}", {"name": BUCKET, "versioning": {"enabled": True}})
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", _served)
    return _served


def post(url: str, body: dict[str, Any]) -> None:
    """Send JSON; whatever is no success is an error."""
    sent = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(sent, timeout=10) as answer:
        assert answer.status == 200


def get(url: str) -> Any:
    """The JSON at an address."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)
