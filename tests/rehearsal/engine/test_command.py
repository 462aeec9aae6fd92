"""Ctrl-C and a termination signal end a rehearsal with the engine at once, and nothing of it is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rehearsal.conftest import ROOT

COMMAND = [sys.executable, "-m", "lockgate.cli.main", "rehearse", "staff-assistant", "--engine", "--at", "2026-11-22"]

ENGINE = """\
#!/bin/sh
# An engine that says its version, takes every order, and does not stop by itself: one child in a group of its own.
case "$*" in
  version) echo v3.260.0; exit 0;;
  *preview*) python3 -c 'import os, time; os.setpgid(0, 0); time.sleep(300)' & trap '' TERM INT; wait;;
esac
"""


def session(leader: int) -> list[str]:
    """The programs of a session that are running."""
    listed = subprocess.run(["ps", "-A", "-o", "sid=,stat=,args="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [args for sid, state, args in lines if int(sid) == leader and not state.startswith("Z")]


def interrupted(sent: signal.Signals, scratch: Path, path: str, step: str, seconds: float) -> None:
    """Start a rehearsal, send it a signal ``seconds`` after it has come to a step, and look what is left."""
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch), "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    said = ""
    while f"pulumi {step} ..." not in said:
        line = process.stderr.readline()
        assert line, f"the rehearsal ended before its step {step}:\n{said}"
        said += line
    time.sleep(seconds)
    process.send_signal(sent)
    out, err = process.communicate(timeout=10)
    assert process.returncode == (130 if sent is signal.SIGINT else 143), err
    assert out == ""
    assert "Traceback" not in err
    assert "Warning" not in err
    deadline = time.monotonic() + 5
    while (left := session(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_engine_that_hears_nothing_is_ended(sent: signal.Signals, tmp_path: Path) -> None:
    programs, scratch = tmp_path / "bin", tmp_path / "scratch"
    programs.mkdir()
    scratch.mkdir()
    engine = programs / "pulumi"
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    interrupted(sent, scratch, f"{programs}{os.pathsep}{os.environ['PATH']}", "preview", 0.5)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pulumi-resource-gcp") is None, reason="PROVIDER MISSING: not on PATH")
@pytest.mark.parametrize(("sent", "step"), [(signal.SIGTERM, "preview"), (signal.SIGINT, "up")])
def test_the_real_engine_and_its_provider_are_ended(sent: signal.Signals, step: str, tmp_path: Path) -> None:
    interrupted(sent, tmp_path, os.environ["PATH"], step, 6)
