"""The quicker way to load the SDK changes nothing but the time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lockgate.plan import sdk_loader

# Every package that the reference stacks use, and compute, the largest.
PROGRAM = """
import importlib, inspect, json, sys
from pathlib import Path
if sys.argv[1]:
    from lockgate.plan import sdk_loader
    sdk_loader.install(Path(sys.argv[1]))
import pulumi._types as types, pulumi
for name in {packages!r}:
    getattr(importlib.import_module("pulumi_gcp." + name), "__all__", None)
resolved = {{}}
for name, module in list(sys.modules.items()):
    if name.startswith("pulumi_gcp."):
        for key, found in vars(module).items():
            if inspect.isclass(found) and found.__module__ == name:
                if types.is_input_type(found):
                    resolved[name + "." + key] = repr(sorted(types.input_type_types(found).items()))
                elif types.is_output_type(found):
                    resolved[name + "." + key] = repr(sorted(types.output_type_types(found).items()))
                elif issubclass(found, pulumi.Resource):
                    resolved[name + "." + key] = repr(sorted(types.resource_types(found).items()))
loader = type(sys.modules["pulumi_gcp.pubsub.topic"].__spec__.loader).__name__
print(json.dumps({{"loader": loader, "resolved": resolved}}))
"""
PACKAGES = [
    *("billing", "dns", "kms", "logging", "monitoring", "projects", "pubsub", "serviceaccount", "sql", "storage"),
    *("vertex", "cloudfunctionsv2"),
]


def types_resolved(cache: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(packages=PACKAGES), cache], capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 defers annotations by itself")
def test_every_type_resolves_to_the_same(tmp_path: Path) -> None:
    stock, first, cached = types_resolved(""), types_resolved(str(tmp_path)), types_resolved(str(tmp_path))
    assert (stock["loader"], first["loader"]) == ("SourceFileLoader", "_Loader")
    assert len(stock["resolved"]) > 500  # type: ignore[arg-type]
    assert first["resolved"] == stock["resolved"]
    assert cached == first


def test_a_damaged_cache_is_made_again(tmp_path: Path) -> None:
    types_resolved(str(tmp_path))
    (folder,) = tmp_path.iterdir()
    kept = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    types_resolved(str(tmp_path))
    assert {file.name: hashlib.sha256(file.read_bytes()).digest() for file in folder.iterdir()} == kept


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = list(sys.meta_path)
    sdk_loader.install(tmp_path / "file")
    assert sys.meta_path == before


def test_the_cache_lies_in_the_users_folder() -> None:
    assert sdk_loader.cache_folder({"HOME": "/home/x"}) == Path("/home/x/.cache/lockgate/sdk")
    assert sdk_loader.cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/home/x"}) == Path("/c/lockgate/sdk")
    assert os.environ.get("HOME") is None or sdk_loader.cache_folder(dict(os.environ)).name == "sdk"
