"""Each seeded fault is found, on the resource that has it."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from emulator.cloud import Cloud
from emulator.exchange import Request
from emulator.server import serving
from lockgate.plan.model import Plan
from lockgate.policy.decide import Decider
from lockgate.rehearsal import rehearse
from lockgate.rehearsal.report import Report
from tests.rehearsal.seeded import part, seeded

FAULTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text())
STACK = "claims-triage"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Intruder:
    """Puts an object in a bucket while the rehearsal is not looking."""

    def __init__(self, cloud: Cloud, upload: dict[str, str] | None) -> None:
        self._cloud, self._upload = cloud, upload

    def phase(self, name: str, total: int) -> None:
        if name == "destroy" and self._upload is not None:
            path = f"/storage/upload/storage/v1/b/{self._upload['bucket']}/o"
            query = f"uploadType=media&name={quote(self._upload['object'])}"
            answer = self._cloud.handle(Request("POST", path, query, {"content-type": "text/plain"}, b"mine"))
            assert answer.status == 200, answer.body

    def tick(self) -> None:
        pass


async def carried(plan: Plan, charter: dict[str, Any], fault: dict[str, Any]) -> Report:
    prepared = rehearse.prepare(plan)
    if prepared.failures:
        return rehearse.refused(prepared)
    cloud = Cloud(seed=1)
    async with serving(cloud) as port:
        base = f"http://127.0.0.1:{port}"
        if "plant" in fault:
            body = json.dumps({"faults": fault["plant"]}).encode()
            assert cloud.handle(Request("POST", "/_faults", "", {}, body)).status == 200
        watcher = Intruder(cloud, fault.get("upload"))
        return await rehearse.rehearse(prepared, charter, base=base, now=NOW, watcher=watcher)


def needed(fault: dict[str, Any]) -> set[str]:
    """The resources that a fault is about."""
    names = {fault["found"]["of"]}
    for edit in fault.get("edit", []):
        for how in edit.values():
            if isinstance(how, dict):
                names |= {how[key] for key in ("of", "other") if key in how}
                names |= {how["as"]} if "of" in how and "as" in how else set()
    return names | set(fault.get("with", []))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_a_fault_is_found_where_it_is(
    fault: dict[str, Any], recorded: Callable[[str], Plan], charter: Callable[[str], dict[str, Any]]
) -> None:
    plan = part(seeded(recorded(STACK), fault), needed(fault))
    report = asyncio.run(carried(plan, charter(STACK), fault))
    told = [f"{one.phase} {one.urn}: {one.message}" for one in report.failures]
    found = [one for one in report.failures if one.urn.endswith(f"::{fault['found']['of']}")]
    kind = fault["found"].get("type")
    found = [one for one in found if kind is None or one.type.endswith(f":{kind}")]
    assert found, told
    first = found[0]
    assert re.fullmatch(fault["found"]["phase"], first.phase), told
    assert re.search(fault["found"]["says"], first.message), told
    assert first.source, told
    # A call is named wherever one was made: not for what the plan shows by itself, nor for text that is no JSON.
    assert (first.call is None) == (first.phase == "plan" or fault["found"]["says"] == "JSON"), told
    # Nothing else is blamed for it but what comes of it: the first failure is the one that was seeded.
    assert report.failures[0].urn == first.urn, told
    assert report.status == (2 if first.phase == "plan" else 1)


def test_there_are_fifty() -> None:
    assert len({fault["name"] for fault in FAULTS}) >= 50


@pytest.mark.slow
def test_no_rule_sees_them(recorded: Callable[[str], Plan], charter: Callable[[str], dict[str, Any]]) -> None:
    denied = {}
    with Decider(os.environ, say=lambda _: None) as decider:
        for fault in FAULTS:
            verdict = decider.decide(seeded(recorded(STACK), fault), charter(STACK), now=NOW)
            if verdict.decision != "allow":
                bad = {one.rule for one in verdict.findings if one.status in {"fail", "undetermined"}}
                denied[fault["name"]] = sorted(bad)
    assert denied == {}
