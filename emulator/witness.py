"""Who has driven which method: the coverage page names, for each method, the clients that nobody here wrote and that
got an answer from it.

A client says who it is in `User-Agent`, or in `X-Goog-Api-Client` where Google's library hides behind a transport's
agent. Only calls that succeeded count: that a client can be refused says little about a method.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = "LOCKGATE_WITNESSES"
"""Environment variable: a folder where each emulator leaves, when it ends, what it was asked and by whom."""

OTHER = "other"
"""Who does not say: curl, the rehearsal's own client, a replay of recorded traffic."""

_AGENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # gcloud: "google-cloud-sdk gcloud/528.0.0 command/gcloud.pubsub.topics.create …"; its storage commands add more.
    ("gcloud", re.compile(r"google-cloud-sdk|\bgcloud/\d")),
    # The provider: "Terraform/… (+https://www.terraform.io) Terraform-Plugin-SDK/… terraform-provider-google-beta/…",
    # under Pulumi "…/pulumi".
    ("provider", re.compile(r"terraform|pulumi", re.IGNORECASE)),
    # google-api-python-client: "gdcl/…"; google-cloud-*: "gl-python/… gapic/… rest/…" or "gcloud-python/…".
    ("google-clients", re.compile(r"\bgdcl/|\bgl-python/|gcloud-python/")),
)


def witness(headers: Mapping[str, str]) -> str:
    """Who sent a request with these headers (names in lower case): gcloud, provider, google-clients or other."""
    said = f"{headers.get('user-agent', '')} {headers.get('x-goog-api-client', '')}"
    return next((name for name, agent in _AGENTS if agent.search(said)), OTHER)


class Witnesses:
    """Successful calls by witness and method. `POST /_reset` leaves them: they tell of the emulator, not of a cloud."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, int]] = {}

    def saw(self, headers: Mapping[str, str], method: str) -> None:
        """Counts a call of a method, by its discovery id, that was answered with success."""
        calls = self.calls.setdefault(witness(headers), {})
        calls[method] = calls.get(method, 0) + 1

    def leave(self, folder: Path) -> None:
        """Writes them to a file of their own in the folder, if there is anything to write."""
        if self.calls:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{os.getpid()}-{id(self):x}.json"
            file.write_text(json.dumps(self.calls, sort_keys=True), encoding="utf-8")


def left(folder: Path) -> dict[str, set[str]]:
    """The methods that each witness has driven, of all the emulators that left something in the folder."""
    return merged(json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json")))


def merged(counts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, set[str]]:
    """The methods that each witness has driven, of several counts."""
    found: dict[str, set[str]] = {}
    for count in counts:
        for name, methods in count.items():
            found.setdefault(name, set()).update(methods)
    return found
