"""Where the digits of a text are: groups of them, and runs of groups with a short gap between.

They are looked for once. Most texts have few, and a number that somebody could be known by is in a run or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import accumulate

import msgspec

Place = tuple[int, int]

_LONGEST_GAP = 3
# What people put between the parts of any number. What one kind of number has between its parts is a part of this.
_GAP = re.compile(rf"[\s\-./()_]{{1,{_LONGEST_GAP}}}")
# A longer run is a page of digits, of which nothing is ruled out by counting.
_MOST_GROUPS = 24


class Run(msgspec.Struct, frozen=True, gc=False):
    """Groups of digits with a gap of three signs at most between each and the next.

    ``size`` is how many digits it has; ``totals``, how many any one group has, or several that follow each other: None
    where that is not known.
    """

    first: int
    last: int
    size: int
    totals: Collection[int] | None

    def can_be(self, digits: int) -> bool:
        """Whether a number of so many digits, which begins and ends with groups, can be in the run."""
        return self.totals is None or digits in self.totals


class Digits(msgspec.Struct, frozen=True, gc=False):
    """The places of all groups of a text, and its runs with at least as many digits as were asked for; in order."""

    groups: list[Place]
    runs: list[Run]


Find = Callable[[str, int], Digits]


def find(text: str, fewest: int = 1) -> Digits:
    """The groups of a text, and its runs of ``fewest`` digits or more; digits are those of ASCII."""
    found = groups(text)
    return Digits(found, _runs(text, found, fewest) if found else [])


_CLASSES = bytes(0x30 if chr(byte) in "0123456789" else 0x20 for byte in range(256))


def groups(text: str) -> list[Place]:
    """Digits that follow each other, in order: first and past the last."""
    # One byte is found many times faster than one sign of ten, and what is not ASCII becomes one question mark.
    classes = text.encode("ascii", "replace").translate(_CLASSES)
    found: list[Place] = []
    first = classes.find(b"0")
    while first >= 0:
        last = classes.find(b" ", first)
        if last < 0:
            last = len(classes)
        found.append((first, last))
        first = classes.find(b"0", last)
    return found


def _runs(text: str, groups: list[Place], fewest: int) -> list[Run]:
    found: list[Run] = []
    begin, past = groups[0]
    lengths = [past - begin]
    for first, last in groups[1:]:
        if first - past > _LONGEST_GAP or _GAP.fullmatch(text, past, first) is None:
            count = sum(lengths)
            if count >= fewest:
                found.append(Run(begin, past, count, _totals(lengths)))
            begin = first
            lengths = []
        lengths.append(last - first)
        past = last
    count = sum(lengths)
    if count >= fewest:
        found.append(Run(begin, past, count, _totals(lengths)))
    return found


def _totals(lengths: list[int]) -> Collection[int] | None:
    if len(lengths) == 1:
        return lengths
    if len(lengths) > _MOST_GROUPS:
        return None
    return {total for at in range(len(lengths)) for total in accumulate(lengths[at:])}
