"""The verb that pauses a stack's routers, or stops them, and shows what is paused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import checkout as checkouts
from lockgate.cli import clock
from lockgate.errors import InputError

if TYPE_CHECKING:
    from lockgate.charter.model import Charter
    from lockgate.switch.bucket import Bucket
    from lockgate.switch.state import Action, Command, Switch, Tier

ACTIONS = ("show", "stop", "pause", "resume")


@dataclass(frozen=True)
class Call:
    """What the options of a call say; None where one was not given."""

    stack: str
    action: str
    tier: str | None
    why: str | None
    until: str | None
    by: str | None


def run(call: Call, form: str, now: datetime) -> str:
    """Show the switch or change it; what it then is, as text or JSON.

    Raises InputError for a wrong call, for a stack or a bucket that is not there, and when somebody else changed the
    switch meanwhile; SwitchError when it could not be read or written.
    """
    if form not in {"text", "json"}:
        raise InputError(f"--format {form}: the switch is text or json. Choose one of them.")
    checkout = checkouts.around(Path.cwd())
    checkouts.require_stack(checkout, call.stack)
    from lockgate.charter.load import load_stack
    from lockgate.switch import bucket as buckets
    from lockgate.switch import state

    charter = load_stack(checkout.stacks, call.stack)
    tier = _tier(call, charter)
    bucket = buckets.Bucket(buckets.name(charter), charter.cloud.project, os.environ)
    if call.action == "show":
        switch, told = state.parse(bucket.read()[0]), tuple[str, ...]()
    else:
        switch, told = _changed(bucket, _command(call, tier, bucket.who, now))
    if form == "json":
        return state.encode(switch.holding(now)).decode()
    lines = [*told, *(f"{call.stack}: {line}" for line in state.told(switch, now))]
    return "\n".join(lines) + "\n"


def _changed(bucket: Bucket, command: Command) -> tuple[Switch, tuple[str, ...]]:
    """The switch after the command, and what to tell of it; nothing is written where nothing changes."""
    from lockgate.switch import state

    raw, generation = bucket.read()
    old = state.parse(raw).holding(command.at)
    change = state.changed(old, command)
    if change.switch == old:
        return old, change.told
    version = bucket.write(state.encode(change.switch), generation, _note(command))
    follow = f"Routers follow within {state.FOLLOW_SECONDS} seconds: {bucket.address}, version {version}."
    return change.switch, (*change.told, follow)


def _tier(call: Call, charter: Charter) -> Tier | None:
    """The tier, or None for all; only pause needs one, and only those of the charter count."""
    from lockgate.charter.model import routes
    from lockgate.switch.state import TIERS

    if call.action not in ACTIONS:
        raise InputError(f"{call.action}: expected one of {', '.join(ACTIONS)}. {_example(call)}")
    if call.action == "show" and (call.why or call.until or call.by):
        raise InputError("show changes nothing: leave --why, --until and --by out.")
    if call.action != "show" and call.why is None:
        raise InputError(f"--why is missing: others have to know before they resume. {_example(call)}")
    if call.tier is not None and call.action in {"show", "stop"}:
        raise InputError(f"{call.action} is about every tier: leave {call.tier} out, or pause the tier.")
    if call.until is not None and call.action == "resume":
        raise InputError("--until is for stop and pause: leave it out, or pause again with another end.")
    known = [tier for tier, _ in routes(charter)]
    if call.tier is None:
        if call.action == "pause":
            raise InputError(f"pause: which tier? The charter has {', '.join(known)}. {_example(call)}")
        return None
    if call.tier not in known:
        raise InputError(f"{call.tier}: the charter has no such tier, but {', '.join(known)}. Name one of them.")
    return next(tier for tier in TIERS if tier == call.tier)


def _command(call: Call, tier: Tier | None, known: str | None, now: datetime) -> Command:
    from lockgate.switch.state import Command

    by = _who(call.by, known)
    at = clock.moment(None, now)
    until = None if call.until is None else clock.moment(call.until, now, option="--until")
    return Command(_action(call), tier, by, at, call.why or "", until)


def _action(call: Call) -> Action:
    from lockgate.switch.state import CHANGES

    return next(action for action in CHANGES if action == call.action)


def _who(given: str | None, known: str | None) -> str:
    if known is not None and given not in {None, known}:
        raise InputError(f"--by {given}: the credentials are those of {known}, who is named. Leave --by out.")
    who = known or given
    if not who:
        raise InputError("--by is missing: the credentials do not say whose they are. Give your e-mail address.")
    return who


def _note(command: Command) -> dict[str, str]:
    """What the object's version keeps of the command, so that its history also says why something was resumed."""
    what = command.action if command.tier is None else f"{command.action} {command.tier}"
    return {"what": what, "by": command.by, "why": command.why.strip()}


def _example(call: Call) -> str:
    return f"For example: lockgate switch {call.stack} pause low --why 'answers are off since noon'"
