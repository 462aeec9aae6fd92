"""An emulated cloud in which both reference stacks are deployed, and Google's clients to change them with."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import httplib2
import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

from emulator.cloud import Cloud
from lockgate.audit import audit
from lockgate.audit.audit import Seen
from lockgate.charter.load import load
from lockgate.plan import program, project
from lockgate.plan.model import Plan
from lockgate.rehearsal import rehearse
from lockgate.rehearsal import seed as seeds
from lockgate.rehearsal.carry import Carrier
from lockgate.rehearsal.client import Client
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import load as mapping
from lockgate.rehearsal.work import Shared, Work
from tests.emulator.serving import serving_in_thread

ROOT = Path(__file__).parents[2]
STACKS = ("claims-triage", "staff-assistant")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Google:
    """Google's own clients, pointed at the emulator."""

    base: str
    project: str
    number: str
    made: dict[str, Any] = field(default_factory=dict)

    def discovered(self, service: str, version: str) -> Any:
        """google-api-python-client."""
        path = {"compute": "compute/v1/"}.get(service, "")
        return build(
            service,
            version,
            http=httplib2.Http(timeout=20),
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": f"{self.base}/{service}/{path}"},
        )

    def generated(self, name: str, service: str) -> Any:
        """A client of google-cloud-*, by its dotted name."""
        module, _, kind = name.rpartition(".")
        return getattr(importlib.import_module(module), kind)(
            credentials=AnonymousCredentials(),
            transport="rest",
            client_options={"api_endpoint": f"{self.base}/{service}"},
        )

    def own(self, service: str) -> Any:
        """A client with a face of its own: storage, bigquery."""
        return importlib.import_module(f"google.cloud.{service}").Client(
            project=self.project,
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": f"{self.base}/{service}"},
        )


@dataclass
class Deployed:
    """A stack that is deployed in the emulator."""

    stack: str
    plan: Plan
    charter: dict[str, Any]
    base: str
    state: bytes
    put: Callable[[str, bytes], None]
    post: Callable[[str, bytes], None]

    @property
    def google(self) -> Google:
        cloud = self.charter["cloud"]
        return Google(self.base, cloud["project"], str(cloud["project_number"]))

    def plant(self, *faults: dict[str, Any]) -> None:
        """Faults that the emulator's answers are to have; none takes all away."""
        self.post("/_faults", json.dumps({"faults": list(faults)}).encode())

    def restore(self) -> None:
        """The emulator as it was after the deployment."""
        self.put("/_state", self.state)

    def see(self, seconds: float = 60) -> Seen:
        """An audit, without the rules."""
        access = audit.access(self.plan, self.charter, self.base)
        return audit.see(self.plan, self.charter, access, now=NOW, seconds=seconds)

    def urn(self, type_: str, name: str) -> str:
        (found,) = [one.urn for one in self.plan.resources if one.type.endswith(f":{type_}") and one.name == name]
        return found


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """An emulator's address."""
    with serving_in_thread(Cloud(seed=1)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def deployments(address: str) -> dict[str, Deployed]:
    """Both reference stacks, deployed by the rehearsal's create phase."""
    found = project.find(ROOT)
    made: dict[str, Deployed] = {}
    for stack in STACKS:
        plan = program.record_project(found, stack, note=lambda _: None, given={}, answers={}, timeout_seconds=120)
        charter = load(ROOT / "stacks" / stack / "charter.yaml").document()
        asyncio.run(_create(plan, charter, address))
        made[stack] = Deployed(stack, plan, charter, address, b"", _sender(address, "PUT"), _sender(address, "POST"))
    state = asyncio.run(_request(address, "GET", "/_state", None))
    for one in made.values():
        one.state = state
    return made


@pytest.fixture
def deployed(deployments: dict[str, Deployed]) -> Iterator[Deployed]:
    """The stack claims-triage; what a test changes is undone."""
    yield deployments["claims-triage"]
    deployments["claims-triage"].plant()
    deployments["claims-triage"].restore()


def _sender(base: str, method: str) -> Callable[[str, bytes], None]:
    def send(path: str, body: bytes) -> None:
        asyncio.run(_request(base, method, path, body))

    return send


async def _request(base: str, method: str, path: str, body: bytes | None) -> bytes:
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, base + path, data=body, headers=headers) as it,
    ):
        assert it.status == 200, await it.text()
        return await it.read()


async def _create(plan: Plan, charter: dict[str, Any], base: str) -> None:
    prepared = rehearse.prepare(plan)
    assert not prepared.failures
    document = seeds.seed(plan, charter)
    numbers, provider = seeds.numbers(document), seeds.provider_inputs(plan)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/_seed", json=document) as answer:
            assert answer.status == 200
        setting = bodies.Setting(NOW, numbers, dict(provider["defaultLabels"]))
        shared = Shared(Client(session, base, billed_to=None), setting, provider["project"])
        entries = mapping.entries()
        works = {urn: Work(one, entries[one.type], shared) for urn, one in prepared.resources.items()}
        carrier = Carrier(works, prepared.choices, numbers)
        await carrier.make(prepared.order, lambda: None)
        assert carrier.failures == []
