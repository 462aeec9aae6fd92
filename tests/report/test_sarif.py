"""What code scanning relies on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lockgate.report import sarif
from lockgate.verdict import Verdict

Load = Callable[[str], Verdict]


def run(verdict: Verdict) -> dict[str, Any]:
    (only,) = json.loads(sarif.render(verdict))["runs"]
    return only


def test_every_result_points_to_its_rule(verdict: Verdict) -> None:
    log = run(verdict)
    rules = log["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in log["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for notification in log["invocations"][0]["toolConfigurationNotifications"]:
        rule = notification["associatedRule"]
        assert rules[rule["index"]]["id"] == rule["id"]


def test_kind_and_level_agree(verdict: Verdict) -> None:
    for result in run(verdict)["results"]:
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert (result["properties"]["status"] == "waived") == ("suppressions" in result)


def test_results_are_what_failed_was_undetermined_or_waived(verdict: Verdict) -> None:
    said = [finding for finding in verdict.findings if finding.status in {"fail", "undetermined", "waived"}]
    assert [(result["ruleId"], result["properties"]["urn"]) for result in run(verdict)["results"]] == [
        (finding.rule, finding.urn) for finding in said
    ]


def test_a_finding_without_a_source_has_no_location(load: Load) -> None:
    said = [finding for finding in load("odd").findings if finding.status in {"fail", "undetermined"}]
    located = ["locations" in result for result in run(load("odd"))["results"]]
    assert located == [finding.source is not None for finding in said]
    assert set(located) == {True, False}


def test_paths_are_uri_references_without_a_bad_character(load: Load) -> None:
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run(load("odd"))["results"]
        if "locations" in result
    }
    assert "infra/%C3%BCn%C3%AF%2C%2050%25%3Ax.py" in uris
    assert all(uri.isascii() and " " not in uri for uri in uris)


def test_fingerprints_tell_findings_apart(load: Load) -> None:
    prints = [result["partialFingerprints"]["ruleAndResource/v1"] for result in run(load("many"))["results"]]
    assert len(set(prints)) == len(prints) > 1
