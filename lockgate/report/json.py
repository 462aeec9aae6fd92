"""The verdict as the contract's JSON document, ``lockgate.verdict/1``, and nothing else."""

from __future__ import annotations

import msgspec

from lockgate.report import safe
from lockgate.verdict import Verdict


def render(verdict: Verdict) -> str:
    """The document, indented, ending in a newline."""
    return safe.json_document(msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode()) + "\n"
