"""The moment at which a plan is judged: now, or the one that the caller names."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lockgate.errors import InputError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def moment(at: str | None, now: datetime, option: str = "--at") -> datetime:
    """``now`` in UTC to the second, or the date or date-time of RFC 3339 in ``at``; a date is its midnight in UTC.

    Raises InputError, naming the ``option``, for anything else, a date-time without an offset included.
    """
    if at is None:
        return now.astimezone(UTC).replace(microsecond=0)
    try:
        if _DATE.fullmatch(at):
            return datetime.fromisoformat(at).replace(tzinfo=UTC)
        if _DATE_TIME.fullmatch(at):
            return datetime.fromisoformat(at.upper()).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        pass  # of the form, but no such day or hour: the same message
    raise InputError(
        f"{option} {at}: expected a date or a date-time of RFC 3339, such as 2026-11-22 or 2026-11-22T12:00:00Z."
    )
