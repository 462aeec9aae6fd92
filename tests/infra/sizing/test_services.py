"""The APIs that a stack enables: those that it calls, and no other."""

from __future__ import annotations

import json
from pathlib import Path

from infra.sizing.services import DOMAIN, size
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]


def charter(stack: str) -> Charter:
    return load(ROOT / "stacks" / stack / "charter.yaml")


def test_masking_is_enabled_only_where_something_is_masked() -> None:
    masking = charter("claims-triage")
    open_ = masking.model_copy(update={"data": masking.data.model_copy(update={"masked_fields": []})})
    assert "dlp" in size(masking).apis
    assert "dlp" not in size(open_).apis


def test_the_rules_know_every_api() -> None:
    data = json.loads((ROOT / "policies" / "data" / "supply_chain.json").read_text())["supply_chain"]
    known = {api for apis in data["apis"].values() for api in apis} | set(data["deployment_apis"])
    for stack in ("claims-triage", "staff-assistant"):
        apis = [f"{api}.{DOMAIN}" for api in size(charter(stack)).apis]
        assert set(apis) <= known
        assert len(apis) == len(set(apis))
