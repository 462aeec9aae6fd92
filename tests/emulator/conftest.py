"""One emulated cloud for a test, behind a real socket on loopback, in a thread of its own."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from emulator.cloud import Cloud
from tests.emulator.serving import serving_in_thread

# How fast an example is made and run says how busy the machine is, and nothing of the emulator.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

PROJECT, NUMBER = "demo-project", "123456789012"
SEED: dict[str, Any] = {
    "organizations": [{"id": "128653134652"}],
    "folders": [{"id": "400276853417", "parent": "organizations/128653134652"}],
    "billingAccounts": [{"id": "01A2B3-4C5D6E-7F8091"}],
    "projects": [
        {
            "id": PROJECT,
            "number": NUMBER,
            "parent": "organizations/128653134652",
            "billingAccount": "billingAccounts/01A2B3-4C5D6E-7F8091",
            "services": ["*"],
        }
    ],
}


class Emulator:
    """A client that knows nothing but HTTP and JSON."""

    def __init__(self, port: int, cloud: Cloud) -> None:
        self.port, self.cloud = port, cloud
        self.base = f"http://127.0.0.1:{port}"

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers in lower case, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """(status, JSON)."""
        data = None if body is None else json.dumps(body).encode()
        status, _, raw = self.raw(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        return status, json.loads(raw) if raw else None

    def ok(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON of a call that must succeed."""
        status, answer = self.call(method, path, body, headers)
        assert 200 <= status < 300, (status, answer)
        return answer

    def refused(
        self, status: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """The `error` of a call that must be refused with that status."""
        got, answer = self.call(method, path, body, headers)
        assert got == status, (got, answer)
        return answer["error"]

    def finish(self, service: str, operation: Any, version: str = "v1") -> Any:
        """Polls a google.longrunning operation to its end; its response."""
        for _ in range(20):
            if operation.get("done"):
                assert "error" not in operation, operation
                return operation["response"]
            operation = self.ok("GET", f"/{service}/{version}/{operation['name']}")
        raise AssertionError(operation)


@pytest.fixture(scope="session")
def _running() -> Iterator[Emulator]:
    cloud = Cloud(seed=1)
    with serving_in_thread(cloud) as port:
        yield Emulator(port, cloud)


@pytest.fixture
def emulator(_running: Emulator) -> Emulator:
    """An emulator with one project that has every API enabled, and nothing else."""
    _running.ok("POST", "/_reset", {})
    _running.ok("POST", "/_seed", SEED)
    return _running
