"""Commands of a page, run as its reader would: in a shell, with ``lockgate`` on the path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tool(folder: Path) -> None:
    """Lay ``lockgate`` into the folder, for ``run``."""
    (folder / "bin").mkdir()
    command = folder / "bin" / "lockgate"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lockgate.cli.main "$@"\n')
    command.chmod(0o755)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page in the folder."""
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S602 (the page's own commands)
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
