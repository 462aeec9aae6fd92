"""The rows of a billing query: the JSON that ``bq query --format=json`` writes, or CSV of the same columns.

bq writes every value as text, so a number may be text or not. What is read came from elsewhere: its size, its numbers
and its days are bounded before anything is added up.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from ledger.billing import Billed

COLUMNS = ("day", "model", "cost", "currency")
MOST_BYTES = 32 << 20
MOST_ROWS = 200_000
MOST_COST = Decimal(10**12)
LONGEST_MODEL = 200
# Cloud Billing's export holds nothing older: BigQuery was announced in 2010.
EARLIEST = datetime.date(2010, 1, 1)
QUERY = "The query of docs/bill.md writes it so"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COST = re.compile(r"[+-]?\d{1,30}(\.\d{0,100})?([eE][+-]?\d{1,3})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_PLACES = Decimal("1e-12")


def parse(raw: bytes, today: datetime.date) -> list[Billed]:
    """What was billed, in the order of the rows; costs to twelve places, which is what the ledger keeps.

    Raises InputError, naming the row or the line, for what is not such a row, and for a day after ``today``.
    """
    if len(raw) > MOST_BYTES:
        raise InputError(f"it has more than {MOST_BYTES >> 20} MiB. Let the query sum by day and model.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("it is not UTF-8. Write it with 'bq query --format=json'.") from None
    rows = _json(text) if text.lstrip()[:1] in {"[", "{"} else _csv(text)
    billed: list[Billed] = []
    for place, row in rows:
        if len(billed) == MOST_ROWS:
            raise InputError(f"it has more than {MOST_ROWS} rows. Let the query sum by day and model.")
        billed.append(_row(row, place, today))
    return billed


def _json(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        # Numbers stay text, NaN and Infinity too, so that one rule holds for what bq writes and for what others do.
        rows = json.loads(text, object_pairs_hook=tuple, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise InputError(
            f"line {error.lineno}, column {error.colno}: is not JSON: {error.msg}. "
            "Write it with 'bq --quiet --format=json query'."
        ) from None
    except RecursionError:
        raise InputError("it is nested too deeply: expected an array of rows. " + QUERY + ".") from None
    if not isinstance(rows, list):
        raise InputError(f"it is no array of rows with {', '.join(COLUMNS)}. {QUERY}.")
    for number, pairs in enumerate(rows, 1):
        place = f"row {number}"
        # An object became a tuple of pairs; nothing else becomes a tuple.
        if not isinstance(pairs, tuple):
            raise InputError(f"{place}: is no object with {', '.join(COLUMNS)}. {QUERY}.")
        row = dict(pairs)
        if len(row) < len(pairs):
            raise InputError(f"{place}: names a column twice. Write it with 'bq --quiet --format=json query'.")
        yield place, row


def _csv(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        missing = [name for name in COLUMNS if header.count(name) != 1]
        if missing:
            raise InputError(
                f"line 1: lacks {', '.join(missing)}, or has it twice: expected the columns {','.join(COLUMNS)}, or "
                f"JSON. {QUERY}."
            )
        for cells in lines:
            if not cells:
                continue
            place = f"line {lines.line_num}"
            if len(cells) != len(header):
                raise InputError(f"{place}: has {len(cells)} cells, expected {len(header)}. {QUERY}.")
            yield place, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise InputError(f"line {lines.line_num}: is not CSV: {error}. Write it with 'bq --format=csv'.") from None


def _row(row: Mapping[str, Any], place: str, today: datetime.date) -> Billed:
    from ledger.billing import Billed

    told = {name: _text(row, name, place) for name in COLUMNS}
    if not _CURRENCY.fullmatch(told["currency"]):
        raise InputError(f"{place}: currency is {_shown(told['currency'])}, expected three capital letters. {QUERY}.")
    model = told["model"].strip()
    if not model or len(model) > LONGEST_MODEL or not model.isprintable():
        raise InputError(
            f"{place}: model is {_shown(model)}, expected a name of 1 to {LONGEST_MODEL} printable characters. "
            "A SKU that the query does not map keeps its own description: ELSE TRIM(sku.description)."
        )
    return Billed(_day(told["day"], place, today), model, _cost(told["cost"], place), told["currency"])


def _text(row: Mapping[str, Any], name: str, place: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        what = "is missing or null" if value is None else "is no text and no number"
        raise InputError(f"{place}: {name} {what}: expected a row with {', '.join(COLUMNS)}. {QUERY}.")
    return value


def _day(text: str, place: str, today: datetime.date) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InputError(f"{place}: day is {_shown(text)}, expected a date in UTC such as 2026-11-22. {QUERY}.")
    if not EARLIEST <= day <= today:
        raise InputError(
            f"{place}: day is {text}, expected one from {EARLIEST} to {today}. See that the query groups by the day in "
            "UTC, or give --at a later date."
        )
    return day


def _cost(text: str, place: str) -> Decimal:
    if not _COST.fullmatch(text):
        raise InputError(f"{place}: cost is {_shown(text)}, expected a decimal number such as 1.25. {QUERY}.")
    value = Decimal(text)
    if value > MOST_COST:
        raise InputError(
            f"{place}: cost is {_shown(text)}, more than {MOST_COST:,} of any currency. See what the query adds up."
        )
    with localcontext(prec=60):
        value = value.quantize(_PLACES) if value >= -MOST_COST else value
    if value < 0:
        raise InputError(
            f"{place}: cost is {_shown(text)}, below zero: expected the cost before credits, of usage only. Let the "
            "query add neither credits nor adjustments: cost_type = 'regular'."
        )
    return abs(value)


def _shown(text: str) -> str:
    short = safe.line(text[:40])
    return repr(short if len(text) <= 40 else f"{short}...")
