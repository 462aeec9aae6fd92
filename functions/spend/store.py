"""The spend record in its bucket: the guard writes it, the router reads it."""

from __future__ import annotations

import msgspec

from spend.record import Record
from storage.objects import Object, StoreError

OBJECT = "spend.json"
# The router asks again after FRESH seconds, and lives with what it knows for USABLE seconds when it gets no answer.
FRESH = 30.0
USABLE = 300.0


async def read(held: Object) -> tuple[Record | None, int]:
    """The record and its generation; None and 0 where nothing was written yet. Raises StoreError."""
    raw, generation = await held.read()
    if raw is None:
        return None, 0
    try:
        return msgspec.json.decode(raw, type=Record), generation
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"the spend record is not what the spend guard writes: {error}") from None


async def write(held: Object, record: Record, generation: int) -> None:
    """Replace the generation that was read; raises StoreError, also when another writer was first."""
    await held.write(msgspec.json.encode(record), generation)
