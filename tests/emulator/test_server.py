"""The public door: sockets, bodies, limits, the emulator's own paths, faults."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import PROJECT, SEED, Emulator

ROOT = Path(__file__).parents[2]
SECRETS = f"/secretmanager/v1/projects/{PROJECT}/secrets"
AUTOMATIC = {"replication": {"automatic": {}}}


class TestOwnDoors:
    def test_front_page_says_ready_and_what_exists(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=shown", AUTOMATIC)
        status, headers, page = emulator.raw("GET", "/")
        assert status == 200
        assert headers["content-type"].startswith("text/html")
        assert PROJECT in page.decode()
        assert "secretmanager" in page.decode()

    def test_reset_forgets_everything(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        emulator.ok("POST", "/_reset", {})
        emulator.refused(403, "GET", SECRETS)

    def test_seed_is_idempotent_and_additive(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        before = emulator.ok("GET", f"/cloudresourcemanager/v3/projects/{PROJECT}")
        emulator.ok("POST", "/_seed", SEED)
        assert emulator.ok("GET", f"/cloudresourcemanager/v3/projects/{PROJECT}") == before
        assert emulator.ok("GET", f"{SECRETS}/s")

    @pytest.mark.parametrize(
        "seed",
        [
            [],
            {"projects": {}},
            {"projects": [{}]},
            {"project": []},
            {"projects": [3]},
            "x",
            {"projects": [{"id": "a", "services": 3}]},
        ],
    )
    def test_a_seed_that_cannot_be_read_is_400(self, emulator: Emulator, seed: object) -> None:
        emulator.refused(400, "POST", "/_seed", seed)

    def test_state_saves_and_restores(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=kept", AUTOMATIC)
        emulator.ok("POST", f"{SECRETS}/kept:addVersion", {"payload": {"data": "aGVsbG8="}})
        saved = emulator.ok("GET", "/_state")
        emulator.ok("POST", "/_reset", {})
        emulator.ok("PUT", "/_state", saved)
        assert emulator.ok("GET", f"{SECRETS}/kept/versions/1:access")["payload"]["data"] == "aGVsbG8="
        assert emulator.ok("GET", "/_state") == saved

    def test_a_state_that_cannot_be_read_changes_nothing(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=kept", AUTOMATIC)
        emulator.refused(400, "PUT", "/_state", {"format": "lockgate.emulator/1", "store": 3})
        emulator.refused(400, "PUT", "/_state", {"format": "other"})
        assert emulator.ok("GET", f"{SECRETS}/kept")

    def test_unknown_own_path_is_404(self, emulator: Emulator) -> None:
        emulator.refused(404, "GET", "/_nothing")


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[1,",
            b"\xff\xfe",
            b'{"a": NaN}',
            b"nul",
            b'"' + b"a" * 50,
            b'{"labels": {"a": ' + b"1" * 6000 + b"}}",
            b"{}{}",
        ],
    )
    def test_what_is_not_json_is_400(self, emulator: Emulator, body: bytes) -> None:
        status, _, answer = emulator.raw("POST", f"{SECRETS}?secretId=x", body)
        assert status == 400
        assert json.loads(answer)["error"]["status"] == "INVALID_ARGUMENT"

    @pytest.mark.parametrize("depth", [150, 5_000, 200_000])
    @pytest.mark.parametrize("shape", ['{"a":', "["])
    def test_deep_json_is_400(self, emulator: Emulator, depth: int, shape: str) -> None:
        close = "}" if shape == '{"a":' else "]"
        body = '{"annotations": ' + shape * depth + "1" + close * depth + "}"
        status, _, _ = emulator.raw("POST", f"{SECRETS}?secretId=x", body.encode())
        assert status == 400
        emulator.ok("GET", SECRETS)

    def test_deep_free_form_value_is_400(self, emulator: Emulator) -> None:
        body = (
            '{"metadata": ' + '{"a":' * 150 + "1" + "}" * 150 + ', "displayName": "d", "metadataSchemaUri": "gs://x"}'
        )
        path = f"/aiplatform/v1/projects/{PROJECT}/locations/europe-west4/datasets"
        assert emulator.raw("POST", path, body.encode())[0] == 400

    @pytest.mark.slow
    def test_hundred_megabytes_of_json_is_400(self, emulator: Emulator) -> None:
        body = b'{"labels": {"a": "' + b"x" * 100_000_000 + b'"}}'
        status, _, answer = emulator.raw("POST", f"{SECRETS}?secretId=x", body)
        assert status == 400
        assert "exceeds the limit" in json.loads(answer)["error"]["message"]
        emulator.ok("GET", SECRETS)

    def test_lone_surrogate_goes_back_as_it_came(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=odd", {**AUTOMATIC, "annotations": {"a": "\ud800"}})
        assert emulator.ok("GET", f"{SECRETS}/odd")["annotations"] == {"a": "\ud800"}

    def test_gzip_body_is_read(self, emulator: Emulator) -> None:
        import gzip

        data = gzip.compress(json.dumps(AUTOMATIC).encode())
        status, _, _ = emulator.raw("POST", f"{SECRETS}?secretId=zip", data, {"Content-Encoding": "gzip"})
        assert status == 200

    def test_pretty_print_and_fields(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        _, _, pretty = emulator.raw("GET", f"{SECRETS}?prettyPrint=true")
        assert b"\n" in pretty.strip()
        assert emulator.ok("GET", f"{SECRETS}?fields=secrets(replication)") == {"secrets": [AUTOMATIC]}
        emulator.refused(400, "GET", f"{SECRETS}?fields=secrets(name")

    def test_method_override(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        status, _, answer = emulator.raw("POST", SECRETS, b"pageSize=1", {"X-HTTP-Method-Override": "GET"})
        assert status == 200
        assert len(json.loads(answer)["secrets"]) == 1


class TestMalformedHttp:
    @pytest.mark.parametrize(
        "sent",
        [
            b"\x00\x01\x02\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
            b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET //// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET /secretmanager/v1/projects/%2e%2e/secrets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ],
    )
    def test_is_refused_and_the_next_call_works(self, emulator: Emulator, sent: bytes) -> None:
        with socket.create_connection(("127.0.0.1", emulator.port), timeout=10) as wire:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            answer = wire.recv(65536)
        assert answer == b"" or answer.split(b" ")[1][:1] in (b"4", b"5")
        assert b" 500 " not in answer[:20]
        emulator.ok("GET", SECRETS)


class TestFaults:
    def plant(self, emulator: Emulator, **fault: object) -> None:
        emulator.ok("POST", "/_faults", {"faults": [{"service": "secretmanager", **fault}]})

    def test_rate_limit_says_when_to_retry_and_wears_off(self, emulator: Emulator) -> None:
        self.plant(emulator, kind="rate_limited", count=2, seconds=7)
        for _ in range(2):
            status, headers, body = emulator.raw("GET", SECRETS)
            assert (status, headers["retry-after"]) == (429, "7")
            assert json.loads(body)["error"]["status"] == "RESOURCE_EXHAUSTED"
        emulator.ok("GET", SECRETS)

    def test_only_calls_that_fit_meet_it(self, emulator: Emulator) -> None:
        self.plant(emulator, kind="unavailable", method="*.secrets.create", path="projects/demo")
        emulator.ok("GET", SECRETS)
        emulator.refused(503, "POST", f"{SECRETS}?secretId=s", AUTOMATIC)
        emulator.ok("POST", f"{SECRETS}?secretId=s", AUTOMATIC)

    @pytest.mark.parametrize(("kind", "status"), [("permission_denied", 403), ("quota_denied", 403), ("internal", 500)])
    def test_refusals(self, emulator: Emulator, kind: str, status: int) -> None:
        self.plant(emulator, kind=kind)
        emulator.refused(status, "GET", SECRETS)

    def test_dropped_connection(self, emulator: Emulator) -> None:
        self.plant(emulator, kind="dropped")
        with pytest.raises(OSError):  # noqa: PT011 which of them depends on the system
            emulator.raw("GET", SECRETS)
        emulator.ok("GET", SECRETS)

    def test_slow_answer(self, emulator: Emulator) -> None:
        self.plant(emulator, kind="slow", seconds=0.2)
        began = time.monotonic()
        emulator.ok("GET", SECRETS)
        assert time.monotonic() - began >= 0.2

    def test_slow_operation_needs_more_polls(self, emulator: Emulator) -> None:
        emulator.ok("POST", "/_faults", {"kind": "slow_operation", "service": "run", "polls": 2})
        path = f"/run/v2/projects/{PROJECT}/locations/europe-west4/jobs?jobId=j1"
        operation = emulator.ok("POST", path, {"template": {"template": {"containers": [{"image": "i"}]}}})
        polls = [emulator.ok("GET", f"/run/v2/{operation['name']}").get("done", False) for _ in range(3)]
        assert polls == [False, False, True]

    def test_failed_operation_changes_nothing(self, emulator: Emulator) -> None:
        emulator.ok("POST", "/_faults", {"kind": "failed_operation", "service": "run", "status": "RESOURCE_EXHAUSTED"})
        jobs = f"/run/v2/projects/{PROJECT}/locations/europe-west4/jobs"
        operation = emulator.ok(
            "POST", f"{jobs}?jobId=j1", {"template": {"template": {"containers": [{"image": "i"}]}}}
        )
        done = emulator.ok("GET", f"/run/v2/{operation['name']}")
        assert done["error"]["code"] == 8
        emulator.refused(404, "GET", f"{jobs}/j1")

    @pytest.mark.parametrize(
        "fault", [{"kind": "unheard"}, {"kind": "slow", "seconds": "x"}, {"kind": "slow", "path": "("}, 3, {"x": 1}]
    )
    def test_a_fault_that_cannot_be_read_is_400(self, emulator: Emulator, fault: object) -> None:
        emulator.refused(400, "POST", "/_faults", {"faults": [fault]})


class TestProcess:
    def test_starts_in_time_on_loopback_and_stops_on_a_signal(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            assert time.monotonic() - began < 5  # half a second on an idle machine; this one is shared
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0

    def test_a_port_in_use_is_said(self, emulator: Emulator) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "emulator", "--port", str(emulator.port)],
            capture_output=True, text=True, timeout=30, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 2
        assert "cannot listen" in done.stderr
