"""The body of an upload in two parts, metadata and media: `multipart/related`, RFC 2387."""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


def read(content_type: str, body: bytes) -> tuple[JSON, bytes, str]:
    """(metadata, media, type of the media), or 400."""
    # gcloud writes the boundary in single quotes, as Python shows a text
    found = re.search(r"""boundary=["']?([^"';,]+)""", content_type)
    if found is None:
        raise _bad("Missing boundary in multipart content type.")
    mark = b"--" + found[1].encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 4:  # lines that end without a carriage return
        pieces = (b"\n" + body).split(b"\n" + mark)
    if len(pieces) < 4:
        raise _bad("A multipart upload has two parts.")
    (_, metadata), (head, media) = (_split(piece) for piece in pieces[1:3])
    kind = re.search(rb"(?im)^content-type:\s*([^\r\n]+)", head)
    return read_object(metadata), media, kind[1].decode("latin-1").strip() if kind else "application/octet-stream"


def read_object(data: bytes) -> JSON:
    """A JSON object; `{}` where there is nothing; 400 for anything else."""
    try:
        found = json.loads(data) if data.strip() else {}
    except (ValueError, RecursionError):
        raise _bad("Parse Error") from None
    if not isinstance(found, dict):
        raise _bad("The metadata of an upload must be a JSON object.")
    return found


def _bad(text: str) -> GoogleError:
    return GoogleError("INVALID_ARGUMENT", text, reason="parseError")


def _split(piece: bytes) -> tuple[bytes, bytes]:
    piece = piece.removeprefix(b"\r\n").removeprefix(b"\n")
    for gap in (b"\r\n\r\n", b"\n\n"):
        head, found, rest = piece.partition(gap)
        if found:
            return head, rest
    return b"", piece
