"""``--at``: which moments are meant."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockgate.cli import clock
from lockgate.errors import InputError

NOW = datetime(2026, 11, 22, 18, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))


def test_without_a_date_it_is_now() -> None:
    assert clock.moment(None, NOW) == datetime(2026, 11, 22, 16, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "meant"),
    [
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T12:00:00Z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("2026-11-22t12:00:00z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("2026-11-22T12:00:00.75+05:30", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_dates_and_date_times(at: str, meant: datetime) -> None:
    assert clock.moment(at, NOW) == meant


@pytest.mark.parametrize(
    "at",
    [
        *("", "today", "2026-13-01", "2026-02-29", "20261122", "2026-11-22T12:00", "2026-11-22T12:00:00", "2026-W47-7"),
        *("٢٠٢٦-11-22", "2026-11-22T25:00:00Z", "0001-01-01T00:00:00+14:00", " 2026-11-22", "2026-11-22\n"),
    ],
)
def test_anything_else_is_refused_with_an_example(at: str) -> None:
    with pytest.raises(InputError, match=r"RFC 3339, such as 2026-11-22"):
        clock.moment(at, NOW)


@given(st.text(max_size=30))
def test_no_text_is_anything_but_a_moment_or_refused(at: str) -> None:
    with contextlib.suppress(InputError):
        assert clock.moment(at, NOW).tzinfo is UTC


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
def test_what_is_written_is_read_back(when: datetime) -> None:
    moment = when.replace(tzinfo=UTC, microsecond=0)
    assert clock.moment(moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"), NOW) == moment
