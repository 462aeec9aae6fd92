"""How an answer of the script is sent: late, part by part, cut off, garbled, or in the script's own bytes.

    {"first_seconds": 0.8, "between_seconds": 0.05, "cut_after": 3}

`first_seconds` are waited for before the first part and `between_seconds` before each further one. After `cut_after`
parts the connection is closed; from part `garble_after` on (the first is 0) only the first half of each is sent. An
answer that is no stream has two parts, its halves, for `cut_after`, and one for the others. `raw`, a text or a list of
texts, is sent instead of the answer, one part each, whatever it is.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.call import Answer, Piece
from emulator.script import NUMBERS

JSON = dict[str, Any]


def whole(found: JSON, body: object) -> JSON | Answer:
    """An answer that is one JSON document."""
    if isinstance(body, dict) and "raw" not in found and not any(key in found for key in NUMBERS):
        return body
    data = json.dumps(body, ensure_ascii=False).encode()
    parts = [data]
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    if "cut_after" in found and "raw" not in found:
        parts = [data[: len(data) // 2], data[len(data) // 2 :]]
        headers["Content-Length"] = str(len(data))
    return sent(found, parts, headers)


def sent(found: JSON, parts: list[bytes], headers: dict[str, str]) -> Answer:
    """Parts of a body as the script wants them sent."""
    numbers = {key: float(found[key]) for key in NUMBERS if key in found}
    if "raw" in found:
        raw = found["raw"] if isinstance(found["raw"], list) else [found["raw"]]
        parts = [str(text).encode("utf-8", "surrogatepass") for text in raw]
    pieces = [Piece(part, numbers.get("between_seconds", 0.0)) for part in _garbled(parts, numbers)]
    if pieces:
        pieces[0] = Piece(pieces[0].data, numbers.get("first_seconds", 0.0))
    if "cut_after" in numbers:
        kept = int(numbers["cut_after"])
        late = numbers.get("between_seconds" if kept else "first_seconds", 0.0)
        pieces = [*pieces[:kept], Piece(b"", late, cut=True)]
    return Answer(b"".join(piece.data for piece in pieces), headers=headers, pieces=tuple(pieces))


def _garbled(parts: list[bytes], numbers: dict[str, float]) -> list[bytes]:
    first = numbers.get("garble_after")
    if first is None:
        return parts
    return [part[: len(part) // 2] if number >= first else part for number, part in enumerate(parts)]
