"""Phone numbers, by ``phonenumbers``, Google's libphonenumber: international ones always, others by country."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata

from mask.digits import Digits, Place, Run
from mask.patterns import MOST_CHECKS, Detector, Tried, without_days

FEWEST_DIGITS = 6
_GAP = r"[\s\-./()_]{0,3}"
_GROUP = re.compile(r"[0-9]+")
# E.164: at most fifteen digits.
_MOST_DIGITS = 15
# With what is dialled before them at home.
_MOST_DIALLED = _MOST_DIGITS + 2
# No code of a country begins with a zero.
_START = re.compile(rf"(?:\+|(?<![0-9])00)(?={_GAP}[1-9])")
# Behind the + or the 00.
_FEWEST_ABROAD = 7
_DIGITS = re.compile(rf"{_GAP}[0-9](?:{_GAP}[0-9]){{{_FEWEST_ABROAD - 1},}}")
# After capitals and a hyphen stands a reference, such as CLM-2026-000123.
_REFERENCE = re.compile("[A-Z]-")
_RUN = re.compile(rf"(?<!{_REFERENCE.pattern})(?<![0-9])\(?[0-9](?:{_GAP}[0-9]){{{FEWEST_DIGITS - 1},}}")


def international(text: str, digits: Digits, tried: Tried) -> list[Place]:
    """Numbers that begin with + or 00 and the code of a country."""
    found: list[Place] = []
    known = tried.get(international, 0)
    for start, number in _abroad(text, digits):
        windows = list(_windows([group.span() for group in _GROUP.finditer(number[0])], number[0]))
        known += len(windows)
        if known > MOST_CHECKS:
            found.append((start.start(), number.end()))
        elif (end := _end(windows, sure=start[0] == "+")) is not None:
            found.append((start.start(), start.end() + end))
    tried[international] = known
    return found


# A + and the gap behind it.
_PLUS_BEFORE = 4


def _abroad(text: str, digits: Digits) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """What a number from abroad could begin with, and the digits behind it."""
    if "+" in text or "00" in text:
        for run in digits.runs:
            if run.size >= _FEWEST_ABROAD and not _only_at_home(text, run):
                for start in _START.finditer(text, max(0, run.first - _PLUS_BEFORE), run.last):
                    number = _DIGITS.match(text, start.end(), start.end() + 4 * _MOST_DIGITS)
                    if number is not None:
                        yield start, number


def _only_at_home(text: str, run: Run) -> bool:
    """Whether a run is one number, as most are, that begins with neither a + nor the 00 of a country."""
    number = text[run.first : run.last]
    plain = number.isdecimal() and "+" not in text[max(0, run.first - _PLUS_BEFORE) : run.first]
    return plain and (not number.startswith("00") or number[2] == "0")


def _end(windows: list[tuple[str, int]], *, sure: bool) -> int | None:
    """Where a number ends that others may follow: the longest in use, or, where a + makes it sure, that could be."""
    could_be = None
    for digits, end in reversed(windows):
        number = _parsed(f"+{digits}", None)
        if number is None:
            continue
        if phonenumbers.is_valid_number(number):
            return end
        if sure and could_be is None and phonenumbers.is_possible_number(number):
            could_be = end
    return could_be


def _windows(groups: list[Place], text: str) -> Iterator[tuple[str, int]]:
    """The digits of one group, of two, and so on, while they could be a number, and where the last of them ends."""
    digits = ""
    for first, last in groups:
        digits += text[first:last]
        if len(digits) > _MOST_DIALLED:
            return
        if len(digits) > 5:
            yield digits, last


def _parsed(digits: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except NumberParseException:
        return None


class _Plan:
    """How the numbers of a country are dialled there; raises ValueError where it has no numbering plan."""

    def __init__(self, country: str) -> None:
        data = PhoneMetadata.metadata_for_region(country)
        if data is None or data.general_desc is None:
            raise ValueError(f"{country} has no numbering plan")
        self.country = country
        prefix = data.national_prefix or ""
        required = any(
            prefix in (form.national_prefix_formatting_rule or "") and not form.national_prefix_optional_when_formatting
            for form in data.number_format
            if prefix
        )
        # Seven are the fewest by which anybody is called from another town.
        lengths = "|".join(f"[0-9]{{{length}}}" for length in data.general_desc.possible_length if length >= 7)
        # Where a country's numbers are written otherwise than they are dialled, only libphonenumber can tell.
        told_apart = data.national_prefix_transform_rule is None
        number = rf"(?=(?:{lengths})\Z)(?:{data.general_desc.national_number_pattern})" if told_apart else "[0-9]*"
        self.dialled = re.compile(f"{prefix}{number}" if required or not prefix else f"{prefix}{number}|{number}")

    def has(self, digits: str) -> bool:
        """Whether these digits are a number in use; most are told apart before libphonenumber is asked."""
        if self.dialled.fullmatch(digits) is None or len(digits) > _MOST_DIALLED:
            return False
        number = _parsed(digits, self.country)
        return number is not None and phonenumbers.is_valid_number(number)


def national(countries: list[str]) -> Detector:
    """What finds the numbers of these countries (ISO 3166-1 alpha-2) as they are dialled there."""
    plans = [_Plan(country) for country in countries]

    def phones(text: str, digits: Digits, tried: Tried) -> list[Place]:
        found: list[Place] = []
        known = tried.get(national, 0)
        searched = None
        for near in digits.runs:
            if near.size < FEWEST_DIGITS:
                continue
            # Most numbers are written without a gap, and are no day.
            if (number := text[near.first : near.last]).isdecimal():
                before = text[max(0, near.first - 2) : near.first]
                if not _REFERENCE.fullmatch(before):
                    known += 1
                    if known > MOST_CHECKS or any(plan.has(number) for plan in plans):
                        found.append((near.first - before.endswith("("), near.last))
                continue
            searched = without_days(text, digits) if searched is None else searched
            # With the bracket that a number may begin with.
            for run in _RUN.finditer(searched, max(0, near.first - 1), near.last):
                written, offset = run[0], run.start()
                if written.isdecimal():
                    known += 1
                    if known > MOST_CHECKS or any(plan.has(written) for plan in plans):
                        found.append((offset, run.end()))
                    continue
                groups = [group.span() for group in _GROUP.finditer(written)]
                past = 0
                for at, (first, _) in enumerate(groups):
                    if first < past:
                        continue
                    windows = [*_windows(groups[at : at + _MOST_DIALLED], written)]
                    known += len(windows)
                    if known > MOST_CHECKS:
                        found.append((offset + first, run.end()))
                        break
                    past = max((end for number, end in windows for plan in plans if plan.has(number)), default=past)
                    if past > first:
                        found.append((offset + first - (written[first - 1 : first] == "("), offset + past))
        tried[national] = known
        return found

    return phones


def faults(country: str) -> Iterator[str]:
    """What is wrong with a country whose numbers are to be found."""
    if country not in phonenumbers.SUPPORTED_REGIONS:
        yield f"masking.countries names {country}, which has no numbering plan; remove it"
