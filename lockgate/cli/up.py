"""Preview, gate, deploy: the plan that is judged is the plan that is carried out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from lockgate.cli import progress
from lockgate.cli.engine import Engine
from lockgate.errors import InputError

Decide = Callable[[Path], bool]
"""Judges the preview in a file, shows the verdict, and says whether it is allowed."""

MOST_CHARACTERS = 600


def up(
    engine: Engine,
    root: Path,
    stack: str,
    environment: Mapping[str, str],
    *,
    decide: Decide,
    refused: Callable[[], bool],
    yes: bool,
) -> bool:
    """Deploy a stack if its plan is allowed; whether it was allowed.

    One preview gives both forms of the plan: its JSON, which holds every resource and is judged, and the
    saved plan, which holds the changes and to which 'pulumi up' is then bound. ``refused`` is asked when
    the preview fails: whether the gate denies the program, which then refused itself. Both files may hold
    secrets: they lie in a folder that only this user can read, and are removed whatever happens. Raises
    InputError when the engine fails.
    """
    with tempfile.TemporaryDirectory(prefix="lockgate-up-") as folder:
        preview, plan = Path(folder) / "preview.json", Path(folder) / "plan.json"
        command = [str(engine.path), "preview", "--stack", stack, "--json", "--show-sames", "--save-plan", str(plan)]
        with preview.open("wb") as stream, progress.step(f"pulumi preview of {stack}"):
            status = _run(command, root, environment, stream)
        if status != 0 or not plan.is_file():
            if refused():
                return False
            reason = f"'pulumi preview' failed with status {status}: {_reason(preview)}"
            raise InputError(f"{reason}\nNothing was deployed.")
        if not decide(preview):
            return False
        deploy = [str(engine.path), "up", "--stack", stack, "--plan", str(plan), *(["--yes"] if yes else [])]
        status = _run(deploy, root, environment, None)
        if status != 0:
            raise InputError(f"'pulumi up' failed with status {status} (see above). 'pulumi stack' shows what exists.")
    return True


def _run(command: list[str], root: Path, environment: Mapping[str, str], stdout: IO[bytes] | None) -> int:
    sys.stdout.flush()
    try:
        return subprocess.run(command, cwd=root, env=dict(environment), stdout=stdout, check=False).returncode
    except OSError as error:
        raise InputError(f"{command[0]}: cannot be run: {error.strerror}. Run 'lockgate doctor'.") from None


def _reason(preview: Path) -> str:
    """The errors that a failed preview reports, on one line."""
    try:
        reported = json.loads(preview.read_bytes())["diagnostics"]
        errors = [str(item["message"]) for item in reported if item.get("severity") == "error"]
    except (ValueError, KeyError, TypeError):
        errors = []
    words = " ".join(" ".join(errors).split())
    return words[:MOST_CHARACTERS] or "it does not say why (see above)."
