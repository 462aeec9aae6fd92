"""The program that Pulumi runs: ask the gate, then build."""

from __future__ import annotations

import sys
from pathlib import Path

import pulumi

ROOT = Path(__file__).resolve().parents[1]
STACKS = ROOT / "stacks"

# The infra/ beside this file is the one that is built, also when another checkout is installed in the environment.
sys.path.insert(0, str(ROOT))

from infra.stack import build  # noqa: E402
from lockgate.charter.load import load_stack  # noqa: E402
from lockgate.errors import LockgateError  # noqa: E402
from lockgate.gate import Refused, admit, export  # noqa: E402

try:
    charter = load_stack(STACKS, pulumi.get_stack())
except LockgateError as error:
    raise Refused(str(error)) from None

verdict = admit(lambda: build(charter), charter, folder=STACKS / pulumi.get_stack(), root=ROOT)
pulumi.export("router", build(charter))
export(verdict)
