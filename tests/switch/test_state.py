"""What each command makes of the switch, and that routers read what it makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockgate.errors import InputError
from lockgate.switch.state import CHANGES, TIERS, Command, Stop, Switch, Tier, changed, encode, parse, told

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OTHER = Stop("other@example.com", NOW - timedelta(hours=1), "hail")


def stop(tier: Tier | None = None, until: datetime | None = None, why: str = "answers are off") -> Command:
    return Command("stop" if tier is None else "pause", tier, "me@example.com", NOW, why, until)


def resume(tier: Tier | None = None) -> Command:
    return Command("resume", tier, "me@example.com", NOW, "a new model is in place")


def test_a_switch_that_was_never_written_stops_nothing() -> None:
    assert parse(None) == Switch()
    assert list(told(Switch(), NOW)) == ["nothing is stopped or paused"]


def test_stopping_says_who_when_why_and_how_long() -> None:
    change = changed(Switch(), stop(until=LATER))
    assert change.switch.stopped == Stop("me@example.com", NOW, "answers are off", LATER)
    assert list(told(change.switch, NOW)) == [
        "everything is stopped by me@example.com at 2026-11-23T12:00:00Z, until 2026-11-23T13:00:00Z: answers are off"
    ]


def test_a_pause_leaves_other_tiers_alone() -> None:
    old = Switch(paused={"medium": OTHER})
    assert changed(old, stop("low")).switch.paused == {"medium": OTHER, "low": Stop("me@example.com", NOW, stop().why)}


def test_who_stopped_before_is_told() -> None:
    change = changed(Switch(stopped=OTHER), stop())
    assert "was stopped already, by other@example.com" in change.told[1]
    assert "The tier low was stopped already" in changed(Switch(paused={"low": OTHER}), stop("low")).told[1]


def test_resuming_a_tier_does_not_lift_the_stop_of_all() -> None:
    change = changed(Switch(stopped=OTHER, paused={"low": OTHER, "high": OTHER}), resume("low"))
    assert change.switch == Switch(stopped=OTHER, paused={"high": OTHER})
    assert change.told[0] == "resumed: the tier low."
    assert change.told[1].startswith("But everything is still stopped by other@example.com")


def test_resuming_without_a_tier_lifts_everything() -> None:
    change = changed(Switch(stopped=OTHER, paused={"low": OTHER}), resume())
    assert change.switch == Switch()
    assert change.told == ("resumed: all of it, the tier low.",)


def test_resuming_what_is_not_paused_changes_nothing() -> None:
    old = Switch(paused={"low": OTHER})
    assert changed(old, resume("high")).switch == old
    assert changed(old, resume("high")).told == ("unchanged: it was neither stopped nor paused.",)


def test_what_is_over_is_left_out() -> None:
    over = Stop("other@example.com", NOW - timedelta(hours=2), "hail", NOW)
    assert changed(Switch(stopped=over, paused={"low": over}), stop("high")).switch.paused.keys() == {"high"}
    assert list(told(Switch(stopped=over), NOW)) == ["nothing is stopped or paused"]


@pytest.mark.parametrize("why", ["", "  ", "two\nlines", "x" * 501, "\x1b[2J"])
def test_a_reason_is_one_line_that_people_can_read(why: str) -> None:
    with pytest.raises(InputError, match=r"^--why: expected one line"):
        changed(Switch(), stop(why=why))


def test_an_end_that_has_passed_is_refused() -> None:
    with pytest.raises(InputError, match=r"^--until 2026-11-23T12:00:00Z: is not in the future"):
        changed(Switch(), stop(until=NOW))


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"format": "lockgate.switch/2"}', b'{"paused": {"all": {}}}'])
def test_nonsense_is_never_taken_for_nothing(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"^switch\.json: "):
        parse(raw)


_STOPS = st.builds(
    Stop,
    by=st.emails(),
    at=st.datetimes(timezones=st.just(UTC)),
    why=st.text(min_size=1),
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
)
_SWITCHES = st.builds(
    Switch, stopped=st.none() | _STOPS, paused=st.dictionaries(st.sampled_from(TIERS), _STOPS, max_size=3)
)
_COMMANDS = st.builds(
    lambda action, tier: Command(action, tier if action != "stop" else None, "me@example.com", NOW, "why"),
    st.sampled_from(CHANGES),
    st.sampled_from(TIERS),
)


@given(_SWITCHES)
def test_what_is_written_is_read(switch: Switch) -> None:
    assert parse(encode(switch)) == switch


@given(switch=_SWITCHES, commands=st.lists(_COMMANDS, max_size=6))
def test_routers_follow_what_commands_write(
    followed: Callable[[bytes], Any], switch: Switch, commands: list[Command]
) -> None:
    for command in commands:
        switch = changed(switch, command).switch
    read, holding = followed(encode(switch)), switch.holding(NOW)
    for tier in TIERS:
        expected = "stopped" if holding.stopped else "paused" if tier in holding.paused else None
        assert read.cause(tier, NOW) == expected
