"""What the ledger reserves with is compiled from the list that the rules reckon with."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from infra.sizing import prices
from lockgate.charter.load import load

ROOT = Path(__file__).parents[3]
ROWS = json.loads(prices.LIST.read_text(encoding="utf-8"))["prices"]


def test_the_book_has_every_price_of_the_models_in_the_charters_currency() -> None:
    money = load(ROOT / "stacks" / "claims-triage" / "charter.yaml").money
    text = prices.compile_book(ROWS, money, ["gemini-3.8-flash", "gemini-3.1-pro-preview"], 366)
    book = json.loads(text)
    assert (book["format"], book["currency"], book["stale_after_days"]) == (prices.BOOK, money.currency, 366)
    found = {
        (row["model"], row["region"], row["kind"], row["above"], row["valid_from"]): Decimal(row["per_million"])
        for row in book["prices"]
    }
    rate = Decimal(str(money.exchange.usd_rate))
    assert found["gemini-3.8-flash", "europe-west4", "input", 0, None] == Decimal("1.65") * rate
    assert found["gemini-3.8-flash", "global", "output", 0, "2027-01-01"] == Decimal("7.5") * rate
    assert found["gemini-3.1-pro-preview", "global", "input", 200_000, None] == 4 * rate
    assert len(found) == len(book["prices"]) == 10
    assert text == prices.compile_book(list(reversed(ROWS)), money, ["gemini-3.1-pro-preview", "gemini-3.8-flash"], 366)


def test_the_book_of_a_charter_has_all_models_that_a_route_may_ask_and_that_are_paid_by_the_token() -> None:
    def models(stack: str) -> set[str]:
        text = prices.book(load(ROOT / "stacks" / stack / "charter.yaml"), prices.rows())
        return {row["model"] for row in json.loads(text)["prices"]}

    assert models("claims-triage") == {"gemini-3.8-flash"}
    assert models("staff-assistant") == {"gemini-3.8-flash", "gemini-3.5-flash-lite"}


def test_a_model_without_a_price_is_left_out() -> None:
    charter = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
    assert json.loads(prices.book(charter, []))["prices"] == []


def test_prices_go_stale_when_the_rules_say_so() -> None:
    charter = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
    limit = json.loads(prices.QUOTA.read_text(encoding="utf-8"))["quota"]["max_price_age_days"]
    assert json.loads(prices.book(charter, []))["stale_after_days"] == limit
