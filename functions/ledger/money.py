"""Amounts of money as whole numbers of 1e-12 of the charter's currency, never as floats.

The proof that this is exact: a price is a decimal of at most six places for a million tokens (``price`` refuses
others), so one token costs price x 1e12 / 1e6 = price x 1e6 units, a whole number; token counts are whole numbers, and
sums and products of whole numbers are whole. Python's integers have no upper end.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal, localcontext

UNIT = Decimal("1e-12")
PER_ONE = 10**12
# Enough digits that no operation here rounds: 10^27 of a currency at 1e-12.
_EXACT = Context(prec=60)


class InexactError(ValueError):
    """A sum has more places than the ledger keeps, so it would have to be rounded."""


def amount(value: Decimal) -> int:
    """The sum in units of 1e-12; raises InexactError where it has more than twelve places, or is no number."""
    if not value.is_finite():
        raise InexactError(f"{value} is no sum of money")
    with localcontext(_EXACT):
        units = value.scaleb(12)
        if units != units.to_integral_value():
            raise InexactError(f"{value} has more than 12 places, which the ledger does not keep")
        return int(units)


def amount_up(value: Decimal) -> int:
    """The sum in units of 1e-12, rounded up; raises InexactError where it is no number."""
    if not value.is_finite():
        raise InexactError(f"{value} is no sum of money")
    with localcontext(_EXACT):
        return int(value.scaleb(12).to_integral_value(rounding=ROUND_CEILING))


def decimal(units: int) -> Decimal:
    """The sum in the currency, exactly."""
    with localcontext(_EXACT):
        return Decimal(units).scaleb(-12)
