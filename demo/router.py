"""The router of a reference stack, as its archive would be deployed, with cases of its upstream systems.

``python -m demo.router`` serves it until it is interrupted, and says how to call it.

Vertex AI, Model Armor and Cloud Storage are the emulated ones; what the models answer is the demo's script, since no
model runs here. Compiled routes, prices, masking, tiers, business rules, ledger and audit trail are the real ones.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from demo.faults import ROOT
from infra.sizing import archive, prices, routes
from lockgate.charter.load import load
from lockgate.charter.model import Charter
from lockgate.rehearsal.emulated import Emulator

STACK = "claims-triage"
CALLER = "claims-workflow@example-claims-core.iam.gserviceaccount.com"
START_SECONDS = 30.0
TOKEN_SECONDS = 86_400
# Routers follow the switch within five seconds.
FOLLOWS_SECONDS = 5.5
CLAIM = {
    "policy_number": "KFZ-204-771",
    "holder_name": "Erika Beispiel",
    "customer_kind": "private",
    "birth_date": "1971-03-04",
    "language": "german",
    "licence_plate": "B-EX 2026",
    "category": "glass",
    "incident_date": "2026-11-02",
    "amount": "860.50",
    "injury": False,
    "papers_complete": True,
    "papers_contradict": False,
    "fraud_score": "0.08",
    "description": "Hail broke the windscreen. Call me at +49 30 5550171 or erika@example.com.",
}
OLD_CLAIM = {
    "vsnr": "KFZ-007-421",
    "inhaber": "Jan Voorbeeld",
    "art": "P",
    "kennz": "KLE-EX 42",
    "language": "dutch",
    "datum": "09.09.2026",
    "sparte": "WI",
    "personenschaden": "0",
    "betrag_cent": 123450,
    "fraud_score": "0,02",
    "hergang": "Reh auf der Landstrasse, Kotfluegel rechts.",
}
PAY = {"output": {"decision": "pay", "amount": "860.50"}, "reasons": ["glass is covered"], "facts": ["category"]}
TOO_MUCH = {**PAY, "output": {"decision": "pay", "amount": "9860.50"}}
ASK = {"output": {"decision": "ask-for-papers"}, "reasons": ["the papers are missing"], "facts": ["papers_complete"]}


@dataclass(frozen=True)
class Shown:
    """A case, what the drafting model is scripted to answer, None where it is not asked, and the promised outcome."""

    title: str
    document: Mapping[str, Any]
    draft: Mapping[str, Any] | None
    promised: str


CASES = (
    Shown("a small claim, papers complete", {"fields": CLAIM}, PAY, "automatic"),
    Shown("the same claim, sent again", {"case_id": "demo-1", "fields": CLAIM}, None, "automatic"),
    Shown(
        "a broker's claim of 2021's schema",
        {"source": "broker-gateway", "schema": "2021-1", "fields": OLD_CLAIM},
        ASK,
        "validated",
    ),
    Shown("a claim with an injury", {"fields": {**CLAIM, "injury": True}}, PAY, "review"),
    Shown("a model that would pay too much", {"fields": CLAIM}, TOO_MUCH, "review"),
    Shown("a claim without a policy number", {"fields": {"amount": "12"}}, None, "missing-field"),
    Shown("low tier paused by an operator", {"fields": CLAIM}, None, "fallback"),
)
PAUSE = {"by": "operator", "at": "2026-11-22T10:00:00Z", "why": "demo"}


SERVED = """\
{stack}'s router, against an emulated Google Cloud at {emulator}. Its models answer a script: they pay
what the claim says. POST {emulator}/_script changes that (docs/emulator.md). A call, with a caller's token:

{call}

log:    {folder}/log
trail:  lockgate trail export --store {folder}/ledger.sqlite --out trail.jsonl

