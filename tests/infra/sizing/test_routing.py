"""What is compiled from a charter, and what the functions make of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.sizing import archive, prices
from infra.sizing.prices import TokenPrice
from infra.sizing.routing import bucket, compile_routes, cpus, judged, longest_wait, size
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
STACKS = ("claims-triage", "staff-assistant", "claims-triage-dev")
PRICES = {name: TokenPrice(2.0, 10.0) for name in ("gemini-3.8-flash", "gemini-3.5-flash-lite")}


def charter(name: str) -> Charter:
    return load(ROOT / "stacks" / name / "charter.yaml")


@pytest.mark.parametrize("name", STACKS)
def test_the_functions_start_with_what_is_compiled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "functions"), *sys.path])
    from route.table import load as load_routes  # type: ignore[import-not-found]

    args = size(charter(name), prices=prices.load("europe-west4"))
    table = load_routes(args.routes.encode(), dict(args.router.environment)["ROUTES"])
    assert set(table.tiers) == {tier for tier in ("high", "medium", "low") if charter(name).risk.model_dump()[tier]}
    assert table.masked_fields == sorted(charter(name).data.masked_fields)
    assert table.monthly_limit == charter(name).money.monthly_limit


def test_prices_are_in_the_charters_currency() -> None:
    compiled = compile_routes(charter("claims-triage"), PRICES)
    assert compiled["models"]["gemini-3.8-flash"]["price"] == {"input": 2.0 * 0.92, "output": 10.0 * 0.92}


def test_a_model_on_gpus_has_no_price_a_token() -> None:
    assert compile_routes(charter("claims-triage"), PRICES)["models"]["gemma3@gemma-3-12b-it"]["price"] is None


def test_a_missing_price_is_null_and_not_zero() -> None:
    assert compile_routes(charter("claims-triage"), {})["models"]["gemini-3.8-flash"]["price"] is None


def test_callers_are_not_part_of_the_routes() -> None:
    assert set(json.loads(judged(charter("staff-assistant")))) == {"medium", "low", "fallback"}


def test_the_longest_wait_counts_the_checker() -> None:
    assert longest_wait(charter("claims-triage")) == 40
    assert size(charter("claims-triage"), prices=PRICES).router.timeout_seconds > 40


def test_deployed_models_are_named_by_their_deployment() -> None:
    assert dict(size(charter("claims-triage"), prices=PRICES).deployed) == {"gemma3@gemma-3-12b-it": "gemma-3-12b-it"}
    assert dict(size(charter("staff-assistant"), prices=PRICES).deployed) == {}


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
    digests = {size(charter(name), prices=PRICES).digest for name in STACKS}
    assert len(digests) == len(STACKS)


def test_requirements_are_pinned_with_hashes_and_name_no_index() -> None:
    text = (ROOT / "functions" / "requirements.txt").read_text()
    pins = [line for line in text.splitlines() if line and line[0].isalpha()]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "--index" not in text
    assert "://" not in text


def row(sku: str, usd: float, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "unit": "1M tokens", "usd": usd, "region": "europe-west4", **more}


def test_the_highest_price_counts_and_half_a_price_is_none() -> None:
    rows = [row("m/input", 1.0), row("m/input", 2.0), row("m/output", 9.0), row("n/input", 1.0)]
    assert prices.token_prices(rows, "europe-west4") == {"m": TokenPrice(2.0, 9.0)}


def test_prices_of_other_regions_and_units_do_not_count() -> None:
    rows = [row("m/input", 1.0, region="us-central1"), row("m/output", 9.0, region="any")]
    assert prices.token_prices(rows, "europe-west4") == {}
    hours = [row("m/input", 1.0, unit="machine hour"), row("m/output", 9.0)]
    assert prices.token_prices(hours, "europe-west4") == {}
