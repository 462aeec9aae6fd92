"""Every call of a rehearsal is one that Google documents: method, path, query, and each field of the body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from emulator.address import within
from emulator.discovery.model import Api, Field
from emulator.wire.check import check_body, check_query
from lockgate.plan.model import Plan
from lockgate.rehearsal import procedures, rehearse
from lockgate.rehearsal.carry import Carrier
from lockgate.rehearsal.client import Client, Request
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import load
from lockgate.rehearsal.work import Shared, Work
from tests.rehearsal.conftest import STACKS

PROJECT = "example-project"
ANSWER = {
    "email": f"made@{PROJECT}.iam.gserviceaccount.com",
    "email_address": f"made@{PROJECT}.iam.gserviceaccount.com",
    "kmsServiceAccountId": f"made@{PROJECT}.iam.gserviceaccount.com",
    "endpoint": f"projects/{PROJECT}/locations/europe-west4/endpoints/7",
    "model": f"projects/{PROJECT}/locations/europe-west4/models/7",
    "selfLink": f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/networks/made",
    "writerIdentity": f"serviceAccount:made@{PROJECT}.iam.gserviceaccount.com",
    "url": "https://made.example",
    "serviceConfig": {"uri": "https://made.example"},
    "connectionName": f"{PROJECT}:europe-west4:made",
    "generation": "1700000000000000",
    "fingerprint": "AAAA",
    "labelFingerprint": "AAAA",
    "etag": "BwXhqDkFM2Y=",
    "cryptoKeyVersions": [
        {"name": f"projects/{PROJECT}/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1", "state": "ENABLED"}
    ],
    "deployedModels": [{"id": "1"}],
    "connections": [{"network": "projects/1/global/networks/made"}],
    "items": [{"name": "default-route-1", "network": "x/networks/claims-triage", "destRange": "0.0.0.0/0"}],
}


class Reader:
    """Takes each request as Google's documents describe it, or says what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.methods: set[str] = set()

    async def send(self, request: Request, made: list[Any]) -> dict[str, Any]:
        call = f"{request.method} {request.service}/{request.path}?{urlencode(request.query)}"
        found = within(request.service, request.method, request.path)
        if found is None:
            self.problems.append(f"{call}: no such method")
            return {}
        method, api = found.match.method, found.api
        self.methods.add(method.id)
        for name, value in request.query.items():
            if name == "uploadType":
                continue
            parameter = method.parameters.get(name)
            if parameter is None or parameter.location != "query":
                self.problems.append(f"{call}: no parameter {name}")
            else:
                check_query(api, parameter.field, value)
        if request.body is not None and method.request:
            self._body(call, api, method.request, request.body)
        elif request.body:
            self.problems.append(f"{call}: takes no body")
        path = request.path.partition("/")[2].partition(":")[0]
        name = f"{path}/made" if request.method == "POST" else path
        schema = api.schema(method.response) if method.response else None
        known = {*ANSWER, "name"} if schema is None or api.is_operation(method.response) else set(schema.fields)
        return {key: value for key, value in {**ANSWER, "name": name}.items() if key in known}

    def _body(self, call: str, api: Api, name: str, body: Any) -> None:
        schema = api.schema(name)
        assert schema is not None
        try:
            check_body(api, schema, json.loads(json.dumps(body)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is said
            self.problems.append(f"{call}: {error}")
        self.problems += [f"{call}: {path} is set by the server alone" for path in _read_only(api, schema.fields, body)]


def _read_only(api: Api, fields: Mapping[str, Field], body: Any, prefix: str = "") -> list[str]:
    found = []
    for key, value in body.items() if isinstance(body, dict) else ():
        known = fields.get(key)
        if known is None:
            continue
        # KMS and Logging name their resources by the path; a name beside it is dropped without a word.
        if known.read_only:
            found.append(prefix + key)
        inner = known.element if known.type == "array" else known
        if inner is None:
            continue
        schema = api.schema(inner.ref) if inner.type == "ref" else None
        for item in value if isinstance(value, list) else [value]:
            found += _read_only(api, schema.fields if schema else inner.fields, item, f"{prefix}{key}.")
    return found


async def _every_call(plan: Plan, reader: Reader) -> list[str]:
    """Make, read, change, unprotect and delete each resource; what could not even be asked for."""
    prepared = rehearse.prepare(plan)
    assert prepared.failures == []
    client = cast("Client", reader)
    shared = Shared(client, bodies.Setting(datetime.now(UTC), {}, {"owner": "somebody"}), PROJECT)
    works = {urn: Work(one, load.entries()[one.type], shared) for urn, one in prepared.resources.items()}
    carrier = Carrier(works, prepared.choices, {})
    wrong = []
    for urn in [urn for wave in prepared.order.waves() for urn in wave]:
        work, kind = works[urn], procedures.of(works[urn].entry.kind)
        work.inputs = await carrier._resolved(work)
        try:
            await carrier._make(work)
        except Exception as error:  # noqa: BLE001
            if type(error).__name__ != "Gone":
                wrong.append(f"{urn}: {error!r}")
        if work.entry.kind == "labelled":
            work.answer["labelFingerprint"] = "AAAA"
        if work.entry.change is not None:
            await procedures.change(work)
        if work.entry.unprotect:
            await procedures.unprotect(work)
        if work.entry.delete != "none" or work.entry.kind == "key":
            await kind.delete(work)
    return wrong


@pytest.mark.parametrize("stack", STACKS)
def test_every_call_is_documented(stack: str, recorded: Callable[[str], Plan]) -> None:
    reader = Reader()
    wrong = asyncio.run(_every_call(recorded(stack), reader))
    assert not wrong
    assert not reader.problems, "\n".join(sorted(set(reader.problems)))
    assert len(reader.methods) > 100
