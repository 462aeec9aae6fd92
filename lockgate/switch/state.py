"""``switch.json``: what is stopped or paused, and what a command makes of it. Pure; routers follow the object.

``functions/switch`` reads the same document; its archive imports nothing of Lockgate, so the form is written twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lockgate.errors import InputError

OBJECT = "switch.json"
FOLLOW_SECONDS = 5
"""How soon a router follows: it looks that often (``functions/switch``)."""
LONGEST = 500
"""Characters of a reason."""

Tier = Literal["high", "medium", "low"]
TIERS: tuple[Tier, ...] = ("high", "medium", "low")
Action = Literal["stop", "pause", "resume"]
CHANGES: tuple[Action, ...] = ("stop", "pause", "resume")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stopped something, when and why; ``until`` is None where it holds until somebody resumes it."""

    by: str
    at: Instant
    why: str
    until: Instant | None = None

    def __str__(self) -> str:
        """For people."""
        end = "until it is resumed" if self.until is None else f"until {stamp(self.until)}"
        return f"by {self.by} at {stamp(self.at)}, {end}: {self.why}"


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is stopped; ``stopped`` is of every tier."""

    format: Literal["lockgate.switch/1"] = "lockgate.switch/1"
    stopped: Stop | None = None
    paused: dict[Tier, Stop] = {}

    def holding(self, now: datetime) -> Switch:
        """The same without what is over."""
        return Switch(
            stopped=self.stopped if _holds(self.stopped, now) else None,
            paused={tier: self.paused[tier] for tier in TIERS if _holds(self.paused.get(tier), now)},
        )


@dataclass(frozen=True)
class Command:
    """What an operator asks for; ``tier`` is None for all of it."""

    action: Action
    tier: Tier | None
    by: str
    at: datetime
    why: str
    until: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What a command made of a switch, and what to tell the operator of it, a sentence each."""

    switch: Switch
    told: tuple[str, ...]


def parse(raw: bytes | None) -> Switch:
    """Read the object; one that was never written stops nothing. Raises InputError, naming what is wrong."""
    if raw is None:
        return Switch()
    try:
        return msgspec.json.decode(raw, type=Switch)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{OBJECT}: {error}. Routers that cannot read it ask no model. The bucket keeps every version: "
            "restore the last good one, or delete the object to start from nothing."
        ) from None


def encode(switch: Switch) -> bytes:
    """The object's content."""
    return msgspec.json.format(msgspec.json.encode(switch), indent=1) + b"\n"


def changed(old: Switch, command: Command) -> Change:
    """What the command makes of the switch. What is over by then is left out, and said to be.

    Raises InputError for a command without a reason, or one that would end before it begins.
    """
    _check(command)
    now = old.holding(command.at)
    change = _changed(now, command)
    return Change(change.switch, (*change.told, *_over(old, now)))


def _changed(now: Switch, command: Command) -> Change:
    if command.action == "resume":
        return _resumed(now, command)
    stop = Stop(command.by, command.at, command.why.strip(), command.until)
    if command.tier is None:
        told = ("stopped: no model is asked about any case.", *_before(now.stopped, "All of it"))
        return Change(msgspec.structs.replace(now, stopped=stop), told)
    told = (
        f"paused: no model is asked about a case of the tier {command.tier}.",
        *_before(now.paused.get(command.tier), f"The tier {command.tier}"),
    )
    return Change(msgspec.structs.replace(now, paused={**now.paused, command.tier: stop}), told)


def told(switch: Switch, now: datetime) -> Iterator[str]:
    """What holds, a line each, for people."""
    holding = switch.holding(now)
    if holding.stopped is not None:
        yield f"everything is stopped {holding.stopped}"
    for tier, stop in holding.paused.items():
        yield f"{tier} is paused {stop}"
    if holding == Switch():
        yield "nothing is stopped or paused"


def stamp(moment: datetime) -> str:
    """RFC 3339, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _check(command: Command) -> None:
    if not command.why.strip() or len(command.why) > LONGEST or not command.why.isprintable():
        raise InputError(
            f"--why: expected one line of 1 to {LONGEST} characters, which others read before they resume. Say why."
        )
    if command.until is not None and command.until <= command.at:
        raise InputError(f"--until {stamp(command.until)}: is not in the future, so nothing would be stopped.")


def _resumed(now: Switch, command: Command) -> Change:
    if command.tier is None:
        lifted = [*_lifted(now.stopped, "all of it"), *(f"the tier {tier}" for tier in now.paused)]
        return Change(Switch(), (_said(lifted),))
    left = {tier: stop for tier, stop in now.paused.items() if tier != command.tier}
    found = [f"the tier {command.tier}"] if command.tier in now.paused else []
    still = (f"But everything is still stopped {now.stopped}",) if now.stopped is not None else ()
    return Change(msgspec.structs.replace(now, paused=left), (_said(found), *still))


def _lifted(stop: Stop | None, what: str) -> list[str]:
    return [what] if stop is not None else []


def _said(lifted: list[str]) -> str:
    if not lifted:
        return "unchanged: it was neither stopped nor paused."
    return f"resumed: {', '.join(lifted)}."


def _over(old: Switch, now: Switch) -> Iterator[str]:
    """What the operator's clock says is over: another's, ahead of everybody's, would lift what still holds."""
    tiers = [(f"the tier {tier}", stop, now.paused.get(tier)) for tier, stop in old.paused.items()]
    for what, stop, holds in [("everything", old.stopped, now.stopped), *tiers]:
        if holds is None and stop is not None and stop.until is not None:
            yield f"By this machine's clock the stop of {what} was over at {stamp(stop.until)}: it is gone."


def _before(stop: Stop | None, what: str) -> tuple[str, ...]:
    return () if stop is None else (f"{what} was stopped already, {stop}",)


def _holds(stop: Stop | None, now: datetime) -> bool:
    return stop is not None and (stop.until is None or now < stop.until)
