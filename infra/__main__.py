"""The program that Pulumi runs: ask the gate, then build."""

from __future__ import annotations

from pathlib import Path

import pulumi

from infra.stack import build
from lockgate.charter.load import load_stack
from lockgate.errors import LockgateError
from lockgate.gate import Refused, admit, export

ROOT = Path(__file__).resolve().parents[1]
STACKS = ROOT / "stacks"

try:
    charter = load_stack(STACKS, pulumi.get_stack())
except LockgateError as error:
    raise Refused(str(error)) from None

verdict = admit(lambda: build(charter), charter, folder=STACKS / pulumi.get_stack(), root=ROOT)
build(charter)
export(verdict)
