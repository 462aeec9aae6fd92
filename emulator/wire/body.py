"""Bodies: how large they may be, and JSON as Google's front end reads it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from emulator.wire.check import MAX_DEPTH
from emulator.wire.errors import GoogleError, invalid

MAX_JSON = 10 * 1024 * 1024
"""Bytes of JSON that Google's front end takes in one request."""
MAX_UPLOAD = 256 * 1024 * 1024
"""Bytes of an upload that the emulator takes: it keeps them in memory."""


def read_json(body: bytes) -> Any:
    """JSON as Google's front end reads it: no NaN, bounded depth; 400 otherwise."""
    if len(body) > MAX_JSON:
        raise too_large()
    if not body.strip():
        return None
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise invalid(
            f"Invalid JSON payload received. Message too deep: more than {MAX_DEPTH} levels.", reason="parseError"
        ) from None
    except ValueError as error:
        raise GoogleError(
            "INVALID_ARGUMENT", f"Invalid JSON payload received. {str(error)[:200]}", reason="parseError"
        ) from None


def too_large() -> GoogleError:
    """400 for a body beyond the limit."""
    return GoogleError(
        "INVALID_ARGUMENT", f"Request payload size exceeds the limit: {MAX_JSON} bytes.", reason="uploadTooLarge"
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Unexpected token: {name}")


def is_json(content_type: str) -> bool:
    """Whether a body of that type is read as JSON: clients name it variously, or not at all."""
    return (
        not content_type
        or "json" in content_type
        or content_type.startswith(("text/plain", "application/octet-stream", "application/x-www-form"))
    )
