"""What the routing component keeps, what makes a plan change, and what it refuses before it registers anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi_gcp as gcp
import pytest

from infra.components.routing import Routing
from infra.sizing import prices
from infra.sizing.routing import RoutingArgs, size
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[3]
ARGS = replace(size(load(ROOT / "stacks" / "staff-assistant" / "charter.yaml"), prices=prices.rows()), deployed={})
WORKLOADS = ("router", "spend-guard", "build", "invoker")


def planned(args: RoutingArgs, workloads: tuple[str, ...] = WORKLOADS) -> list[dict[str, Any]]:
    def build() -> None:
        accounts = {name: gcp.serviceaccount.Account(name, account_id=name) for name in workloads}
        Routing(
            "routing",
            args,
            key="a-key",
            storage_key="another-key",
            network="a-network",
            subnet="a-subnet",
            topic=gcp.pubsub.Topic("topic"),
            template="a-template",
            ledger_host="10.0.0.7",
            accounts=accounts,
            deployments={},
        )

    return list(record(build, project="lockgate", stack="test", root=ROOT)["resources"])


def one(resources: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [resource for resource in resources if resource["name"] == name]
    return found


def test_the_evidence_of_what_ran_the_record_and_the_switch_are_protected() -> None:
    protected = {resource["name"] for resource in planned(ARGS) if resource["protect"]}
    assert protected == {"routing-source", "routing-state", "routing-switch"}


def test_operators_write_the_switch_and_the_router_reads_it_before_it_runs() -> None:
    resources = planned(replace(ARGS, operators=("group:a@example.com", "serviceAccount:b@example.com")))
    on_switch = {
        (resource["inputs"]["member"], resource["inputs"]["role"])
        for resource in resources
        if resource["inputs"].get("bucket") == ARGS.switch_bucket
    }
    assert on_switch == {
        (ARGS.router_member, "roles/storage.objectViewer"),
        ("group:a@example.com", "roles/storage.objectUser"),
        ("serviceAccount:b@example.com", "roles/storage.objectUser"),
    }
    dependencies = one(resources, "routing-router")["dependencies"]
    assert any(urn.endswith("::routing-router-reads-switch") for urn in dependencies)


def test_without_operators_nobody_writes_the_switch() -> None:
    writers = [
        resource["name"]
        for resource in planned(replace(ARGS, operators=()))
        if resource["inputs"].get("role") == "roles/storage.objectUser"
    ]
    assert writers == ["routing-guard-writes-spend"]


def test_the_router_is_told_where_the_ledger_is_and_the_guard_is_not() -> None:
    resources = planned(ARGS)

    def variables(name: str) -> dict[str, Any]:
        found: dict[str, Any] = one(resources, name)["inputs"]["serviceConfig"]["environmentVariables"]
        return found

    assert variables("routing-router")["LEDGER_HOST"] == "10.0.0.7"
    assert set(variables("routing-spend-guard")) == {"ROUTES", "TABLE_SHA256", "STATE_BUCKET"}


def test_the_same_source_gives_the_same_plan() -> None:
    assert planned(ARGS) == planned(ARGS)


def test_another_source_is_another_object_and_another_build(tmp_path: Path) -> None:
    changed = tmp_path / "main.py"
    changed.write_text("# changed\n")
    before, after = planned(ARGS), planned(replace(ARGS, files={**ARGS.files, "main.py": changed}, digest="0" * 64))
    archive = "routing-archive"
    assert one(before, archive)["inputs"]["source"] != one(after, archive)["inputs"]["source"]
    source = one(after, "routing-router")["inputs"]["buildConfig"]["source"]["storageSource"]
    assert source["object"] == one(after, archive)["inputs"]["name"] != one(before, archive)["inputs"]["name"]


def test_a_grant_keeps_its_name_when_another_caller_goes() -> None:
    callers = ("group:a@example.com", "serviceAccount:b@example.iam.gserviceaccount.com")
    both = {resource["name"] for resource in planned(replace(ARGS, callers=callers))}
    less = {resource["name"] for resource in planned(replace(ARGS, callers=callers[1:]))}
    assert both - less == {"routing-router-caller-a@example.com"}


def test_the_guard_may_write_the_record_before_it_hears_the_first_message() -> None:
    dependencies = one(planned(ARGS), "routing-spend-guard")["dependencies"]
    assert any(urn.endswith("::routing-guard-writes-spend") for urn in dependencies)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_workload_without_an_account_is_refused(workload: str) -> None:
    others = tuple(name for name in WORKLOADS if name != workload)
    with pytest.raises(ValueError, match=f"^routing: {workload} has no service account"):
        planned(ARGS, others)


def test_a_model_that_is_not_deployed_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^routing: gemma is asked by a route but not deployed, .* name another model"
    ):
        planned(replace(ARGS, deployed={"gemma": "gemma"}))


@pytest.mark.parametrize("missing", ["main.py", "requirements.txt"])
def test_an_archive_that_cannot_be_built_is_refused(missing: str) -> None:
    files = {name: path for name, path in ARGS.files.items() if name != missing}
    with pytest.raises(ValueError, match=f"^routing: the archive has no {missing}, so Cloud Build would fail"):
        planned(replace(ARGS, files=files))
