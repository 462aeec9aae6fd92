"""A copy of the checkout for the engine: its own state and settings, and a second program that lifts protection."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import yaml

COPIED = ("infra", "functions", "stacks", "policies")
UNPROTECTED = "unprotected"
"""The folder of the program that is run before the destroy."""

_UNPROTECTED = '''\
"""The same stack with every protection against deletion lifted: run by a rehearsal before it destroys its stack.

It asks no gate, because the gate would refuse it; it belongs to a copy whose cloud is emulated.
"""

import sys
from pathlib import Path

import pulumi

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from infra.stack import build
from lockgate.charter.load import load_stack

LIFTED = {lifted!r}


def lift(args):
    for key, value in LIFTED.get(args.type_, {{}}).items():
        *path, last = key.split(".")
        props = args.props
        for step in path:
            props = props[step] if isinstance(props, dict) else getattr(props, step)
        if isinstance(props, dict):
            props[last] = value
        else:
            setattr(props, last, value)
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=False))
    return pulumi.ResourceTransformationResult(args.props, opts)


pulumi.runtime.register_stack_transformation(lift)
build(load_stack(ROOT / "stacks", pulumi.get_stack()))
'''

LIFTED: dict[str, dict[str, object]] = {
    "gcp:sql/databaseInstance:DatabaseInstance": {
        "deletion_protection": False,
        "settings.deletion_protection_enabled": False,
    },
}
"""Inputs by which a resource protects itself, beside the engine's ``protect``, and what lifts them."""


def copy(root: Path, folder: Path, stack: str) -> Path:
    """Copy the checkout at ``root`` to ``folder``, where the engine can be run on ``stack``; returns its root.

    The copy runs in this process's own virtual environment, and holds no state file and no secret of the original.
    """
    target = folder / "checkout"
    target.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(root / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    project = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))
    project["runtime"] = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    _write(target, project)
    settings = target / str(project.get("stackConfigDir", ".")) / f"Pulumi.{stack}.yaml"
    if settings.is_file():
        kept = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
        settings.write_text(yaml.safe_dump({"config": kept.get("config") or {}}), encoding="utf-8")
    return target


def unprotect(checkout: Path) -> None:
    """Make the copy's program the one that lifts protection."""
    folder = checkout / UNPROTECTED
    folder.mkdir()
    (folder / "__main__.py").write_text(_UNPROTECTED.format(lifted=LIFTED), encoding="utf-8")
    project = yaml.safe_load((checkout / "Pulumi.yaml").read_text(encoding="utf-8"))
    _write(checkout, project | {"main": UNPROTECTED})


def _write(checkout: Path, project: object) -> None:
    (checkout / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
