"""Token prices from the policies' price list: what the rules reckon with is what the router logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from infra.sizing import routes
from lockgate.charter.model import Charter
from lockgate.charter.money import Money

DATA = Path(__file__).resolve().parents[2] / "policies" / "data"
LIST = DATA / "prices.json"
QUOTA = DATA / "quota.json"
UNIT = "1M tokens"
BOOK = "lockgate.prices/1"
KINDS = ("input", "output", "cached")
# The ledger keeps whole numbers of 1e-12 a token.
PLACES = Decimal("0.000001")
# Google Cloud, "Vertex AI pricing": a regional endpoint costs a tenth more than the global one.
REGIONAL = "1.1"


def rows(path: Path = LIST) -> list[dict[str, Any]]:
    """The prices of the list as they stand in it."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["prices"]
    return found


def stale_after(path: Path = QUOTA) -> int:
    """Days after which a price that nobody has looked at again holds no more: the rules' limit is the ledger's."""
    days: int = json.loads(path.read_text(encoding="utf-8"))["quota"]["max_price_age_days"]
    return days


def book(charter: Charter, listed: Iterable[Mapping[str, Any]]) -> str:
    """The text of ``prices.json`` for the models that some route may ask and that are paid by the token.

    ``listed`` are the rows of the price list. A model without a price is left out: the ledger refuses to call it.
    """
    asked = routes.models(charter)
    managed = [model.id for model in charter.models if model.hosting == "managed" and model.id in asked]
    return compile_book(listed, charter.money, managed, stale_after())


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
