"""Waivers: what is accepted, whom they cover, how long they count."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lockgate.errors import InputError
from lockgate.policy.waivers import FORMAT, Waiver, load

FILE = "stacks/claims-triage/waivers.yaml"
GOOD = {
    "rule": "NET-004",
    "resource": "router",
    "owner": "platform@example.com",
    "ticket": "SEC-1234",
    "reason": "The partner's gateway moves to Private Service Connect in January.",
    "expires": "2027-01-31",
}
URN = "urn:pulumi:test::lockgate::gcp:cloudrunv2/service:Service::router"


def text(**changes: Any) -> bytes:
    item = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    return yaml.safe_dump({"format": FORMAT, "waivers": [item]}, sort_keys=False).encode()


def test_a_waiver_is_read_with_its_place() -> None:
    assert load(text(), FILE) == (
        Waiver(
            rule="NET-004",
            resource="router",
            owner="platform@example.com",
            ticket="SEC-1234",
            reason=str(GOOD["reason"]),
            expires=datetime.date(2027, 1, 31),
            place=f"{FILE}:3",
        ),
    )


def test_an_unquoted_date_is_a_date() -> None:
    assert load(text().replace(b"'2027-01-31'", b"2027-01-31"), FILE)[0].expires == datetime.date(2027, 1, 31)


def test_without_a_resource_it_is_about_the_stack() -> None:
    (waiver,) = load(text(resource=...), FILE)
    assert waiver.covers("NET-004", None)
    assert not waiver.covers("NET-004", URN)
    assert not waiver.covers("NET-005", None)


@pytest.mark.parametrize(("resource", "covers"), [("router", True), (URN, True), ("route", False), ("outer", False)])
def test_with_a_resource_it_is_about_that_one(resource: str, covers: bool) -> None:
    (waiver,) = load(text(resource=resource), FILE)
    assert waiver.covers("NET-004", URN) is covers
    assert not waiver.covers("NET-004", None)
    assert not waiver.covers("NET-003", URN)


@pytest.mark.parametrize(
    ("changes", "line", "named"),
    [
        ({"rule": "net-004"}, 3, "waivers[0].rule: 'net-004' is not the id of a rule"),
        ({"rule": "*"}, 3, "is not the id of a rule"),
        ({"rule": ...}, 3, "waivers[0].rule: expected text"),
        ({"owner": "Ada Lovelace"}, 5, "is not the mailbox of a role"),
        ({"owner": ...}, 3, "waivers[0].owner: expected text of at most 1000 characters, got nothing"),
        ({"ticket": "TBD"}, 6, "is a placeholder"),
        ({"ticket": "  "}, 6, "waivers[0].ticket: expected text"),
        ({"ticket": 1234}, 6, "waivers[0].ticket: expected text"),
        ({"reason": "because"}, 7, "shorter than 20 characters"),
        ({"reason": "todo: write down the reason for this"}, 7, "is a placeholder"),
        ({"reason": "x" * 1001}, 7, "at most 1000 characters"),
        ({"expires": "2027-02-30"}, 8, "is not a date"),
        ({"expires": "31.01.2027"}, 8, "is not a date"),
        ({"expires": "never"}, 8, "is not a date"),
        ({"expires": ...}, 3, "waivers[0].expires: expected text"),
        ({"until": "2027-01-31"}, 9, "unknown key"),
        ({"resource": ""}, 4, "waivers[0].resource: expected text"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(changes: dict[str, Any], line: int, named: str) -> None:
    with pytest.raises(InputError) as error:
        load(text(**changes), FILE)
    lines = str(error.value).splitlines()
    assert any(item.startswith(f"{FILE}:{line}: ") and named in item for item in lines), lines


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InputError) as error:
        load(text(owner="me", expires="soon", ticket="n/a"), FILE)
    assert len(str(error.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "the file is empty"),
        (b"waivers: []\n", "expected lockgate.waivers/1"),
        (b"format: lockgate.waivers/2\nwaivers: []\n", "format is 'lockgate.waivers/2'"),
        (b"format: lockgate.waivers/1\n", "waivers is not a list"),
        (b"format: lockgate.waivers/1\nwaivers: {}\n", "waivers is not a list"),
        (b"format: lockgate.waivers/1\nwaivers: [all]\n", "expected a waiver with rule, resource"),
        (b"format: lockgate.waivers/1\nwaivers: []\nwaiver: []\n", "unknown key 'waiver'"),
        (b"[]", "waivers.yaml:1:1"),
        (b"format: [", "waivers.yaml:2:1: not YAML"),
        (b"format: &a lockgate.waivers/1\nwaivers: [*a]\n", "anchor"),
        (b"format: lockgate.waivers/1\nwaivers: !!python/object:os.system []\n", "tag"),
        (b"format: \xff\n", "not UTF-8"),
    ],
)
def test_hostile_or_wrong_files_are_refused(raw: bytes, named: str) -> None:
    with pytest.raises(InputError) as error:
        load(raw, FILE)
    assert named in str(error.value)
    assert FILE in str(error.value)


def test_an_empty_list_is_fine() -> None:
    assert load(b"format: lockgate.waivers/1\nwaivers: []\n", FILE) == ()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(InputError):  # anything else that is raised fails the test
        assert isinstance(load(raw, FILE), tuple)


values = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.lists(st.text(max_size=3), max_size=2)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*GOOD, "more"), values)))
def test_any_waiver_is_read_or_refused(changes: dict[str, Any]) -> None:
    with contextlib.suppress(InputError):
        (waiver,) = load(text(**changes), FILE)
        assert set(changes) <= set(GOOD)
        assert len(waiver.reason) >= 20 or len(str(changes["reason"])) >= 20
        assert "@" in waiver.owner


def at(day: str, hour: int = 12) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


@pytest.mark.parametrize(
    ("now", "why_not"),
    [
        (at("2026-11-02"), None),
        (at("2027-01-31", 23), None),
        (at("2027-02-01", 0), "expired on 2027-01-31"),
        (at("2026-11-01"), "2027-01-31 is more than 90 days ahead"),
        # Midnight in UTC counts, wherever the clock stands that was handed in.
        (datetime.datetime.fromisoformat("2027-02-01T00:30:00+02:00"), None),
        (datetime.datetime.fromisoformat("2027-01-31T23:30:00-02:00"), "expired"),
    ],
)
def test_it_counts_to_the_end_of_its_day_and_not_too_far_ahead(now: datetime.datetime, why_not: str | None) -> None:
    (waiver,) = load(text(), FILE)
    standing = waiver.standing(now, 90)
    if why_not is None:
        assert standing is None
    else:
        assert standing is not None
        assert why_not in standing
        assert "platform@example.com (SEC-1234)" in standing


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(-400, 400), st.integers(0, 365))
def test_it_counts_exactly_from_today_to_the_longest_time(today: datetime.date, days: int, longest: int) -> None:
    (waiver,) = load(text(expires=str(today + datetime.timedelta(days=days))), FILE)
    now = datetime.datetime.combine(today, datetime.time(23, 59), datetime.UTC)
    assert (waiver.standing(now, longest) is None) == (0 <= days <= longest)
