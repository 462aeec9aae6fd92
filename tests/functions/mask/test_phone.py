"""Phone numbers as they are written and dialled: which are found, and where each begins and ends."""

from __future__ import annotations

import pytest
from mask import patterns, phone
from mask.digits import find


def found(text: str, *, abroad: bool = True) -> list[str]:
    """What the detectors of Germany's and the Netherlands' numbers find."""
    detectors = [phone.national(["DE", "NL"])] + ([phone.international] if abroad else [])
    places = [place for one in detectors for place in one(text, find(text, phone.FEWEST_DIGITS), {})]
    return [text[first:last] for first, last in sorted(places)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("call 030901820 now", ["030901820"]),
        ("call (030901820 now", ["(030901820"]),
        ("call +4930901820 now", ["+4930901820"]),
        ("call + 4930901820 now", ["+ 4930901820"]),
        ("call 004930901820 now", ["004930901820"]),
        ("call 015112345678.", ["015112345678"]),
        ("x030901820y", ["030901820"]),
        ("call 000030901820 now", []),
        ("claim CLM-030901820", []),
        ("claim A-(030901820", ["(030901820"]),
        ("claim a-030901820", ["030901820"]),
        ("claim 30901820", []),
        ("01.02.1950 and 030901820", ["030901820"]),
    ],
)
def test_a_number_without_a_gap(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


def test_of_too_many_numbers_those_that_are_left_are_hidden_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone, "MOST_CHECKS", 2)
    text = "10000001 ;;; 10000002 ;;; 10000003 ;;; 10000004"
    assert found(text, abroad=False) == ["10000003", "10000004"]
    assert patterns.MOST_CHECKS > 2
