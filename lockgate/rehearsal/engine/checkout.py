"""A copy of the checkout for the engine: its own state and settings, and a second program that lifts protection."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import yaml

COPIED = ("infra", "functions", "stacks", "policies")
PROJECT = "Pulumi.yaml"
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
RETAINED = {retained!r}


def lift(args):
    for key, value in LIFTED.get(args.type_, {{}}).items():
        *path, last = key.split(".")
        held = args.props
        for step in path:
            held = held[step] if isinstance(held, dict) else getattr(held, step)
        if isinstance(held, dict):
            held[last] = value
        else:
            setattr(held, last, value)
    key = RETAINED.get(args.type_)
    kept = key is not None and bool(args.props.get(key))
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=False, retain_on_delete=kept))
    return pulumi.ResourceTransformationResult(args.props, opts)


pulumi.runtime.register_stack_transformation(lift)
build(load_stack(ROOT / "stacks", pulumi.get_stack()))
'''

LIFTED: dict[str, dict[str, object]] = {
    "gcp:sql/databaseInstance:DatabaseInstance": {"deletion_protection": False},
    # The archive of a function stays as an old version of itself, because the bucket keeps versions.
    "gcp:storage/bucket:Bucket": {"force_destroy": True},
}
"""Inputs by which a resource protects itself, beside the engine's ``protect``, and what lifts them."""

RETAINED: dict[str, str] = {"gcp:logging/projectBucketConfig:ProjectBucketConfig": "locked"}
"""Types of which nothing can lift the protection where this input is true: the destroy leaves them where they are.

A locked log bucket can be deleted only when it is empty (Cloud Logging, "Lock a log bucket"; November 2026).
"""


def copy_program(root: Path, target: Path) -> None:
    """Copy what a stack of the checkout at ``root`` is made and judged by into the folder ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copytree(root / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / PROJECT, target / PROJECT)


def use_this_python(target: Path) -> None:
    """Let the engine run the copy in this process's own virtual environment."""
    project = yaml.safe_load((target / PROJECT).read_text(encoding="utf-8"))
    project["runtime"] = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    _write(target, project)


def settings(state: Path) -> dict[str, str]:
    """The engine's own settings for a copy: its state in the folder ``state``, and nothing asked of the network."""
    state.mkdir(exist_ok=True)
    return {
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",  # what the state holds is no secret, and is removed
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def copy(root: Path, folder: Path, stack: str) -> Path:
    """Copy the checkout at ``root`` to ``folder``, where the engine can be run on ``stack``; returns its root.

    The copy runs in this process's own virtual environment, and holds no state file and no secret of the original.
    """
    target = folder / "checkout"
    copy_program(root, target)
    use_this_python(target)
    project = yaml.safe_load((target / PROJECT).read_text(encoding="utf-8"))
    kept = target / str(project.get("stackConfigDir", ".")) / f"Pulumi.{stack}.yaml"
    if kept.is_file():
        held = yaml.safe_load(kept.read_text(encoding="utf-8")) or {}
        kept.write_text(yaml.safe_dump({"config": held.get("config") or {}}), encoding="utf-8")
    return target


def unprotect(checkout: Path) -> None:
    """Make the copy's program the one that lifts protection."""
    folder = checkout / UNPROTECTED
    folder.mkdir()
    (folder / "__main__.py").write_text(_UNPROTECTED.format(lifted=LIFTED, retained=RETAINED), encoding="utf-8")
    project = yaml.safe_load((checkout / PROJECT).read_text(encoding="utf-8"))
    _write(checkout, project | {"main": UNPROTECTED})


def _write(checkout: Path, project: object) -> None:
    (checkout / PROJECT).write_text(yaml.safe_dump(project), encoding="utf-8")
