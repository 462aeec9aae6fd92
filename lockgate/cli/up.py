"""Preview, gate, deploy: the plan that is judged is the plan that is carried out."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from lockgate.cli.engine import Engine
from lockgate.errors import InputError

Decide = Callable[[Path], bool]
"""Judges the saved plan in a file, shows the verdict, and says whether it is allowed."""


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

    ``refused`` is asked when the preview fails: whether the gate denies the program, which then refused
    itself. The saved plan may hold secrets: it lies in a folder that only this user can read, and is
    removed whatever happens. Raises InputError when the engine fails.
    """
    with tempfile.TemporaryDirectory(prefix="lockgate-up-") as folder:
        plan = Path(folder) / "plan.json"
        # The preview is not the result: it goes to standard error, as all that leads up to it.
        preview = [str(engine.path), "preview", "--stack", stack, "--save-plan", str(plan)]
        status = _run(preview, root, environment, to_stderr=True)
        if status != 0 or not plan.is_file():
            if refused():
                return False
            raise InputError(f"'pulumi preview' failed with status {status} (see above). Nothing was deployed.")
        if not decide(plan):
            return False
        deploy = [str(engine.path), "up", "--stack", stack, "--plan", str(plan), *(["--yes"] if yes else [])]
        status = _run(deploy, root, environment, to_stderr=False)
        if status != 0:
            raise InputError(f"'pulumi up' failed with status {status} (see above). 'pulumi stack' shows what exists.")
    return True


def _run(command: list[str], root: Path, environment: Mapping[str, str], *, to_stderr: bool) -> int:
    try:
        return subprocess.run(
            command, cwd=root, env=dict(environment), stdout=sys.stderr if to_stderr else None, check=False
        ).returncode
    except OSError as error:
        raise InputError(f"{command[0]}: cannot be run: {error.strerror}. Run 'lockgate doctor'.") from None
