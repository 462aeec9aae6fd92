"""Readers of values: what a source writes becomes a text, a number or a date; a value with two readings is none."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from normalise import number
from normalise.text import clean, key_form
from route.table import Field, Formats

# The form of ``fields`` themselves: ISO 8601 dates, a decimal point, true and false.
CANONICAL = Formats()

# The value, and whether it came in a form that is tolerated rather than declared.
Read = tuple[Any, bool]
Reader = Callable[[Any], Read]


class UnreadableError(Exception):
    """A value that is not what its field declares; the text completes "the field ..." and repeats no value."""


def reader(field: Field, formats: Formats) -> Reader:
    """What reads the values of a field in these formats; a Reader raises UnreadableError."""
    read = _READERS[field.type](field, formats)
    least, most = (bound(field, text) for text in (field.least, field.most))
    if least is None and most is None:
        return read

    def within(raw: Any) -> Read:
        value, tolerated = read(raw)
        if (least is not None and value < least) or (most is not None and value > most):
            raise UnreadableError(f"is not within {field.least or '...'} to {field.most or '...'}")
        return value, tolerated

    return within


def bound(field: Field, text: str | None) -> Any:
    """``least`` or ``most`` as the field's type; raises UnreadableError."""
    if text is None:
        return None
    if field.type not in {"decimal", "integer", "date"}:
        raise UnreadableError(f"is of type {field.type}, which has neither a least nor a most")
    return _READERS["date" if field.type == "date" else "decimal"](field, CANONICAL)(text)[0]


def canonical(value: Any) -> str:
    """How a value that was read is written in the current form."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def date_faults(text: str) -> Iterator[str]:
    """What is wrong with a format of dates."""
    found = re.findall("%(.)", text)
    if "y" in found:
        yield f"the format {text} has a year of two digits, which has two readings; expected %Y"
    elif sorted(found) != sorted({*found}) or not {"Y", "m", "d"} <= {*found} <= _DIRECTIVES.keys():
        yield f"the format {text} is not made of %Y, %m and %d, once each, and %H, %M, %S, %f, %z where it has a time"


def _text(field: Field, _formats: Formats) -> Reader:
    def read(raw: Any) -> Read:
        if type(raw) is str:
            value = raw
        elif isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            value = str(raw)
        else:
            raise UnreadableError("is not a text")
        if len(value) > field.longest:
            raise UnreadableError(f"is longer than {field.longest} characters")
        return value, value is not raw

    return read


def _decimal(field: Field, formats: Formats) -> Reader:
    said = f"is not a number with a decimal {formats.decimal} that can be read in one way"

    def read(raw: Any) -> Read:
        value = number.of(raw, formats, field.unit)
        if value is None:
            raise UnreadableError(said)
        return value, type(raw) is str and not number.is_plain(raw, formats.decimal)

    return read


def _integer(field: Field, formats: Formats) -> Reader:
    decimal = _decimal(field, formats)

    def read(raw: Any) -> Read:
        if type(raw) is int:
            return raw, False
        value, tolerated = decimal(raw)
        if value != value.to_integral_value():
            raise UnreadableError("is not a whole number")
        return int(value), tolerated or type(raw) is not str or canonical(int(value)) != raw

    return read


def _date(_field: Field, formats: Formats) -> Reader:
    shapes = [_shape(text) for text in formats.dates]
    said = f"is not one day in the form {' or '.join(formats.dates)}"

    def read(raw: Any) -> Read:
        if type(raw) is str:
            days = {day for day in (_day(shape.fullmatch(raw)) for shape in shapes) if day is not None}
            if len(days) == 1:
                return days.pop(), False
        raise UnreadableError(said)

    return read


# Digits as strptime(3) has them, but of ASCII only and with no more tolerance than a missing leading zero.
_DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "m": "(?P<m>[0-9]{1,2})",
    "d": "(?P<d>[0-9]{1,2})",
    "H": "(?:[01]?[0-9]|2[0-3])",
    "M": "[0-5]?[0-9]",
    "S": "[0-5]?[0-9]",
    "f": "[0-9]{1,9}",
    "z": "(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])",
}


def _shape(text: str) -> re.Pattern[str]:
    parts = re.split("%(.)", text)
    made = [_DIRECTIVES.get(part, "(?!)") if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    joined = "".join(made)
    # Without a mark between them the digits of a day and a month cannot be told apart unless there are two of each.
    return re.compile(joined if all(parts[2:-1:2]) else joined.replace("{1,2}", "{2}").replace("]?[", "]["))


def _day(found: re.Match[str] | None) -> datetime.date | None:
    if found is None:
        return None
    try:
        return datetime.date(int(found["Y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def _boolean(_field: Field, formats: Formats) -> Reader:
    words = {
        clean(word).casefold(): value for value in (True, False) for word in (formats.true if value else formats.false)
    }
    said = f"is neither of {', '.join(formats.true)} nor of {', '.join(formats.false)}"

    def read(raw: Any) -> Read:
        if type(raw) is bool:
            return raw, False
        value = words.get(str(raw).casefold()) if isinstance(raw, str | int) else None
        if value is None:
            raise UnreadableError(said)
        return value, False

    return read


def _choice(field: Field, _formats: Formats) -> Reader:
    members = {key_form(value): value for value in field.values}
    some = ", ".join(field.values[:10])
    said = f"is none of {some}" + (", ..." if len(field.values) > 10 else "")

    def read(raw: Any) -> Read:
        value = members.get(key_form(str(raw))) if isinstance(raw, str | int) and type(raw) is not bool else None
        if value is None:
            raise UnreadableError(said)
        return value, value != raw

    return read


def _document(_field: Field, _formats: Formats) -> Reader:
    def read(raw: Any) -> Read:
        if not isinstance(raw, dict | list):
            raise UnreadableError("is not a nested document")
        return raw, False

    return read


_READERS: dict[str, Callable[[Field, Formats], Reader]] = {
    "text": _text,
    "decimal": _decimal,
    "integer": _integer,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "document": _document,
}
