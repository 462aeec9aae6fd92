"""Numbers without rounding: every number of a case is the one that was written, or none."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow

from route.table import Formats

# Decimal128 of IEEE 754 has 34 digits. A case within these bounds can be compared, added and multiplied without an
# intermediate result of megabytes, which 1e999999999 would be.
MOST_DIGITS = 34
HIGHEST = 10**MOST_DIGITS
EXACT = Context(prec=4 * MOST_DIGITS, traps=[Inexact, InvalidOperation, Overflow])

_PLAIN = {
    mark: re.compile(rf"[+-]?[0-9]{{1,34}}(?:{re.escape(sign)}[0-9]{{1,34}})?")
    for mark, sign in (("point", "."), ("comma", ","))
}
# Groups of three by a mark that is no decimal mark anywhere, or by the other mark where only one reading is left: it
# stands twice, or the decimal mark follows it.
_GROUPED = {
    mark: re.compile(
        rf"""[+-]?(?:
            [0-9]{{1,3}}(?P<open>['\u2019 \u00a0\u202f])[0-9]{{3}}(?:(?P=open)[0-9]{{3}})*(?:{dot}[0-9]{{1,34}})?
          | [0-9]{{1,3}}(?:{other}[0-9]{{3}}){{2,}}(?:{dot}[0-9]{{1,34}})?
          | [0-9]{{1,3}}{other}[0-9]{{3}}{dot}[0-9]{{1,34}}
        )""",
        re.VERBOSE,
    )
    for mark, dot, other in (("point", r"\.", ","), ("comma", ",", r"\."))
}
_MARKS = str.maketrans("", "", "'\u2019 \u00a0\u202f")


def exact(text: str) -> Decimal:
    """Read a number of JSON; raises ValueError when it has too many digits, or is too large or too small."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        # An exponent that no Decimal can have.
        raise ValueError("a number is out of bounds") from None
    if not bounded(number):
        raise ValueError("a number is out of bounds")
    return number if number else Decimal(0)


def bounded(number: Decimal) -> bool:
    """Whether a number has at most 34 digits, and none of them is further than 34 places from the decimal point."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return len(number.as_tuple().digits) <= MOST_DIGITS and exponent >= -MOST_DIGITS and number.adjusted() < MOST_DIGITS


def is_plain(text: str, mark: str) -> bool:
    """Whether a number is written with this decimal ``mark`` and nothing else."""
    return _PLAIN[mark].fullmatch(text) is not None


def written(text: str, mark: str) -> Decimal | None:
    """Read what a person or a system wrote with this decimal ``mark``; None where it is no number or could be two.

    ``1,234`` is 1234 or 1.234, so it is neither; ``1,234.50``, ``1,234,567`` and ``1 234`` can be read in one way only.
    """
    if _PLAIN[mark].fullmatch(text):
        plain = text
    elif _GROUPED[mark].fullmatch(text):
        plain = text.translate(_MARKS).replace("," if mark == "point" else ".", "")
    else:
        return None
    number = Decimal(plain.replace(",", "."))
    if not bounded(number):
        return None
    return number if number else Decimal(0)


def product(number: Decimal, factor: Decimal) -> Decimal | None:
    """The product, exactly; None where it is out of bounds."""
    try:
        result = EXACT.multiply(number, factor)
    except DecimalException:
        return None
    return result if bounded(result) else None


def of(value: object, formats: Formats, unit: str | None = None) -> Decimal | None:
    """Read a value of a case as a number; ``unit`` may stand before or after it, and no other."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, str):
        return None
    if unit is not None and unit in value:
        value = value.removeprefix(unit).removesuffix(unit).strip()
    return written(value, formats.decimal)
