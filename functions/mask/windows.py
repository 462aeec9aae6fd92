"""Windows: the parts of a text that have digits near each other, since most identifiers can be nowhere else."""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

from mask.patterns import Place

# A card has twelve digits near each other, a phone number six, a national id those of ``identity.fewest_digits``.
NEAR_EACH_OTHER = 5
# Seven signs are a letter with a gap on both sides; no gap between digits is longer than three.
_CLUSTER = re.compile(rf"[0-9](?:[^0-9]{{0,7}}+[0-9]){{{NEAR_EACH_OTHER - 1},}}+")
# What a number reads beside its digits: a + and a gap, a bracket and a reference's hyphen, the rest of a date.
_BESIDE = 6


def near(text: str, reach: int) -> list[Place]:
    """Where digits are near each other, with what belongs to them: ``reach`` characters on both sides; in order.

    A cluster is as long as it can be, so a number has all of its near digits in one. What it reads beyond them is less
    than the window has, so it is found here if and only if it is found in the whole text.
    """
    # One character is found many times faster than one of ten, and long instructions often have no digit.
    if not any(map(text.__contains__, "0123456789")):
        return []
    reach = max(reach, _BESIDE)
    found: list[Place] = []
    for cluster in _CLUSTER.finditer(text):
        first, last = max(0, cluster.start() - reach), min(len(text), cluster.end() + reach)
        if found and first <= found[-1][1]:
            first = found.pop()[0]
        found.append((first, last))
    # With most of the text in windows, to cut it out costs more than to read it all.
    if 2 * sum(last - first for first, last in found) > len(text):
        return [(0, len(text))]
    return found


class Excerpt(msgspec.Struct, frozen=True):
    """Windows of a text as one, each apart from the next by a sign that no number has within its reach."""

    text: str
    starts: list[int]
    moved: list[int]

    def place(self, first: int, last: int) -> Place:
        """Where a place of the excerpt, which lies in one window, is in the text."""
        by = self.moved[bisect_right(self.starts, first) - 1]
        return first + by, last + by


def excerpt(text: str, windows: list[Place], between: str) -> Excerpt:
    """The windows of a text, which are in order and do not overlap, with ``between``, one character, between them."""
    starts: list[int] = []
    moved: list[int] = []
    at = 0
    for first, last in windows:
        starts.append(at)
        moved.append(first - at)
        at += last - first + 1
    return Excerpt(between.join([text[first:last] for first, last in windows]), starts, moved)
