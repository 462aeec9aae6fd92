"""The price book: what a token costs at a place on a day. An unknown, stale or zero price is refused.

``prices.json`` beside ``main.py`` is compiled from the policies' price list when the stack is planned, in the charter's
currency. Dates are UTC; both ends of a price's validity are days on which it holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from ledger import money

MILLION = 1_000_000
# Six places for a million tokens make a token a whole number of the ledger's units: see money.
PLACES = -6

Kind = Literal["input", "output", "cached"]
Count = Annotated[int, msgspec.Meta(ge=0)]


class PriceBookError(Exception):
    """The price book cannot be read; the process must not start."""


class NoPriceError(Exception):
    """What the call would cost is not known, so it must not be made."""


class Row(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One price of a million tokens, in the book's currency.

    ``above`` is the count of input tokens from which the price holds for the whole call (long context); ``seen`` is
    the day on which somebody looked at the source.
    """

    model: str
    region: str
    kind: Kind
    above: Count
    per_million: Decimal
    valid_from: datetime.date | None
    valid_until: datetime.date | None
    seen: datetime.date


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens that an upstream counted; ``cached`` is the part of ``input`` that it read from its cache."""

    input: Count
    output: Count
    cached: Count = 0


class Step(msgspec.Struct, frozen=True, gc=False):
    """Prices of one token in units of 1e-12 of the currency, for calls of more than ``above`` input tokens."""

    above: int
    input: int
    output: int
    cached: int


class Tariff(msgspec.Struct, frozen=True, gc=False):
    """What a model's tokens cost on one day; ``steps`` by rising ``above``, the first from zero."""

    steps: tuple[Step, ...]

    def cost(self, used: Usage) -> int:
        """What the usage costs, in units of 1e-12; the step of the input's length prices the whole call."""
        step = self._step(used.input)
        fresh = max(used.input - used.cached, 0)
        return fresh * step.input + min(used.cached, used.input) * step.cached + used.output * step.output

    def worst(self, most_input: int, most_output: int) -> int:
        """The most that a call of at most these tokens costs, whichever step it turns out to lie on."""
        dearest, last = 0, most_input
        for step in reversed(self.steps):
            if step.above == 0 or most_input > step.above:
                price = min(most_input, last) * max(step.input, step.cached) + most_output * step.output
                dearest = max(dearest, price)
            last = step.above
        return dearest

    def _step(self, tokens: int) -> Step:
        if len(self.steps) == 1:
            return self.steps[0]
        return next(step for step in reversed(self.steps) if tokens > step.above or step.above == 0)


class _Document(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    format: Literal["lockgate.prices/1"]
    currency: str
    stale_after_days: Annotated[int, msgspec.Meta(gt=0)]
    # What a regional endpoint costs over the global one, where the region has no price of its own; null: it is unknown.
    regional_surcharge: Decimal | None
    prices: list[Row]


class PriceBook:
    """Prices by model and place; a lookup of a day that was asked before is one dictionary access."""

    def __init__(self, document: _Document) -> None:
        self.currency = document.currency
        self._document = document
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in document.prices:
            self._rows.setdefault((row.model, row.region), []).append(row)
        self._known: dict[tuple[str, str, datetime.date], Tariff] = {}

    def tariff(self, model: str, region: str, day: datetime.date) -> Tariff:
        """What the model's tokens cost in the region on that day; raises NoPriceError."""
        known = self._known.get((model, region, day))
        if known is None:
            known = self._known[(model, region, day)] = self._compile(model, region, day)
        return known

    def _compile(self, model: str, region: str, day: datetime.date) -> Tariff:
        rows, factor = self._rows.get((model, region)), Decimal(1)
        if rows is None and self._document.regional_surcharge is not None:
            rows, factor = self._rows.get((model, "global")), self._document.regional_surcharge
        if rows is None:
            raise NoPriceError(f"{model} has no price in {region}. Add it to policies/data/prices.json.")
        valid = [row for row in rows if _holds(row, day)]
        fresh = [row for row in valid if (day - row.seen).days <= self._document.stale_after_days]
        if valid and not fresh:
            raise NoPriceError(
                f"the price of {model} in {region} was last looked at on {max(row.seen for row in valid)}, more than "
                f"{self._document.stale_after_days} days before {day}. Look again, and date it in "
                "policies/data/prices.json."
            )
        # A step that has lost its price has none: the step below it would count a long call for too little.
        ends = sorted({row.above for row in rows if row.valid_from is None or row.valid_from <= day})
        if not ends or ends[0] != 0:
            raise NoPriceError(f"{model} has no price in {region} that holds on {day}.")
        return Tariff(tuple(_step(model, above, fresh, factor) for above in ends))


def load(raw: bytes) -> PriceBook:
    """Read ``prices.json``; raises PriceBookError."""
    try:
        document = msgspec.json.decode(raw, type=_Document)
    except msgspec.DecodeError as error:
        raise PriceBookError(f"prices.json: {error}. Deploy again from the charter.") from None
    faults = [*_faults(document)]
    if faults:
        raise PriceBookError(f"prices.json: {'; '.join(faults)}. Deploy again from the charter.")
    return PriceBook(document)


def _faults(document: _Document) -> Iterator[str]:
    surcharge = document.regional_surcharge
    if surcharge is not None and not (surcharge.is_finite() and surcharge >= 1):
        yield f"regional_surcharge is {surcharge}, expected a factor of at least 1"
    for row in document.prices:
        what = f"{row.model}/{row.kind} in {row.region}"
        if not row.per_million.is_finite() or row.per_million <= 0:
            yield f"{what} costs {row.per_million}; a price that is not above zero is an unknown price"
        elif _places(row.per_million) < PLACES:
            yield f"{what} costs {row.per_million}, which has more than six places"


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _holds(row: Row, day: datetime.date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or day <= row.valid_until)


def _step(model: str, above: int, rows: list[Row], factor: Decimal) -> Step:
    def price(kind: Kind) -> int | None:
        # Of several prices that hold on one day the highest counts: a cost must not be understated.
        found = [row.per_million for row in rows if row.kind == kind and row.above == above]
        # Each price is exact; only a surcharge may need rounding, and then to the next unit above.
        return money.amount_up(max(found) * factor / MILLION) if found else None

    asked, answered, cached = price("input"), price("output"), price("cached")
    if asked is None or answered is None:
        raise NoPriceError(
            f"{model} lacks the price of its input or of its output. Add it to policies/data/prices.json."
        )
    # A cache without a price of its own is counted as if there were none.
    return Step(above, asked, answered, asked if cached is None else cached)
