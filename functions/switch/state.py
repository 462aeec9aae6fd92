"""``switch.json``: what is stopped, who stopped it, and why. Pure; ``lockgate switch`` writes it."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

import msgspec

from route.table import Tier
from storage.objects import StoreError

Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]
OBJECT = "switch.json"
# A router follows within twice FRESH seconds, and goes on with what it knows for USABLE seconds when it cannot look.
FRESH = 2.5
USABLE = 120.0


class Stop(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Somebody stopped something; ``until`` is null where it holds until it is resumed."""

    by: str
    at: Instant
    why: str
    until: Instant | None = None


class Switch(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """All stops; ``stopped`` is of every tier."""

    format: Literal["lockgate.switch/1"] = "lockgate.switch/1"
    stopped: Stop | None = None
    paused: dict[Tier, Stop] = {}

    def cause(self, tier: Tier, now: datetime.datetime) -> str | None:
        """Why no model may be asked about a case of this tier, in one word; None where one may."""
        if _holds(self.stopped, now):
            return "stopped"
        return "paused" if _holds(self.paused.get(tier), now) else None


def parse(raw: bytes | None) -> Switch:
    """Read the object; one that was never written stops nothing. Raises StoreError, so that nonsense stops all."""
    if raw is None:
        return Switch()
    try:
        return msgspec.json.decode(raw, type=Switch)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{OBJECT} is not what `lockgate switch` writes: {error}") from None


def _holds(stop: Stop | None, now: datetime.datetime) -> bool:
    return stop is not None and (stop.until is None or now < stop.until)
