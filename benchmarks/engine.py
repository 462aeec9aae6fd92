"""The peer that has an engine: ``pulumi preview`` of the same program with its gate taken out."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lockgate.rehearsal.engine import checkout as checkouts
from lockgate.rehearsal.engine import endpoints

GATE = "verdict = admit("


@contextlib.contextmanager
def preview_without_gate(root: Path, folder: Path, stack: str) -> Iterator[tuple[list[str], Path, dict[str, str]]]:
    """A preview command, the checkout to run it in and its environment; its state is a folder."""
    checkout, state = folder / "gate-off", folder / "state"
    checkouts.copy_program(root, checkout)
    checkouts.use_this_python(checkout)
    program = checkout / "infra" / "__main__.py"
    lines = program.read_text().splitlines()
    if not any(line.startswith(GATE) for line in lines):
        raise RuntimeError(f"{program}: no line begins with {GATE!r}")
    program.write_text("\n".join("verdict = None" if line.startswith(GATE) else line for line in lines))
    environment = {
        **os.environ,
        **checkouts.settings(state),
        **endpoints.WITHOUT_CLOUD,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    subprocess.run(["pulumi", "stack", "init", stack], cwd=checkout, env=environment, check=True, capture_output=True)
    yield ["pulumi", "preview", "--stack", stack, "--non-interactive"], checkout, environment
