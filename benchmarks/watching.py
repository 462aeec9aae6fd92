"""How soon ``lockgate watch`` gives its verdict after a file was saved."""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

from benchmarks.measure import Times, lockgate

SAVED = {
    "charter": "stacks/{stack}/charter.yaml",
    "program": "infra/stack.py",
    "policy": "policies/rules/finance/fin_001.rego",
}
DONE = "judged in"
PATIENCE_SECONDS = 120.0


def seconds(checkout: Path, stack: str, at: str, *, runs: int) -> dict[str, Times]:
    """Seconds from the end of a save to the last line of the verdict, by what was saved.

    Raises RuntimeError when the watch ends or says nothing.
    """
    command = lockgate("watch", stack, "--at", at, "--policies", "policies")
    with subprocess.Popen(
        command, cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = _lines(process.stdout)
            _wait(lines)
            time.sleep(3)  # the SDK is being loaded for the recordings to come
            return {
                what: Times(tuple(_saved(checkout / path.format(stack=stack), lines) for _ in range(runs + 1))[1:])
                for what, path in SAVED.items()
            }
        finally:
            process.terminate()


def _saved(file: Path, lines: queue.Queue[str | None]) -> float:
    comment = "\n# saved again\n"
    file.write_text(file.read_text().removesuffix(comment) + ("" if file.read_text().endswith(comment) else comment))
    started = time.perf_counter()
    _wait(lines)
    return time.perf_counter() - started


def _wait(lines: queue.Queue[str | None]) -> None:
    said: list[str] = []
    while True:
        line = lines.get(timeout=PATIENCE_SECONDS)
        if line is None:
            raise RuntimeError("the watch ended: " + "".join(said)[-400:])
        said.append(line)
        if line.startswith(DONE):
            return


def _lines(stream: IO[str]) -> queue.Queue[str | None]:
    found: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in stream:
            found.put(line)
        found.put(None)

    threading.Thread(target=read, daemon=True).start()
    return found
