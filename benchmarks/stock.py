"""The floor: record the reference program as one would without Lockgate, with the SDK's stock loader and mocks."""

import asyncio
import os
import sys
from pathlib import Path

import pulumi
from pulumi.runtime import mocks, stack

ROOT = Path(__file__).resolve().parents[1]


class Echo(pulumi.runtime.Mocks):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, object]]:
        self.seen.append(args.typ)
        return "", args.inputs

    def call(self, args: mocks.MockCallArgs) -> dict[str, object]:
        raise KeyError(args.token)


sys.path.insert(0, str(ROOT))
from infra.stack import build
from lockgate.charter.load import load_stack

echo = Echo()
asyncio.set_event_loop(asyncio.new_event_loop())
mocks.set_mocks(echo, project="lockgate", stack=sys.argv[1], preview=True)
charter = load_stack(ROOT / "stacks", sys.argv[1])
asyncio.get_event_loop().run_until_complete(stack.run_pulumi_func(lambda: build(charter)))
print(len(echo.seen), flush=True)
os._exit(0)
