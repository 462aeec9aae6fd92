"""`lockgate emulator`: serves until it is stopped, and keeps its state where it is asked to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rehearsal.conftest import ROOT

COMMAND = [sys.executable, "-m", "lockgate.cli.main", "emulator"]


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def asked(url: str, body: object = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return bytes(answer.read())


def test_it_keeps_its_state(tmp_path: Path) -> None:
    state = tmp_path / "cloud.json"
    with served("--state", str(state)) as address:
        assert asked(address)
        asked(f"{address}/_seed", {"projects": [{"id": "example-project", "services": ["*"]}]})
    assert "example-project" in state.read_text()
    with served("--state", str(state)) as address:
        url = f"{address}/cloudresourcemanager/v1/projects/example-project"
        assert json.loads(asked(url))["projectId"] == "example-project"


def test_a_wrong_call_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "cloud.json"
    broken.write_text("{")
    for arguments, said in ((["--state", str(broken)], "no saved state"), (["--host", "192.0.2.1"], "cannot listen")):
        done = subprocess.run(
            [*COMMAND, "--port", "0", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 2
        assert said in done.stderr
