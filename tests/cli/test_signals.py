"""Ctrl-C and termination end a call quickly, in silence, and leave no process and no file behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Start = Callable[..., "subprocess.Popen[str]"]

SLEEPY = """\
import os, pathlib, time
pathlib.Path({marker!r}).write_text(str(os.getpid()))
time.sleep(60)
"""


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    # A child that nobody has waited for yet has ended all the same.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_recording_is_given_up(
    *, sent: signal.Signals, status: int, start: Start, checkout: Path, rules: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "program.pid"
    (checkout / "infra" / "__main__.py").write_text(SLEEPY.format(marker=str(marker)))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = start("check", "--program", checkout, "--policies", rules, env={"TMPDIR": str(scratch)})
    wait_for(lambda: marker.exists() and marker.read_text())
    wait_for(lambda: list(scratch.glob("lockgate-opa-*/log")))  # Open Policy Agent runs too
    process.send_signal(sent)
    out, err = process.communicate(timeout=10)
    assert process.returncode == status
    assert out == ""
    assert "Traceback" not in err
    wait_for(lambda: gone(int(marker.read_text())), 5)
    assert list(scratch.iterdir()) == []


def test_an_error_does_not_wait_for_a_plan_that_nobody_wants(
    start: Start, checkout: Path, tmp_path: Path, rules: Path
) -> None:
    marker = tmp_path / "program.pid"
    (checkout / "infra" / "__main__.py").write_text(SLEEPY.format(marker=str(marker)))
    charter = checkout / "stacks" / "claims-triage" / "charter.yaml"
    charter.write_text(charter.read_text().replace("currency: EUR", "currency: XXX"))
    process = start("check", "claims-triage", "--policies", rules, cwd=checkout)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "money.currency" in err
    assert "Traceback" not in err
    if marker.exists():
        wait_for(lambda: gone(int(marker.read_text())), 5)
