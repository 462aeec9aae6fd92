"""What the functions are given of a charter, and what they make of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.sizing import archive, ledger, prices
from infra.sizing.routing import bucket, cpus, longest_wait, size
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
STACKS = ("claims-triage", "staff-assistant", "claims-triage-dev")
ROWS = prices.rows()


def charter(name: str) -> Charter:
    return load(ROOT / "stacks" / name / "charter.yaml")


def routed(changed: Charter, **routing: Any) -> Charter:
    return changed.model_copy(update={"routing": changed.routing.model_copy(update=routing)})


@pytest.mark.parametrize("name", STACKS)
def test_the_functions_start_with_what_is_compiled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "functions"), *sys.path])
    from ledger.price import load as load_prices
    from route.table import load as load_routes

    args = size(charter(name), prices=ROWS)
    environment = dict(args.router.environment)
    compiled = {path: text.encode() for path, text in args.compiled.items()}
    table = load_routes(compiled["routes.json"], environment["ROUTES"], environment["TABLE_SHA256"])
    assert set(table.tiers) == {tier for tier in ("high", "medium", "low") if charter(name).risk.model_dump()[tier]}
    assert load_prices(compiled["prices.json"]).currency == table.currency
    guard = dict(args.guard.environment)
    assert guard == {key: environment[key] for key in ("ROUTES", "TABLE_SHA256", "STATE_BUCKET")}


def test_the_router_is_told_its_switch_and_its_ledger() -> None:
    args = size(charter("claims-triage"), prices=ROWS)
    environment = dict(args.router.environment)
    assert environment["SWITCH_BUCKET"] == args.switch_bucket != args.state_bucket
    assert environment["LEDGER_DATABASE"] == ledger.size(charter("claims-triage")).database
    assert (("router", environment["LEDGER_USER"]),) == ledger.size(charter("claims-triage")).users


def test_every_model_of_a_route_that_is_paid_by_token_has_a_price() -> None:
    book = json.loads(size(charter("claims-triage"), prices=ROWS).compiled["prices.json"])
    assert {row["model"] for row in book["prices"]} == {"gemini-3.8-flash"}


def test_operators_are_the_charters() -> None:
    operators = ["group:claims-operations@example.com"]
    changed = routed(charter("claims-triage"), operators=operators)
    assert size(changed, prices=ROWS).operators == tuple(operators)
    assert size(routed(changed, operators=[]), prices=ROWS).operators == ()


def test_the_longest_wait_counts_the_checker() -> None:
    assert longest_wait(charter("claims-triage")) == 40
    assert size(charter("claims-triage"), prices=ROWS).router.timeout_seconds > 40


def test_the_longest_wait_counts_the_formatter() -> None:
    medium = charter("claims-triage").routing.medium
    assert medium is not None
    written = medium.model_copy(update={"formatter": "gemini-3.8-flash"})
    assert longest_wait(routed(charter("claims-triage"), medium=written)) == 60


def test_deployed_models_are_named_by_their_deployment() -> None:
    assert dict(size(charter("claims-triage"), prices=ROWS).deployed) == {"gemma3@gemma-3-12b-it": "gemma-3-12b-it"}
    assert dict(size(charter("staff-assistant"), prices=ROWS).deployed) == {}


@pytest.mark.parametrize(("memory", "count"), [(256, 1), (4096, 1), (4097, 2), (16384, 4), (32768, 8)])
def test_memory_is_carried_by_enough_cpus(memory: int, count: int) -> None:
    assert cpus(memory) == count


@pytest.mark.parametrize("name", STACKS)
def test_a_buckets_name_fits(name: str) -> None:
    assert len(bucket(charter(name), "source")) <= 63


def test_the_digest_changes_with_a_name_a_content_and_nothing_else() -> None:
    one = {"a.py": b"1", "b.py": b"2"}
    assert archive.digest(one) == archive.digest(dict(reversed(one.items())))
    others: list[dict[str, bytes]] = [{"a.py": b"1", "c.py": b"2"}, {"a.py": b"1", "b.py": b"3"}, {"a.py": b"1"}]
    assert archive.digest(one) not in {archive.digest(other) for other in others}


def test_the_archive_holds_modules_and_requirements_and_nothing_else(tmp_path: Path) -> None:
    for name in ("main.py", "requirements.txt", "requirements.in", "ruff.toml", "route/table.py", "route/x.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert set(archive.files(tmp_path)) == {"main.py", "requirements.txt", "route/table.py"}


def test_another_charter_is_another_archive() -> None:
    digests = {size(charter(name), prices=ROWS).digest for name in STACKS}
    assert len(digests) == len(STACKS)


def test_requirements_are_pinned_with_hashes_and_name_no_index() -> None:
    text = (ROOT / "functions" / "requirements.txt").read_text()
    pins = [line for line in text.splitlines() if line and line[0].isalpha()]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "--index" not in text
    assert "://" not in text
