"""A signal's exception that something swallows."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SWALLOWS = """
import sys, time
from lockgate.cli.ending import Ending, LOOK_SECONDS

ending = Ending()
ending.listen()
try:
    try:
        print("listening", flush=True)
        time.sleep(60)
    except BaseException:
        print("swallowed", flush=True)
    time.sleep(60)
    print("went on")
except KeyboardInterrupt:
    time.sleep(4 * LOOK_SECONDS)
    print("interrupted")
    sys.exit(ending.status)
finally:
    time.sleep(4 * LOOK_SECONDS)
    print("tidied")
"""


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (signal.SIGINT, 130, ["swallowed", "interrupted", "tidied"]),
        (signal.SIGTERM, 143, ["swallowed", "tidied"]),
    ],
)
def test_it_is_raised_again_until_it_is_under_way_and_then_left_alone(
    sent: signal.Signals, status: int, said: list[str]
) -> None:
    process = subprocess.Popen([sys.executable, "-c", SWALLOWS], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    process.send_signal(sent)
    out, _ = process.communicate(timeout=30)
    assert out.splitlines() == said
    assert process.returncode == status


def test_a_background_job_goes_on_ignoring_ctrl_c() -> None:
    ignoring = (
        "import os, signal\n"
        "from lockgate.cli.ending import Ending\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "Ending().listen()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print('here')\n"
    )
    done = subprocess.run([sys.executable, "-c", ignoring], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "here\n")
