"""A server that misbehaves in each way that a server can: never a verdict, always one clear message."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lockgate.errors import InputError, NoDecision
from lockgate.policy import judge
from lockgate.policy.decide import Decider
from lockgate.policy.policies import load

from .conftest import GOOD, NOW, planned, quiet, resource

Answer = Callable[[BaseHTTPRequestHandler], None]
TOKEN = "only-the-server-may-see-this"  # noqa: S105 - of a server that lives for one test


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[tuple[str, str, dict[str, str]]]]]:
    seen: list[tuple[str, str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append((self.command, self.path, dict(self.headers)))
            answer(self)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):  # any method at all, so that a write would be seen
                return self._any
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


def reply(status: int, body: Any, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def ask(url: str, folder: Path, tmp_path: Path) -> Any:
    env = {"OPA_URL": url, "OPA_TOKEN": TOKEN, "HOME": str(tmp_path)}
    with Decider(env, folder=folder, say=quiet) as ours:
        return ours.decide(GOOD, None, now=NOW)


def good(folder: Path, **changes: Any) -> dict[str, Any]:
    finding = {"rule": "TST-001", "urn": GOOD.resources[0].urn, "status": "pass", "message": "well"}
    provenance = {"version": "1.22.2", "bundles": {"b": {"revision": load(folder).revision}}}
    return {"provenance": provenance, "result": [finding], **changes}


def test_the_fake_can_answer_well_so_the_faults_below_are_what_denies(folder: Path, tmp_path: Path) -> None:
    with serving(reply(200, good(folder))) as (url, seen):
        assert ask(url, folder, tmp_path).decision == "allow"
    ((method, path, headers),) = seen
    assert (method, path.partition("?")[0]) == ("POST", "/v1/data/lockgate/main/findings")
    assert set(path.partition("?")[2].split("&")) == {"provenance=true", "strict-builtin-errors=true"}
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def _hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def _trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        for _ in range(60):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def _break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"result": [')


FAULTS: dict[str, tuple[Answer, str]] = {
    "500": (reply(500, {"code": "internal_error", "message": "error(s) occurred"}), "answered 500: error"),
    "500 without a body": (reply(500, b""), "answered 500"),
    "503": (reply(503, b"<html>try later</html>"), "answered 503: <html>try later"),
    "401": (reply(401, {"code": "unauthorized", "message": "rejected"}), "answered 401: rejected. Check OPA_TOKEN"),
    "404": (reply(404, {"code": "not_found", "message": "nothing"}), "answered 404: nothing"),
    "undefined": (reply(200, {}), "gave no result: lockgate.main.findings is undefined there"),
    "only provenance": (reply(200, {"provenance": {"version": "1.22.2"}}), "gave no result"),
    "not JSON": (reply(200, b"OK"), "not JSON"),
    "empty": (reply(200, b""), "not JSON"),
    "list": (reply(200, [1]), "another shape"),
    "null": (reply(200, None), "another shape"),
    "result null": (reply(200, {"result": None, "provenance": {"version": "1.22.2"}}), "another shape"),
    "result true": (reply(200, {"result": True, "provenance": {"version": "1.22.2"}}), "another shape"),
    "no provenance": (reply(200, {"result": []}), "another shape"),
    "no revision": (reply(200, {"result": [], "provenance": {"version": "1.22.2"}}), "its revision is none"),
    "other revision": (
        reply(200, {"result": [], "provenance": {"version": "1.22.2", "bundles": {"b": {"revision": "f" * 64}}}}),
        "its revision is ffffffffffff, the local one",
    ),
    "redirect": (reply(302, b"", Location="http://127.0.0.1:9/v1/data"), "redirects"),
    "permanent redirect": (reply(308, b"", Location="/elsewhere"), "redirects"),
    "hang": (_hang, "did not decide within"),
    "trickle": (_trickle, "did not decide within"),
    "broken off": (_break_off, "cannot be reached, or broke off"),
    "cut": (_cut, "cannot be reached, or broke off"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_server_is_no_decision(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    answer, named = FAULTS[fault]
    monkeypatch.setattr(judge, "_BASE_SECONDS", 0.6)
    with serving(answer) as (url, seen), pytest.raises(NoDecision) as error:
        ask(url, folder, tmp_path)
    assert named in str(error.value)
    assert TOKEN not in str(error.value)
    assert url in str(error.value)
    assert len(str(error.value)) < 500
    assert len(seen) == 1, "asked more than once"


@pytest.mark.parametrize("version", ["0.70.0", "1.3.0", "", "new"])
def test_a_server_of_an_old_version_is_no_decision(folder: Path, tmp_path: Path, version: str) -> None:
    changed = good(folder)
    changed["provenance"]["version"] = version
    with serving(reply(200, changed)) as (url, _), pytest.raises(NoDecision, match=r"1.4.0 is the oldest accepted"):
        ask(url, folder, tmp_path)


def test_findings_that_a_server_left_out_are_no_decision(folder: Path, tmp_path: Path) -> None:
    with (
        serving(reply(200, good(folder, result=[]))) as (url, _),
        pytest.raises(NoDecision, match="Silence is not a pass"),
    ):
        ask(url, folder, tmp_path)


def test_nobody_at_the_address_is_no_decision(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NoDecision, match=r"http://127\.0\.0\.1:9 cannot be reached, or broke off: .*refused"):
        ask("http://127.0.0.1:9", folder, tmp_path)


def test_a_password_in_netrc_does_not_replace_the_token(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serving(reply(200, good(folder))) as (url, seen):
        ask(url, folder, tmp_path)
    assert seen[0][2]["Authorization"] == f"Bearer {TOKEN}"


def test_a_plan_that_is_no_json_is_the_inputs_fault(env: dict[str, str], folder: Path) -> None:
    plan = planned(resource("odd", {"uniformBucketLevelAccess": float("nan")}))
    with Decider(env, folder=folder, say=quiet) as ours, pytest.raises(InputError, match="cannot be sent as JSON"):
        ours.decide(plan, None, now=NOW)


def test_patience_grows_with_the_plan() -> None:
    assert judge.patience(0) == 10
    assert judge.patience(5000) == 30
