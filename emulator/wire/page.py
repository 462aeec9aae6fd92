"""Pages of a list: a token says which resource came last, so that a deletion between two pages skips nothing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import TypeVar

from emulator.wire.errors import invalid

T = TypeVar("T")

DEFAULT_SIZE = 500
MAX_SIZE = 1000


def size_of(raw: str | None, default: int = DEFAULT_SIZE, maximum: int = MAX_SIZE) -> int:
    """The page size asked for, between 1 and the maximum; 400 for a negative one."""
    if raw is None or raw == "":
        return default
    try:
        asked = int(raw)
    except ValueError:
        raise invalid(f"Invalid value at 'page_size' (TYPE_INT32), \"{raw[:50]}\"", field_path="page_size") from None
    if asked < 0:
        raise invalid("page_size must not be negative", field_path="page_size")
    return min(asked or default, maximum)


def encode(last: int) -> str:
    """The token of the page that follows the resource with that sequence number."""
    return base64.urlsafe_b64encode(f"p{last}".encode()).decode().rstrip("=")


def decode(token: str | None) -> int:
    """The sequence number in a token (0 for the first page), or 400."""
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (ValueError, binascii.Error):
        text = ""
    if not re.fullmatch(r"p[0-9]{1,18}", text):
        raise invalid("The provided page token is invalid.", field_path="page_token")
    return int(text[1:])


def take(items: Iterable[tuple[int, T]], after: int, size: int) -> tuple[list[T], str]:
    """One page of (sequence number, item) in rising order, and the token of the next page ("" at the end)."""
    page: list[T] = []
    last = 0
    for number, item in items:
        if number <= after:
            continue
        if len(page) == size:
            return page, encode(last)
        page.append(item)
        last = number
    return page, ""
