"""The mapping, read once from the files beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

from lockgate.rehearsal.mapping.model import Entry

_FOLDER = Path(__file__).parent / "types"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def entries() -> dict[str, Entry]:
    """Every entry by type. A file that is not of the grammar is a defect: its error is not caught."""
    found: dict[str, Entry] = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        for type_, raw in yaml.load(file.read_bytes(), Loader=_Loader).items():  # noqa: S506 - a safe loader, in C
            found[type_] = msgspec.convert(raw, Entry)
    return found
