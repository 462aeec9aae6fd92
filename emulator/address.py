"""Which service and version a request is for: by a path prefix that names a service, by host, or by the only service
that has the path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.discovery.document import LABELS, api, versions
from emulator.discovery.model import Api
from emulator.discovery.routes import Match
from emulator.discovery.transports import HINTS

_KNOWN = frozenset(LABELS)
_REGIONAL = re.compile(r"(?:[a-z]+-[a-z]+\d+(?:-[a-z])?|us|eu|asia|global)-([a-z0-9]+)\.(?:mtls\.)?googleapis\.com")
_REP = re.compile(r"([a-z0-9]+)\.[a-z0-9-]+\.rep\.googleapis\.com")
_PLAIN = re.compile(r"([a-z0-9]+)\.(?:mtls\.)?googleapis\.com")
ALIASES = {"sql": "sqladmin", "kms": "cloudkms", "billing": "cloudbilling"}
"""Path prefixes that are not the host's first label; the second and third are how client settings name those services.
"""

PREFERENCE: tuple[str, ...] = (
    "cloudresourcemanager", "iam", "serviceusage", "logging", "storage", "bigquery", "compute", "pubsub", "monitoring",
    "cloudbilling", "secretmanager", "cloudkms", "run", "cloudfunctions", "sqladmin",
)  # fmt: skip
"""Whose a path without a prefix is where several services have it (`/v1/projects/p` is also in `aiplatform` and
others)."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A request's service, and the path within it (encoded, no leading slash)."""

    label: str
    api: Api
    match: Match
    path: str


def label_of_host(host: str) -> str:
    """The label in a host name, without a region; empty if it is not Google's."""
    host = host.split(":", maxsplit=1)[0].lower()
    for pattern in (_REP, _REGIONAL, _PLAIN):
        found = pattern.fullmatch(host)
        if found:
            label = ALIASES.get(found[1], found[1])
            return label if label in _KNOWN else ""
    return ""


def find(http: str, path: str, host: str) -> Addressed | None:
    """The method that a request means, or None."""
    path = re.sub(r"^/+", "", path)
    head, _, rest = path.partition("/")
    head = ALIASES.get(head, head)
    if head in _KNOWN:
        # `/storage/v1/b` is both the service `storage` with the path `v1/b` and its whole public path: try the first,
        # then the second
        found = within(head, http, rest) or within(head, http, path)
        if found is not None:
            return found
        if head not in ("storage", "compute", "bigquery", "dns"):
            return None
    label = label_of_host(host)
    if label:
        return within(label, http, path)
    return alone(http, path)


def within(label: str, http: str, path: str) -> Addressed | None:
    """The method of one service that a path means, in the version that the path names."""
    path = re.sub(r"^/+", "", path)
    known = versions(label)
    if path.startswith("ui/"):  # aiplatform's own name for the newest version, as its operations' links have it
        path = f"{known[-1]}/{path[3:]}"
    segments = re.split("[/:]", path, maxsplit=4)[:4]  # a method of the whole service is `v1:evaluateDataset`
    for version in known:
        if version in segments:
            loaded, routes = api(label, version)
            match = routes.match(http, path)
            if match is not None:
                return Addressed(label, loaded, match, path)
            base = loaded.service_path.strip("/")
            if (
                base and not path.startswith(base) and path.startswith(version + "/")
            ):  # `/bigquery/v2/…` after its prefix was taken
                match = routes.match(http, f"{base}/{path[len(version) + 1 :]}")
                if match is not None:
                    return Addressed(label, loaded, match, path)
    return None


def alone(http: str, path: str) -> Addressed | None:
    """The method of the only service that has a path; of several, the preferred one."""
    order = [*PREFERENCE, *(label for label in LABELS if label not in PREFERENCE)]
    for label in order:
        hints = HINTS.get(label)
        if hints is not None and not any(hint in path for hint in hints):
            continue
        found = within(label, http, path)
        if found is not None:
            return found
    return None
