"""National ids: the numbers by which a country knows a person, checked by ``idnumbers`` for the declared countries."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from idnumbers.registry import resolve_country

from mask.digits import Digits, Place, Run
from mask.patterns import GAP, MOST_CHECKS, Detector, Tried, without_days

# What these ids stand for: an organisation, not a person.
_NO_PERSON = re.compile("Business|Entity|Entities|Legal|VAT")


class _Shape(NamedTuple):
    """One form of ids, and those who know whether signs of that form are an id.

    ``digits`` is how many digits it has in a run, at least; ``exactly`` whether it is made of those and of gaps only.
    ``beside`` is how many characters it has, and reads, beside its run, at most.
    """

    pattern: re.Pattern[str]
    digits: int
    exactly: bool
    beside: int
    kinds: list[tuple[Any, str]]

    def places(self, text: str, runs: list[Run]) -> list[Place]:
        """Where a text may have such ids. One without digits that follow each other may be anywhere."""
        if self.digits <= 1:
            return [(0, len(text))]
        return [
            (max(0, run.first - self.beside), run.last + self.beside)
            for run in runs
            if run.size >= self.digits and (not self.exactly or run.can_be(self.digits))
        ]


def detector(countries: list[str]) -> Detector:
    """What finds the national ids of these countries (ISO 3166-1 alpha-2)."""
    shapes: dict[str, _Shape] = {}
    for kind in (kind for country in countries for kind in _kinds(country)):
        for mask in kind.METADATA.masks:
            pattern = _pattern(mask, checked=bool(kind.METADATA.checksum))
            exactly = not set(mask) & {"L", "X", "*"}
            shape = _Shape(re.compile(pattern), _digits(mask), exactly, _beside(mask), [])
            kinds = shapes.setdefault(pattern, shape).kinds
            # Masks that differ in their separators alone have one shape, and one of them says it all.
            if kind not in [one for one, _ in kinds]:
                kinds.append((kind, mask))
    known = list(shapes.values())
    exact = frozenset(shape.digits for shape in known) if all(shape.exactly for shape in known) else None

    def national_ids(text: str, digits: Digits, tried: Tried) -> list[Place]:
        ids: list[Place] = []
        if exact is not None and all(run.totals is not None and exact.isdisjoint(run.totals) for run in digits.runs):
            return ids
        if not digits.runs:
            return ids
        searched = None
        for shape in known:
            checked = tried.get(shape.pattern, 0)
            for first, last in shape.places(text, digits.runs):
                searched = without_days(text, digits) if searched is None else searched
                for found in shape.pattern.finditer(searched, first, last):
                    checked += 1
                    if checked > MOST_CHECKS or any(_valid(kind, mask, found.groups()) for kind, mask in shape.kinds):
                        ids.append((found.start(1), found.end(shape.pattern.groups)))
            tried[shape.pattern] = checked
        return ids

    return national_ids


def faults(country: str) -> Iterator[str]:
    """What is wrong with a country whose ids are to be found."""
    if resolve_country(country) is None:
        yield f"masking.countries names {country}, whose national ids cannot be checked; mask them by name, remove it"


def fewest_digits(countries: list[str]) -> int:
    """How many digits follow each other in the id with the fewest in these countries."""
    return min(map(_digits, _masks(countries)))


def _masks(countries: list[str]) -> list[str]:
    return [mask for country in countries for kind in _kinds(country) for mask in kind.METADATA.masks]


def _digits(mask: str) -> int:
    """The most digits that follow each other in a mask, whatever separates them."""
    return max((found.count("#") for found in _FOLLOWING.findall(mask)), default=0)


_FOLLOWING = re.compile(r"#(?:[ \-./()]*#)*")


def _beside(mask: str) -> int:
    longest = max(_FOLLOWING.finditer(mask), key=lambda found: found[0].count("#"), default=None)
    signs = len(mask) if longest is None else max(longest.start(), len(mask) - longest.end())
    # Each sign with the gap before it, and one more character by which the id is told apart from a longer one.
    return 4 * signs + 2


def _kinds(country: str) -> Iterator[Any]:
    module = importlib.import_module(f"idnumbers.nationalid.{resolve_country(country)}")
    for kind in {id(kind): kind for kind in vars(module).values() if hasattr(kind, "METADATA")}.values():
        data = kind.METADATA
        if data.alias_of is None and not _NO_PERSON.search(data.id_type):
            yield kind


# What stands in a mask of idnumbers: a digit, a letter, either, or any sign; everything else separates.
_SLOTS = {"#": "([0-9])", "L": "([A-Za-z])", "X": "([0-9A-Za-z])", "*": r"(\S)"}


def _pattern(mask: str, *, checked: bool) -> str:
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
