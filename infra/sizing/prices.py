"""Token prices from the policies' price list: what the rules reckon with is what the router logs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).resolve().parents[2] / "policies" / "data" / "prices.json"


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million tokens."""

    input: float
    output: float


def load(path: Path = LIST) -> dict[str, TokenPrice]:
    """The price of each model of the list, by the model's id."""
    rows = json.loads(path.read_text(encoding="utf-8"))["prices"]
    return token_prices({row["sku"]: row["usd"] for row in rows})


def token_prices(usd: Mapping[str, float]) -> dict[str, TokenPrice]:
    """Pair ``<model>/input`` with ``<model>/output``; a model with one of the two has no price."""
    models = {sku.removesuffix("/input") for sku in usd if sku.endswith("/input")}
    return {
        model: TokenPrice(usd[f"{model}/input"], usd[f"{model}/output"])
        for model in sorted(models)
        if f"{model}/output" in usd
    }
