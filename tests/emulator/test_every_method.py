"""Every method that discovery knows, with bodies and parameters at the edge of their types: no fault of our own."""

from __future__ import annotations

import json
import logging
import pkgutil
import random
import re
from typing import Any
from urllib.parse import quote

import pytest

from emulator import services
from emulator.cloud import Cloud
from emulator.discovery import document
from emulator.discovery.model import Api, Field, Method, Schema
from emulator.exchange import Request

from .conftest import PROJECT, SEED

LABELS = sorted(module.name for module in pkgutil.iter_modules(services.__path__))
ROUNDS = 2
DEEPEST = 5
ORDER = {"PUT": 0, "POST": 1, "GET": 2, "PATCH": 3, "DELETE": 5}
IDS = ["a1"] * 25 + ["b2", "default", "_Default", "global", "-", "x%2Fy", "%00", "projects"]
ANYTHING: list[Any] = [None, [], {}, "", 0, True, [[]], {"a": {}}, -1, 1e308]
TEXTS = [
    "", "x", "a" * 70, "\ud800", "\u202e<b>", f"projects/{PROJECT}/x", "-1", "NaN", "0", "//", "..", "*",
    f"projects/{PROJECT}/locations/europe-west4/keyRings/r/cryptoKeys/k", "user:a@example.com", "9" * 40, "1.5s",
    "2026-01-01T00:00:00Z", "10.0.0.0/8", "{", "%", "gs://b/o", "a@b", "a/b/c/d/e/f",
]  # fmt: skip
FORMATS: dict[str, list[Any]] = {
    "int64": ["0", "-1", "5", "9223372036854775807", 7],
    "uint64": ["0", "-1", "18446744073709551615"],
    "google-duration": ["0s", "-1s", "3600s", "315576000000s", "999999999999s", "0.5s"],
    "google-datetime": ["2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "never"],
    "byte": ["aGVsbG8=", "", "AA", "!!"],
}
COMPUTE_ID = "([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|[1-9][0-9]{0,19})"
GIVEN = {
    "project": PROJECT,
    "projectId": PROJECT,
    "region": "europe-west4",
    "zone": "europe-west4-a",
    "parentResource": "a1",
}
CONTAINERS = {
    "projects": PROJECT,
    "locations": "europe-west4",
    "organizations": "128653134652",
    "folders": "400276853417",
    "billingAccounts": "01A2B3-4C5D6E-7F8091",
}


class Sender:
    """Makes up requests for the methods of an API; the same ones for the same seed."""

    def __init__(self, api: Api, seed: int) -> None:
        self._api = api
        self._chance = random.Random(seed)  # noqa: S311 - requests, not secrets

    def request(self, label: str, method: Method) -> Request:
        path = re.sub(r"\{\+?([^}*]+)\*?\}", lambda found: self._segment(method, found[1]), method.path)
        query = "&".join(
            f"{name}={quote(str(self._value(known.field, 0)), errors='replace')}"
            for name, known in method.parameters.items()
            if known.location == "query" and self._chance.random() < (0.9 if name.endswith("Id") else 0.25)
        )
        schema = self._api.schema(method.request) if method.request else None
        body = json.dumps(self._body(schema, 0)).encode() if schema else b""
        whole = f"/{label}/{self._api.service_path}{path}"
        return Request(method.http, whole, query, {"content-type": "application/json"}, body)

    def _segment(self, method: Method, name: str) -> str:
        known = method.parameters.get(name)
        pattern = known.field.pattern.strip("^$").replace(COMPUTE_ID, "a1") if known else ""
        if name in GIVEN and not pattern.startswith("projects/"):
            return GIVEN[name]
        if not pattern or "?:" in pattern or "[a-z" in pattern:
            return self._chance.choice(IDS)
        for container, ident in CONTAINERS.items():
            pattern = pattern.replace(f"{container}/[^/]+", f"{container}/{ident}")
        pattern = re.sub(r"\(\w+/\)\?|\[0-9\]\{\d,\d+\}", lambda found: "" if "/" in found[0] else "12", pattern)
        return re.sub(r"\[\^/\]\+|\.\*", lambda _: self._chance.choice(IDS), pattern)

    def _value(self, field: Field, depth: int) -> Any:
        chance = self._chance
        if chance.random() < 0.03:
            return chance.choice(ANYTHING)
        if field.enum:
            return chance.choice(field.enum) if chance.random() < 0.8 else "NO_SUCH_VALUE"
        match field.type:
            case "string":
                return chance.choice(FORMATS.get(field.format, TEXTS))
            case "integer":
                return chance.choice([0, 1, -1, 2**31 - 1, -(2**31), 100])
            case "number":
                return chance.choice([0, 1.5, -1, 1e300])
            case "boolean":
                return chance.choice([True, False])
            case "array" if field.element:
                return [self._value(field.element, depth + 1) for _ in range(chance.choice([0, 1, 2]))]
            case "map" if field.element:
                return {
                    chance.choice(TEXTS): self._value(field.element, depth + 1) for _ in range(chance.choice([0, 1]))
                }
            case "ref":
                return self._body(self._api.schema(field.ref), depth + 1)
            case "object":
                return {
                    name: self._value(one, depth + 1) for name, one in field.fields.items() if chance.random() < 0.5
                }
        return chance.choice(ANYTHING)

    def _body(self, schema: Schema | None, depth: int) -> dict[str, Any]:
        if schema is None or depth > DEEPEST:
            return {}
        often = (0.7, 0.5, 0.4, 0.3, 0.2, 0.1)[depth]
        return {k: self._value(one, depth) for k, one in schema.fields.items() if self._chance.random() < often}


@pytest.mark.parametrize("label", LABELS)
def test_answers_or_refuses(label: str, caplog: pytest.LogCaptureFixture) -> None:
    faults: list[str] = []
    unheard: list[str] = []
    for version in document.versions(label):
        api, _ = document.api(label, version)
        cloud, sender = Cloud(seed=1), Sender(api, seed=7)
        assert cloud.handle(Request("POST", "/_seed", "", {}, json.dumps(SEED).encode())).status == 200
        understood = 0
        for _ in range(ROUNDS):
            for method in sorted(api.methods.values(), key=lambda one: ORDER.get(one.http, 4)):
                request = sender.request(label, method)
                with caplog.at_level(logging.ERROR, logger="lockgate.emulator"):
                    status = cloud.handle(request).status
                understood, before = sum(cloud.calls.values()), understood
                if understood == before:
                    unheard.append(f"{method.id}: {request.method} {request.path}")
                if status == 500:
                    faults.append(f"{request.method} {request.path}?{request.query} {request.body.decode()[:500]}")
    assert not faults, "\n".join(faults)
    assert not unheard, "\n".join(unheard)
