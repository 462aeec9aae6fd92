"""The published document against the router that serves: schemathesis finds no answer that it does not describe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doors import openapi
from proposals import scripted
from served import Served, serving
from standin import Standin
from tokens import CALLER, TENANTS, platform

# What no JSON Schema can say: a case that a declared rule refuses (422), and a conversation whose last turn is not the
# user's (400).
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = [200, 202, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path = "/v1/chat/completions"

[operations.checks.positive_data_acceptance]
expected-statuses = [200, 400, 401, 403, 409, 429]
"""


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    with serving(tmp_path, {**routes, "tenants": TENANTS}, standin, K_SERVICE="router") as served:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{served.url}/openapi.json", "--seed", "1"]
        command += ["--header", f"Authorization: Bearer {platform(CALLER)}", "--max-time", "15", "--no-color"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        log = served.log
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert {"case", "refused"} <= {entry["event"] for entry in log}
    assert [entry for entry in log if entry["event"] == "fault"] == []


def test_a_use_case_publishes_the_doors_that_its_charter_opens(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    with serving(tmp_path, {**routes, "doors": ["cases"]}, standin) as served:
        status, published, _ = served.call("GET", "/openapi.json")
        assert status == 200
        assert served.post("/v1/chat/completions", {})[0] == 404
    assert set(published["paths"]) == {"/v1/cases", "/v1/cases/{key}", "/probe", "/openapi.json"}
    assert published["components"]["schemas"]["Request"]["properties"]["source"]["enum"] == ["portal"]


def test_the_document_bounds_what_may_be_sent() -> None:
    schemas = openapi.document()["components"]["schemas"]
    assert schemas["Request"]["additionalProperties"] is False
    assert schemas["Request"]["properties"]["fields"]["minProperties"] == 1
    assert schemas["ChatRequest"]["additionalProperties"] is False


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = openapi.document()
    text = json.dumps(document)
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(document["components"]["schemas"])


def test_a_path_says_which_method_it_takes(router: tuple[Served, Standin]) -> None:
    status, _, headers = router[0].call("DELETE", "/v1/cases")
    assert (status, headers["allow"]) == (405, "POST")
