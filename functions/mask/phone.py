"""Phone numbers, by ``phonenumbers``, Google's libphonenumber: international ones always, others by country."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher

from mask.patterns import Detector, Place

_GAP = r"[\s\-./()_]{0,3}"
_GROUP = re.compile(r"[0-9]+")
# E.164: at most fifteen digits, of which seven are the fewest that a subscriber has with a country's code.
_INTERNATIONAL = re.compile(rf"(?:\+|(?<![0-9])00(?=[1-9\s])){_GAP}[0-9](?:{_GAP}[0-9]){{6,16}}")
# After capitals and a hyphen stands a reference, such as CLM-2026-000123.
_NATIONAL = re.compile(rf"(?<![A-Z]-)(?<![0-9])\(?[0-9](?:{_GAP}[0-9]){{5,}}")
_WORTH_A_LOOK = re.compile(rf"[0-9](?:{_GAP}[0-9]){{5}}")
# What libphonenumber does not take for a mark between the parts of a number.
_MARKS = str.maketrans("_\n\t", "   ")


class UnknownRegionError(ValueError):
    """A country without a numbering plan."""


def international(text: str) -> Iterator[Place]:
    """Numbers that begin with + or 00 and the code of a country."""
    if "+" not in text and "00" not in text:
        return
    for found in _INTERNATIONAL.finditer(text):
        end = _end(found[0])
        if end is not None:
            yield found.start(), found.start() + end


def _end(written: str) -> int | None:
    """Where a number ends that may be followed by another: the longest that is in use, or that could be."""
    body = 1 if written.startswith("+") else 2
    ends = [group.end() for group in _GROUP.finditer(written, body)]
    could_be = None
    for end in reversed(ends):
        digits = "".join(_GROUP.findall(written[body:end]))
        try:
            number = phonenumbers.parse(f"+{digits}")
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return end
        if could_be is None and body == 1 and phonenumbers.is_possible_number(number):
            could_be = end
    return could_be


def national(countries: list[str]) -> Detector:
    """What finds the numbers of these countries (ISO 3166-1 alpha-2) as they are dialled there.

    Raises UnknownRegionError.
    """
    for country in countries:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise UnknownRegionError(f"masking.countries names {country}, which has no numbering plan")

    def phones(text: str) -> Iterator[Place]:
        if not _WORTH_A_LOOK.search(text):
            return
        for run in _NATIONAL.finditer(text):
            written = run[0].translate(_MARKS)
            for country in countries:
                for match in PhoneNumberMatcher(written, country, Leniency.VALID, max_tries=_MOST_TRIES):
                    yield run.start() + match.start, run.start() + match.end

    return phones


# Of one run of digits; a page of digits costs no more than this.
_MOST_TRIES = 50
