"""The peer that has an engine: ``pulumi preview`` of the same program with its gate taken out."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

GATE = "verdict = admit("


@contextlib.contextmanager
def preview_without_gate(root: Path, folder: Path, stack: str) -> Iterator[tuple[list[str], Path, dict[str, str]]]:
    """A preview command, the checkout to run it in and its environment; its state is a folder."""
    checkout, state = folder / "gate-off", folder / "state"
    checkout.mkdir()
    state.mkdir()
    for name in ("infra", "functions", "stacks", "policies"):
        shutil.copytree(root / name, checkout / name)
    project = yaml.safe_load((root / "Pulumi.yaml").read_text())
    project["runtime"]["options"] = {"toolchain": "pip", "virtualenv": sys.prefix}
    (checkout / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    program = checkout / "infra" / "__main__.py"
    lines = program.read_text().splitlines()
    if not any(line.startswith(GATE) for line in lines):
        raise RuntimeError(f"{program}: no line begins with {GATE!r}")
    program.write_text("\n".join("verdict = None" if line.startswith(GATE) else line for line in lines))
    environment = {
        **os.environ,
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_GCP_SKIP_REGION_VALIDATION": "true",
        "GOOGLE_OAUTH_ACCESS_TOKEN": "none",
    }
    subprocess.run(["pulumi", "stack", "init", stack], cwd=checkout, env=environment, check=True, capture_output=True)
    yield ["pulumi", "preview", "--stack", stack, "--non-interactive"], checkout, environment
