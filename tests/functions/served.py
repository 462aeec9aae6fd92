"""The router served in a process of its own, from an archive as it is deployed, by either of its two servers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from standin import Standin

FUNCTIONS = Path(__file__).parents[2] / "functions"
Server = Literal["uvicorn", "framework"]
TEMPLATE = "projects/example-claims/locations/europe-west4/templates/armor"
PRICES = {
    "format": "lockgate.prices/1",
    "currency": "EUR",
    "stale_after_days": 3650,
    "regional_surcharge": None,
    "prices": [
        {
            "model": model,
            "region": "europe-west4",
            "kind": kind,
            "above": 0,
            "per_million": price,
            "valid_from": None,
            "valid_until": None,
            "seen": "2026-11-02",
        }
        for model, kind, price in (
            ("gemini-flash", "input", "1.5"),
            ("gemini-flash", "output", "7.5"),
            ("gemini-lite", "input", "0.3"),
            ("gemini-lite", "output", "2.5"),
        )
    ],
}


class Served:
    """A running function; ``log`` is what it wrote to stdout so far."""

    def __init__(self, port: int, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.process = process

    def call(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, document and headers of an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                status, raw, found = response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            status, raw, found = error.code, error.read(), error.headers
        document = json.loads(raw) if raw[:1] in {b"{", b"["} else raw.decode()
        return status, document, {name.lower(): value for name, value in found.items()}

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, document, _ = self.call("POST", path, raw, **headers)
        return status, document

    def case(self, **changes: Any) -> dict[str, Any]:
        """The answer to a case that differs from the ordinary one."""
        status, answer = self.post("/v1/cases", case(**changes))
        assert status in {200, 202}, answer
        found: dict[str, Any] = answer
        return found

    @property
    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "stdout").read_text().splitlines()
        return [entry for line in lines if line.startswith("{") and (entry := json.loads(line))["event"] != "anchor"]

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"


_NUMBER = iter(range(1, 1_000_000))


def case(**changes: Any) -> dict[str, Any]:
    """A case of the low tier, under an id of its own."""
    fields = {"amount": "900.00", "injury": False, "Holder-Name": "Erika Example", "description": "hail on the roof"}
    whole = {"case_id": f"c-{next(_NUMBER)}", "source": "portal", "schema": "2", "fields": fields}
    return {**whole, **changes, "fields": {**fields, **changes.get("fields", {})}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def archive(folder: Path, routes: dict[str, Any]) -> str:
    """Lay the archive; the SHA-256 of its routes."""
    shutil.copytree(FUNCTIONS, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    text = json.dumps(routes)
    (folder / "routes.json").write_text(text)
    (folder / "prices.json").write_text(json.dumps(PRICES))
    return hashlib.sha256(text.encode()).hexdigest()


def environment(folder: Path, routes: dict[str, Any], digest: str, standin: Standin) -> dict[str, str]:
    endpoint = f"{standin.url}/v1/projects/1/locations/europe-west4/endpoints/gemma"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ROUTES": json.dumps({**routes["tiers"], "fallback": routes["fallback"]}),
        "TABLE_SHA256": digest,
        "STATE_BUCKET": "state",
        "SWITCH_BUCKET": "switch",
        "VERTEX_URL": standin.url,
        "STORAGE_URL": standin.url,
        "ARMOR_URL": standin.url,
        "MODEL_ARMOR_TEMPLATE": TEMPLATE,
        "DEPLOYED_URLS": json.dumps({"gemma": endpoint}),
        "GCE_METADATA_HOST": standin.host,
        "GCE_METADATA_IP": standin.host,
        "LEDGER_FILE": str(folder / "ledger.sqlite"),
        "JOURNAL_DIR": str(folder / "journal"),
    }


@contextmanager
def serving(
    folder: Path,
    routes: dict[str, Any],
    standin: Standin,
    *,
    target: str = "router",
    server: Server = "uvicorn",
    **more: str,
) -> Iterator[Served]:
    """The function at work in ``folder``; a second time in the same folder it finds its ledger again."""
    laid = folder / "archive"
    digest = (
        archive(laid, routes) if not laid.exists() else hashlib.sha256((laid / "routes.json").read_bytes()).hexdigest()
    )
    port = free_port()
    variables = {**environment(folder, routes, digest, standin), "FUNCTION_TARGET": target, **more}
    variables = {name: value for name, value in variables.items() if value != "-"}
    if server == "uvicorn":
        command = [sys.executable, "-m", "uvicorn", "asgi:app", "--no-access-log", "--log-level", "warning"]
    else:
        signature = "cloudevent" if target == "spend_guard" else "http"
        command = [sys.executable, "-m", "functions_framework", "--source", "main.py", "--target", target]
        command += ["--signature-type", signature]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with (folder / "stdout").open("ab") as stdout, (folder / "stderr").open("ab") as stderr:
        process = subprocess.Popen(command, cwd=laid, env=variables, stdout=stdout, stderr=stderr)
    try:
        wait_until_open(port, process, folder / "stderr")
        yield Served(port, folder, process)
    finally:
        process.terminate()
        process.wait(15)


def wait_until_open(port: int, process: subprocess.Popen[bytes], stderr: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(stderr.read_text())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the function does not listen")
