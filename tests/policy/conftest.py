"""A small policies folder, a real OPA, and plans for both."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lockgate.plan.model import Plan, Resource
from lockgate.policy import opa, policies

REAL = policies.locate()
NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
BUCKET = "gcp:storage/bucket:Bucket"
TOPIC = "gcp:pubsub/topic:Topic"

RULE = """# METADATA
# title: {title}
# description: A rule of the tests.
# schemas:
#   - input: schema["input"]
# custom:
#   id: {id}
#   severity: high
#   group: {group}
#   needs_charter: {needs_charter}
#   judges: {judges}
#   remediation: Turn it on.
#   controls: [CKV_GCP_1]
package lockgate.rules.{group}.{stem}

{imports}

{body}
"""

ON_BUCKETS = """findings contains result.of("{id}", bucket, status, message) if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	held := value.at(bucket, ["uniformBucketLevelAccess"])
	status := value.equals(held, true)
	message := sprintf("uniform access is %s", [value.show(held)])
}"""

ON_STACK = """findings contains result.on_stack("{id}", "pass", "said") if is_string(input.stack)"""


def rule(
    id_: str = "TST-001",
    body: str = ON_BUCKETS,
    *,
    group: str = "network",
    judges: str = '["gcp:storage/bucket:Bucket"]',
    needs_charter: str = "false",
    title: str = "Buckets are uniform",
) -> tuple[str, str]:
    """A rule's path in the folder, and its text."""
    stem = id_.lower().replace("-", "_")
    body = body.replace("{id}", id_)
    used = [name for name in ("plan", "result", "value") if f"{name}." in body]
    text = RULE.format(
        imports="\n".join(f"import data.lockgate.lib.{name}" for name in used),
        id=id_,
        title=title,
        group=group,
        stem=stem,
        needs_charter=needs_charter,
        judges=judges,
        body=body,
    )
    return f"rules/{group}/{stem}.rego", text


Write = Callable[..., Path]


@pytest.fixture(scope="session")
def program() -> Path:
    """A real OPA, found as a user's would be, but never a server of somebody else's."""
    found = opa.find({**os.environ, "OPA_URL": ""}, say=print)
    assert found.path is not None
    return found.path


@pytest.fixture
def env(program: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has OPA on PATH and an empty cache."""
    place = tmp_path / "bin"
    place.mkdir()
    (place / "opa").symlink_to(program)
    return {"PATH": str(place), "HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The library of the real policies, their parameters for waivers, and one rule."""
    place = tmp_path / "policies"
    for name in ("main.rego", ".manifest", "capabilities.json", "data/waivers.json", "schemas/input.json"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REAL / name, place / name)
    for name in ("charter", "plan", "result", "value"):
        (place / "lib").mkdir(exist_ok=True)
        shutil.copy(REAL / "lib" / f"{name}.rego", place / "lib" / f"{name}.rego")
    put(place, *rule())
    return place


def put(place: Path, path: str, text: str) -> Path:
    """Write one file of a policies folder."""
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_text(text)
    return place / path


def resource(name: str, inputs: dict[str, Any], type_: str = BUCKET) -> Resource:
    """A planned resource."""
    return Resource(
        urn=f"urn:pulumi:test::lockgate::{type_}::{name}",
        type=type_,
        name=name,
        custom=True,
        parent=None,
        provider=None,
        protect=False,
        dependencies=[],
        property_dependencies={},
        source="infra/stack.py:12",
        inputs=inputs,
    )


def planned(*resources: Resource) -> Plan:
    """A plan of some resources."""
    return Plan("lockgate.plan/1", "lockgate", "test", list(resources))


GOOD = planned(resource("good", {"uniformBucketLevelAccess": True}))
BAD = planned(resource("bad", {"uniformBucketLevelAccess": False}))
UNKNOWN = planned(resource("later", {"uniformBucketLevelAccess": {"$unknown": True}}))


def quiet(line: str) -> None:
    """A ``say`` for a test in which nothing may be said."""
    raise AssertionError(f"said: {line}")
