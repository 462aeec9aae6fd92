"""National ids: the numbers by which a country knows a person, checked by ``idnumbers`` for the declared countries."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

from idnumbers.registry import resolve_country

from mask.patterns import GAP, MOST_CHECKS, Detector, Place, without_days

# What these ids stand for: an organisation, not a person.
_NO_PERSON = re.compile("Business|Entity|Entities|Legal|VAT")


def detector(countries: list[str]) -> Detector:
    """What finds the national ids of these countries (ISO 3166-1 alpha-2)."""
    kinds = [kind for country in countries for kind in _kinds(country)]
    readings: dict[str, tuple[int, list[tuple[Any, str]]]] = {}
    for kind in kinds:
        for mask in kind.METADATA.masks:
            shape = _shape(mask, checked=bool(kind.METADATA.checksum))
            pairs = readings.setdefault(shape, (_digits(mask), []))[1]
            # Masks that differ in their separators alone have one shape, and one of them says it all.
            if kind not in [known for known, _ in pairs]:
                pairs.append((kind, mask))
    shapes = [(_near(digits), re.compile(shape), pairs) for shape, (digits, pairs) in readings.items()]

    def national_ids(text: str) -> Iterator[Place]:
        searched = None
        for near, pattern, pairs in shapes:
            if near is None or near.search(text):
                searched = without_days(text) if searched is None else searched
                for tried, found in enumerate(pattern.finditer(searched)):
                    if tried > MOST_CHECKS or any(_valid(kind, mask, found.groups()) for kind, mask in pairs):
                        yield found.start(1), found.end(len(found.groups()))

    return national_ids


def faults(country: str) -> Iterator[str]:
    """What is wrong with a country whose ids are to be found."""
    if resolve_country(country) is None:
        yield f"masking.countries names {country}, whose national ids cannot be checked; mask them by name, remove it"


def fewest_digits(countries: list[str]) -> int:
    """How many digits follow each other in the id with the fewest in these countries."""
    return min(map(_digits, _masks(countries)))


def reach(countries: list[str]) -> int:
    """How many characters an id of these countries, and what it reads around it, has beside its longest digits."""
    longest = 0
    for mask in _masks(countries):
        digits = max(_FOLLOWING.finditer(mask), key=lambda found: found[0].count("#"), default=None)
        signs = len(mask) if digits is None else max(digits.start(), len(mask) - digits.end())
        longest = max(longest, signs)
    # Each sign with the gap before it, and one more character by which the id is told apart from a longer one.
    return 4 * longest + 2


def _masks(countries: list[str]) -> list[str]:
    return [mask for country in countries for kind in _kinds(country) for mask in kind.METADATA.masks]


def _digits(mask: str) -> int:
    """The most digits that follow each other in a mask, whatever separates them."""
    return max((found.count("#") for found in _FOLLOWING.findall(mask)), default=0)


_FOLLOWING = re.compile(r"#(?:[ \-./()]*#)*")


def _near(digits: int) -> re.Pattern[str] | None:
    """What has to be in a text before it is worth a search sign by sign."""
    return re.compile(rf"[0-9](?:[\s\-./_(]{{0,3}}[0-9]){{{digits - 1}}}") if digits > 1 else None


def _kinds(country: str) -> Iterator[Any]:
    module = importlib.import_module(f"idnumbers.nationalid.{resolve_country(country)}")
    for kind in {id(kind): kind for kind in vars(module).values() if hasattr(kind, "METADATA")}.values():
        data = kind.METADATA
        if data.alias_of is None and not _NO_PERSON.search(data.id_type):
            yield kind


# What stands in a mask of idnumbers: a digit, a letter, either, or any sign; everything else separates.
_SLOTS = {"#": "([0-9])", "L": "([A-Za-z])", "X": "([0-9A-Za-z])", "*": r"(\S)"}


def _shape(mask: str, *, checked: bool) -> str:
    """A pattern with a group for each sign, which looks ahead, so that numbers that overlap are all tried.

    Where a check digit or letters tell the id from other numbers, its parts may be set apart in any way. Digits without
    a check are found only as the country writes them, or every number of that length would be taken.
    """
    loose = checked or "L" in mask
    mask = mask.strip("()-./ ")
    parts: list[str] = []
    for sign in mask:
        if sign in _SLOTS:
            parts.append((GAP if loose and parts else "") + _SLOTS[sign])
        elif not loose:
            parts.append(r"[\s\-./_(]{1,3}")
    before, after = (r"[^\W_]" if mask[at] in "LX" else "[0-9]" for at in (0, -1))
    # The first sign comes first, and only then what must not be before it: so a search skips all that is no such sign.
    return f"{parts[0]}(?<!{before}{parts[0][1:-1]})(?={''.join(parts[1:])}(?!{after}))"


def _valid(kind: Any, mask: str, signs: tuple[str, ...]) -> bool:
    rest = iter("".join(signs).upper())
    written = "".join(next(rest) if sign in _SLOTS else sign for sign in mask)
    try:
        return bool(kind.validate(written))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # What the check itself stumbles over is hidden rather than shown.
        return True
