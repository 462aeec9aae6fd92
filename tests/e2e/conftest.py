"""A copy of the checkout that the real engine runs, its state in a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lockgate.rehearsal.engine import checkout as checkouts
from lockgate.rehearsal.engine import endpoints

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("engine") and shutil.which("pulumi") is None:
            item.add_marker(pytest.mark.skip(reason="ENGINE MISSING: no pulumi on PATH ('lockgate doctor' says more)"))


@dataclass(frozen=True)
class Checkout:
    """A checkout of its own with an engine for it."""

    root: Path
    environment: dict[str, str]

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def state(self, stack: str) -> list[dict[str, Any]]:
        exported = self.pulumi("stack", "export", "--stack", stack)
        assert exported.returncode == 0, exported.stderr
        found: list[dict[str, Any]] = json.loads(exported.stdout)["deployment"].get("resources") or []
        return found

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text()
        assert text.count(old) == 1, f"{file} does not hold {old!r} once"
        (self.root / file).write_text(text.replace(old, new))


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str], Checkout]:
    """Makes a checkout with one stack selected."""

    def make(stack: str) -> Checkout:
        root, state = tmp_path / "checkout", tmp_path / "state"
        checkouts.copy_program(ROOT, root)
        checkouts.use_this_python(root)
        environment = {
            **os.environ,
            **checkouts.settings(state),
            **endpoints.WITHOUT_CLOUD,
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        made = Checkout(root, environment)
        created = made.pulumi("stack", "init", stack)
        assert created.returncode == 0, created.stderr
        return made

    return make
