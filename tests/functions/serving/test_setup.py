"""What is wrong or missing stops a process from starting, and the error says what it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger.budget import BudgetError
from ledger.price import PriceBookError
from route.table import RoutesError
from served import PRICES, archive, environment
from serving import setup
from standin import Standin

Change = Callable[[dict[str, Any]], dict[str, Any]]


def read(folder: Path, routes: dict[str, Any], standin: Standin, **more: str) -> setup.Setup:
    digest = archive(folder / "archive", routes)
    variables = {**environment(folder, routes, digest, standin), **more}
    return setup.read(folder / "archive", {name: value for name, value in variables.items() if value != "-"})


def tier(routes: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    return {**routes, "tiers": {**routes["tiers"], name: {**routes["tiers"][name], **changes}}}


WRONG: dict[str, tuple[Change, dict[str, str], str]] = {
    "not-judged": (dict, {"ROUTES": "{}"}, "differs from the environment variable ROUTES"),
    "never-judged": (dict, {"ROUTES": "-"}, "ROUTES is missing"),
    "another-table": (dict, {"TABLE_SHA256": "0" * 64}, "its SHA-256 is not that of"),
    "high": (lambda routes: tier(routes, "high", action="automatic"), {}, "tiers.high.action is automatic"),
    "checker": (lambda routes: tier(routes, "medium", checker="gemini-flash"), {}, "tiers.medium.checker is gemini-f"),
    "next-checks": (lambda routes: tier(routes, "medium", next_models=["gemma"]), {}, "tiers.medium.checker is gemma"),
    "model": (lambda routes: {**routes, "models": {}}, {}, "which models lacks"),
    "no-tier": (lambda routes: {**routes, "tiers": {}}, {}, "tiers"),
    "unknown-key": (lambda routes: {**routes, "surplus": 1}, {}, "surplus"),
    "no-ledger": (dict, {"LEDGER_FILE": "-"}, "nor LEDGER_FILE is set"),
    "half-a-ledger": (dict, {"LEDGER_FILE": "-", "LEDGER_HOST": "10.0.0.1"}, "nor LEDGER_FILE is set"),
    "no-switch": (dict, {"SWITCH_BUCKET": "-"}, "SWITCH_BUCKET is not set"),
    "no-record": (dict, {"STATE_BUCKET": ""}, "STATE_BUCKET is not set"),
    "not-screened": (dict, {"MODEL_ARMOR_TEMPLATE": "-"}, "MODEL_ARMOR_TEMPLATE is not set"),
    "condition": (lambda routes: {**routes, "rules": {"high": [{"is": True}]}}, {}, "rules.high"),
    "unknown-field": (lambda routes: {**routes, "rules": {"high": [{"field": "x", "is": True}]}}, {}, "x"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_routes_do_not_start(tmp_path: Path, routes: dict[str, Any], standin: Standin, wrong: str) -> None:
    change, more, said = WRONG[wrong]
    with pytest.raises(RoutesError, match="Deploy again from the charter") as refused:
        read(tmp_path, change(routes), standin, **more)
    assert said in str(refused.value)


def test_a_migration_that_does_not_do_what_its_example_says_does_not_start(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    broken = json.loads(json.dumps(routes))
    broken["intake"]["sources"]["portal"]["versions"]["1"]["examples"][0]["after"]["amount"] = "1200.51"
    with pytest.raises(RoutesError, match=r"versions\.1\.examples: number 1 comes out with another `amount`"):
        read(tmp_path, broken, standin)


def test_budgets_that_bound_nothing_do_not_start(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    tiers_only = [{"scope": "tier", "name": "low", "window": "day", "limit": "5"}]
    with pytest.raises(BudgetError, match="no budget bounds the stack"):
        read(tmp_path, {**routes, "budgets": tiers_only}, standin)


@pytest.mark.parametrize("price", ["0", "-1", "free"])
def test_a_price_of_nothing_does_not_start(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, price: str
) -> None:
    digest = archive(tmp_path / "archive", routes)
    first, *rest = PRICES["prices"]
    (tmp_path / "archive" / "prices.json").write_text(
        json.dumps({**PRICES, "prices": [{**first, "per_million": price}, *rest]})
    )
    with pytest.raises(PriceBookError):
        setup.read(tmp_path / "archive", environment(tmp_path, routes, digest, standin))


def test_what_is_right_starts(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    assert read(tmp_path, routes, standin).table.use_case == "claims-triage"
