"""The spend record: the highest cost that the budget has named in its newest interval. No clock, no network.

It is a backstop, not a meter: Google's figures are typically up to a day old (Cloud Billing, "Create, edit, or delete
budgets and budget alerts"), so money can be spent above the limit before the record shows it.
"""

from __future__ import annotations

import binascii
import datetime
from base64 import b64decode
from typing import Annotated, Any, Literal

import msgspec

SCHEMA_VERSION = "1.0"


class BadMessageError(Exception):
    """The message is not a budget notification of the schema that is read here; sending it again does not help."""


class Notification(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A budget notification of schema 1.0, as far as it is read (Cloud Billing, "Notification format")."""

    cost_amount: Annotated[float, msgspec.Meta(ge=0)]
    cost_interval_start: Annotated[datetime.datetime, msgspec.Meta(tz=True)]
    currency_code: str


class Record(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What is stored for the router; ``cost`` is in ``currency``."""

    interval_start: Annotated[datetime.datetime, msgspec.Meta(tz=True)]
    cost: float
    currency: str
    format: Literal["lockgate.spend/1"] = "lockgate.spend/1"


def notification(event: Any) -> Notification:
    """The notification in the data of a Pub/Sub event; raises BadMessageError."""
    try:
        message = event["message"]
        version = message["attributes"]["schemaVersion"]
        raw = b64decode(message["data"], validate=True)
    except (TypeError, KeyError, binascii.Error, ValueError):
        raise BadMessageError("not a Pub/Sub message of a budget") from None
    if version != SCHEMA_VERSION:
        raise BadMessageError(f"schemaVersion is not {SCHEMA_VERSION}")
    try:
        return msgspec.json.decode(raw, type=Notification)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMessageError(f"not a budget notification: {error}") from None


def advance(known: Record | None, said: Notification) -> Record:
    """The record after a notification. Pub/Sub repeats and reorders, so an older or lower figure changes nothing."""
    new = Record(said.cost_interval_start, said.cost_amount, said.currency_code)
    if known is None or new.interval_start > known.interval_start:
        return new
    if new.interval_start == known.interval_start and (new.cost > known.cost or new.currency != known.currency):
        return new
    return known


def over(record: Record | None, limit: float, currency: str) -> bool:
    """Whether models must no longer be called; also where the currency is another one, so nothing can be compared."""
    return record is not None and (record.currency != currency or record.cost >= limit)
