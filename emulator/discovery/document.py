"""Finds the discovery documents that google-api-python-client ships, and loads one when a request first needs it."""

from __future__ import annotations

import importlib.util
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

from emulator.discovery.model import Api
from emulator.discovery.routes import Routes
from emulator.discovery.transports import TRANSPORTS, document_from_transport

LABELS: tuple[str, ...] = (
    "aiplatform", "billingbudgets", "cloudbilling", "serviceusage", "cloudquotas", "logging", "iam", "iamcredentials",
    "cloudresourcemanager", "run", "cloudfunctions", "pubsub", "cloudkms", "monitoring", "bigquery", "storage",
    "secretmanager", "dlp", "modelarmor", "orgpolicy", "artifactregistry", "compute", "sqladmin", "eventarc",
    "cloudscheduler", "servicenetworking", "dns", "networkconnectivity", "accesscontextmanager",
)  # fmt: skip
"""The services served: the first label of each one's host."""

_HIDDEN = frozenset({("compute", "preview")})
"""Documents whose paths are those of another version, so that no request can mean them."""

_LOCK = threading.Lock()


class NoDocuments(Exception):
    """google-api-python-client is not installed, so nothing says what Google's APIs look like."""


@cache
def folder() -> Path:
    """Where the documents are. The package is located, not imported: importing it costs more than
    reading a document."""
    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or not spec.submodule_search_locations:
        raise NoDocuments("the emulator needs google-api-python-client: pip install 'lockgate[rehearsal]'")
    return Path(next(iter(spec.submodule_search_locations))) / "discovery_cache" / "documents"


@cache
def versions(label: str) -> tuple[str, ...]:
    """The versions of a service that can be served, stable ones first, newest first (v3, v2, v1, v1beta1)."""
    if label in TRANSPORTS:
        return TRANSPORTS[label]
    found = [path.name[len(label) + 1 : -len(".json")] for path in folder().glob(f"{label}.*.json")]
    return tuple(sorted((one for one in found if (label, one) not in _HIDDEN), key=_rank))


def _rank(version: str) -> tuple[bool, int, str]:
    number = "".join(c for c in version[1:3] if c.isdigit()) or "0"
    return (not version[1:].isdigit(), -int(number), version)


@cache
def _load(label: str, version: str) -> tuple[Api, Routes]:
    document: dict[str, Any]
    if label in TRANSPORTS:
        document = document_from_transport(label, version)
    else:
        document = json.loads((folder() / f"{label}.{version}.json").read_bytes())
    api = Api(label, document)
    return api, Routes(api)


def api(label: str, version: str) -> tuple[Api, Routes]:
    """One version of a service and its compiled routes, kept in memory once loaded."""
    with _LOCK:
        return _load(label, version)
