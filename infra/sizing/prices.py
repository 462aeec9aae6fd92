"""Token prices from the policies' price list: what the rules reckon with is what the router logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from lockgate.charter.money import Money

LIST = Path(__file__).resolve().parents[2] / "policies" / "data" / "prices.json"
UNIT = "1M tokens"
BOOK = "lockgate.prices/1"
KINDS = ("input", "output", "cached")
# The ledger keeps whole numbers of 1e-12 a token.
PLACES = Decimal("0.000001")
# Google Cloud, "Vertex AI pricing": a regional endpoint costs a tenth more than the global one.
REGIONAL = "1.1"


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million tokens."""

    input: float
    output: float


def load(region: str, path: Path = LIST) -> dict[str, TokenPrice]:
    """The price of each model that the list prices in the region, by the model's id."""
    return token_prices(json.loads(path.read_text(encoding="utf-8"))["prices"], region)


def token_prices(rows: Iterable[Mapping[str, Any]], region: str) -> dict[str, TokenPrice]:
    """Pair ``<model>/input`` with ``<model>/output``; a model with one of the two has no price.

    Of several prices of one thing (one ends as another begins) the highest counts: a cost must not be understated.
    """
    usd: dict[str, float] = {}
    for row in rows:
        if row["unit"] == UNIT and row["region"] in {region, "any"}:
            usd[row["sku"]] = max(row["usd"], usd.get(row["sku"], 0.0))
    models = {sku.removesuffix("/input") for sku in usd if sku.endswith("/input")}
    return {
        model: TokenPrice(usd[f"{model}/input"], usd[f"{model}/output"])
        for model in sorted(models)
        if f"{model}/output" in usd
    }


def compile_book(rows: Iterable[Mapping[str, Any]], money: Money, models: Iterable[str], stale_after: int) -> str:
    """The text of ``prices.json``, which the ledger reads: prices of the models' tokens in the charter's currency.

    ``stale_after`` is in days. A sku is ``<model>/<kind>``, with ``/global`` for the global endpoint and ``/over-<n>k``
    for calls of more input tokens; dollars become the charter's currency rounded up to six places for a million tokens.
    """
    rate, wanted = Decimal(str(money.exchange.usd_rate)), set(models)
    found = []
    for row in rows:
        model, _, rest = str(row["sku"]).partition("/")
        kind, *marks = rest.split("/")
        if row["unit"] != UNIT or model not in wanted or kind not in KINDS:
            continue
        above = next((int(mark.removeprefix("over-").removesuffix("k")) * 1000 for mark in marks if "over-" in mark), 0)
        price = (Decimal(str(row["usd"])) * rate).quantize(PLACES, rounding=ROUND_CEILING)
        dates = {name: row[name] for name in ("valid_from", "valid_until", "seen")}
        found.append(
            {
                "model": model,
                "region": row["region"],
                "kind": kind,
                "above": above,
                "per_million": f"{price:f}",
                **dates,
            }
        )
    document = {
        "format": BOOK,
        "currency": money.currency,
        "stale_after_days": stale_after,
        "regional_surcharge": REGIONAL,
        "prices": sorted(found, key=json.dumps),
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"
