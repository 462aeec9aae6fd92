"""Token prices from the policies' price list: what the rules reckon with is what the router logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIST = Path(__file__).resolve().parents[2] / "policies" / "data" / "prices.json"
UNIT = "1M tokens"


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