Ctrl-C ends it, and removes all of it."""


def main() -> int:
    """Serve the router, and say how to call it, until somebody presses Ctrl-C."""
    with (
        Emulator() as emulator,
        tempfile.TemporaryDirectory(prefix="lockgate-router-") as laid,
        suppress(KeyboardInterrupt),
    ):
        folder, charter = Path(laid), _charter()
        cloud = _Cloud(asyncio.run(emulator.address()), charter)
        cloud.answers(PAY, times=None)
        case = folder / "case.json"
        case.write_text(
            json.dumps({"case_id": "c-1", "source": "claims-portal", "schema": "4", "fields": CLAIM}, indent=2)
        )
        with _serving(folder, charter, cloud) as address:
            call = (
                f"curl -s {address}/v1/cases -H 'Content-Type: application/json' \\\n"
                f"  -H 'Authorization: Bearer {_token()}' \\\n  -d @{case}"
            )
            print(SERVED.format(stack=STACK, emulator=cloud.address, call=call, folder=folder), flush=True)
            threading.Event().wait()
    return 0


def show(emulator: str, folder: Path) -> bool:
    """Print what becomes of each case; whether all ended as promised. ``emulator`` is an address."""
    charter = _charter()
    cloud = _Cloud(emulator, charter)
    fine = True
    with _serving(folder, charter, cloud) as address:
        for number, shown in enumerate(CASES, 1):
            if shown.promised == "fallback":
                cloud.put("switch.json", {"format": "lockgate.switch/1", "stopped": None, "paused": {"low": PAUSE}})
                time.sleep(FOLLOWS_SECONDS)
            if shown.draft is not None:
                cloud.answers(shown.draft)
            document = {"case_id": f"demo-{number}", "source": "claims-portal", "schema": "4", **shown.document}
            said = _asked(address, document)
            outcome = said.get("outcome") or said["error"]["code"]
            fine &= outcome == shown.promised
            print(
                f"{'ok ' if outcome == shown.promised else 'NOT'} {shown.title:34} {_told(said, outcome)}", flush=True
            )
    return _verified(folder) and fine


def _told(said: Mapping[str, Any], outcome: str) -> str:
    if "error" in said:
        return f"refused: {said['error']['message']}"
    why = [said["cause"]] if outcome == "fallback" else said.get("objections") or said["why"]
    return f"{said['tier']}, {outcome}: {'; '.join(why)}"


def _verified(folder: Path) -> bool:
    """Take the audit trail out and verify it, as an auditor would."""
    ledger, trail = str(folder / "ledger.sqlite"), str(folder / "trail.jsonl")
    steps = (["export", "--store", ledger, "--out", trail], ["verify", trail])
    tool = [sys.executable, "-m", "lockgate.cli.main", "trail"]
    return all(subprocess.run([*tool, *step], cwd=ROOT, check=False).returncode == 0 for step in steps)


class _Cloud:
    """What the router needs of the emulated cloud."""

    def __init__(self, address: str, charter: Charter) -> None:
        self.address = address
        self.place = f"projects/{charter.cloud.project}/locations/{charter.cloud.region}"
        self.template = f"{self.place}/templates/demo"
        self.checker = next(model.id for model in charter.models if model.hosting == "deployed")
        project = {"id": charter.cloud.project, "number": charter.cloud.project_number, "services": ["*"]}
        self._call("/_seed", {"projects": [project]})
        kinds = [{"name": kind} for kind in ("EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD_NUMBER")]
        inspect = self._call(
            f"/dlp/v2/{self.place}/inspectTemplates", {"inspectTemplate": {"inspectConfig": {"infoTypes": kinds}}}
        )
        replaced = {"infoTypes": kinds, "primitiveTransformation": {"replaceWithInfoTypeConfig": {}}}
        hiding = {"deidentifyConfig": {"infoTypeTransformations": {"transformations": [replaced]}}}
        deidentify = self._call(f"/dlp/v2/{self.place}/deidentifyTemplates", {"deidentifyTemplate": hiding})
        found = {"inspectTemplate": inspect["name"], "deidentifyTemplate": deidentify["name"]}
        filters = {
            "piAndJailbreakFilterSettings": {"filterEnforcement": "ENABLED"},
            "sdpSettings": {"advancedConfig": found},
        }
        self._call(f"/modelarmor/v1/{self.place}/templates?templateId=demo", {"filterConfig": filters})
        self._call(f"/storage/storage/v1/b?project={charter.cloud.project}", {"name": "demo", "location": "EU"})
        wanted = {"publisherModelName": f"publishers/google/models/{self.checker}", "modelConfig": {"acceptEula": True}}
        said = self._call(f"/aiplatform/v1/{self.place}:deploy", wanted)
        self.endpoint = f"{address}/aiplatform/v1/{self._done(said)['endpoint']}"

    def answers(self, draft: Mapping[str, Any], times: int | None = 1) -> None:
        """Script the drafting model, for so many calls, or for all; the checking model agrees."""
        drafted = {"text": json.dumps({**draft, "confidence": 0.93}), **({} if times is None else {"count": times})}
        message = {"role": "assistant", "content": json.dumps({"agrees": True, "reasons": []})}
        chat = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        # A Model Garden container wraps its chat completion so.
        agreed = {"response": {"predictions": {**chat, "usage": {"prompt_tokens": 212, "completion_tokens": 9}}}}
        models = {"gemini-3.8-flash": drafted, self.checker: agreed}
        answers = [{"model": f"publishers/google/models/{name}", **answer} for name, answer in models.items()]
        self._call("/_script", {"answers": answers})

    def put(self, name: str, document: Mapping[str, Any]) -> None:
        """Write an object."""
        self._call(f"/storage/upload/storage/v1/b/demo/o?uploadType=media&name={name}", document)

    def _done(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        while not operation.get("done"):
            operation = _got(Request(f"{self.address}/aiplatform/v1/{operation['name']}"))  # noqa: S310 - loopback
        found: dict[str, Any] = operation["response"]
        return found

    def _call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"content-type": "application/json"}
        return _got(Request(self.address + path, json.dumps(body).encode(), headers))  # noqa: S310 - loopback


@contextmanager
def _serving(folder: Path, charter: Charter, cloud: _Cloud) -> Iterator[str]:
    laid = folder / "archive"
    for name, file in archive.files().items():
        (laid / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, laid / name)
    compiled = routes.render(charter)
    (laid / "routes.json").write_text(compiled, encoding="utf-8")
    listed = json.loads(prices.LIST.read_text(encoding="utf-8"))["prices"]
    (laid / "prices.json").write_text(prices.book(charter, listed), encoding="utf-8")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "ROUTES": routes.judged(charter),
        "TABLE_SHA256": routes.digest(compiled),
        "STATE_BUCKET": "demo",
        "SWITCH_BUCKET": "demo",
        "MODEL_ARMOR_TEMPLATE": cloud.template,
        "DEPLOYED_URLS": json.dumps({cloud.checker: cloud.endpoint}),
        "VERTEX_URL": f"{cloud.address}/aiplatform",
        "ARMOR_URL": f"{cloud.address}/modelarmor",
        "STORAGE_URL": f"{cloud.address}/storage",
        "LEDGER_FILE": str(folder / "ledger.sqlite"),
        "JOURNAL_DIR": str(folder / "journal"),
        # Cloud Run sets it, after it has checked the caller's token.
        "K_SERVICE": "demo",
    }
    with _metadata() as host, (folder / "log").open("wb") as log:
        environment |= {"GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}
        command = [sys.executable, "-m", "uvicorn", "asgi:app", "--port", "0", "--no-access-log"]
        process = subprocess.Popen(command, cwd=laid, env=environment, stdout=log, stderr=log)
        try:
            yield _listening(process, folder / "log")
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _listening(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that uvicorn says it has; raises RuntimeError when it ends, or says nothing for long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        said = log.read_text(encoding="utf-8")
        if "running on " in said:
            return said.partition("running on ")[2].split()[0]
        time.sleep(0.05)
    raise RuntimeError(f"the router did not start: {log.read_text(encoding='utf-8')[-1000:]}")


class _Metadata(BaseHTTPRequestHandler):
    """What google-auth asks of a Google machine: which account it runs as, and a token, which the emulator takes."""

    def do_GET(self) -> None:
        """Answer every question with a token or the account."""
        token = {"access_token": "emulated", "expires_in": 3600, "token_type": "Bearer"}
        account = {"email": "default", "scopes": [], "aliases": ["default"]}
        body = json.dumps(token if self.path.partition("?")[0].endswith("/token") else account).encode()
        self.send_response(200)
        for name, value in (("Metadata-Flavor", "Google"), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the demo's screen is for the cases."""


@contextmanager
def _metadata() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Metadata)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _charter() -> Charter:
    return load(ROOT / "stacks" / STACK / "charter.yaml")


def _token() -> str:
    """A caller's identity token, as it comes out of Cloud Run: checked, and without its signature."""
    claims = {"email": CALLER, "exp": int(time.time()) + TOKEN_SECONDS}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims))
    return ".".join((*parts, "SIGNATURE_REMOVED_BY_GOOGLE"))


def _asked(address: str, document: Mapping[str, Any]) -> dict[str, Any]:
    headers = {"content-type": "application/json", "authorization": f"Bearer {_token()}"}
    return _json(Request(f"{address}/v1/cases", json.dumps(document).encode(), headers))  # noqa: S310 - loopback


def _json(request: Request) -> dict[str, Any]:
    """The document of an answer, whatever its status."""
    try:
        return _got(request)
    except HTTPError as error:
        found: dict[str, Any] = json.loads(error.read())
        return found


def _got(request: Request) -> dict[str, Any]:
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        found: dict[str, Any] = json.loads(answer.read())
    return found


if __name__ == "__main__":
    sys.exit(main())
