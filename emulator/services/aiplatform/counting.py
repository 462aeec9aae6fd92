"""Text of a request, and tokens that nobody counted: four characters each, which is no model's count."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

JSON = dict[str, Any]

CHARACTERS = 4
"""Of a token."""


def tokens(text: str) -> int:
    """A guess: four characters each, at least one."""
    return max(1, -(-len(text) // CHARACTERS)) if text else 0


def texts(contents: object) -> str:
    """All text of a list of contents."""
    if isinstance(contents, dict):
        contents = [contents]
    if not isinstance(contents, list):
        return ""
    return "".join(
        str(p.get("text", ""))
        for c in contents
        if isinstance(c, dict)
        for p in c.get("parts") or []
        if isinstance(p, dict)
    )


def split(text: str) -> JSON:
    """A text in its tokens, as `TokensInfo` has them: ids, and bytes in base64."""
    pieces = [text[at : at + CHARACTERS].encode("utf-8", "surrogatepass") for at in range(0, len(text), CHARACTERS)]
    ids = [int.from_bytes(hashlib.sha256(piece).digest()[:3], "big") for piece in pieces]
    return {"tokenIds": [str(one) for one in ids], "tokens": [base64.b64encode(one).decode() for one in pieces]}
