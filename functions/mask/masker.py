"""Masking: declared fields by name at any depth, and detected patterns in every text of a case, its names included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from mask import patterns, windows
from mask.folding import fold
from mask.patterns import Detector, Place
from normalise.text import LONGEST_KEPT_NAME, key_form
from route.table import Masking

MASK = "[masked]"
# No replacement has a digit, an @ or a colon, so none can be a part of what is found in a second pass.
REPLACEMENTS = {name: f"[{name}]" for name in ("card", "iban", "email", "phone", "national-id", "ip")}


class Masked(msgspec.Struct, frozen=True):
    """Fields as a model may see them.

    ``hidden`` are the paths that were masked by name (dotted, lists left out, names in key form); ``found`` counts what
    was detected, by pattern.
    """

    fields: dict[str, Any]
    hidden: frozenset[str]
    found: dict[str, int]


class _Name(msgspec.Struct, frozen=True):
    """A name of a field: in key form, as it is shown, whether it hides what it names, and what was found in itself."""

    key: str
    shown: str
    hides: bool
    found: dict[str, int]


_MOST_NAMES = 4096


class Masker:
    """The rules of ``table.Masking``, compiled once, where ``faults`` finds nothing wrong with them.

    ``near`` says which parts of a text are worth a search for numbers.
    """

    def __init__(self, masking: Masking, near: Callable[[str, int], list[Place]] = windows.near) -> None:
        self._named = frozenset(_bare(key_form(name)) for name in masking.fields)
        self._anywhere, self._near_digits = _anywhere(masking), _near_digits(masking)
        fewest, self._reach = _ids(masking)
        self._near = near if fewest >= windows.NEAR_EACH_OTHER else _all_with_a_digit
        self._names: dict[str, _Name] = {}

    def case(self, fields: dict[str, Any]) -> Masked:
        """Mask a case; numbers, dates and truth values are masked by name only, since they are no texts."""
        walk = _Walk(self)
        shown = walk.mapping(fields, "")
        return Masked(shown, frozenset(walk.hidden), walk.found)

    def name(self, name: str) -> _Name:
        """How the name of a field is shown and compared; those that come often are remembered."""
        known = self._names.get(name)
        if known is None:
            key = key_form(name)
            # A flattened name, such as holder.iban, is as good as a nested one.
            hides = _bare(key) in self._named or ("." in key and not self._named.isdisjoint(map(_bare, key.split("."))))
            shown, found = self.text(name)
            known = _Name(key, shown, hides, found)
            if len(name) <= LONGEST_KEPT_NAME and len(self._names) < _MOST_NAMES:
                self._names[name] = known
        return known

    def text(self, text: str) -> tuple[str, dict[str, int]]:
        """Mask what is detected in a text, and count it by pattern; a text that was masked comes out as it is."""
        found: dict[str, int] = {}
        masked = self._once(text, found)
        # What stood beside a number can be one itself once that number is gone.
        while masked is not text:
            text, masked = masked, self._once(masked, found)
        return masked, found

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """Where a text has an identifier, first and past the last character, and of which pattern; in order."""
        folded, where = fold(text)
        looked_at = self._near(folded, self._reach)
        if not looked_at and "@" not in folded and not patterns.has_ip_marks(folded):
            return []
        places, rest = _taken(self._anywhere, folded)
        if looked_at:
            cut = windows.excerpt(rest, looked_at, _TAKEN)
            numbers, _ = _taken(self._near_digits, cut.text)
            places.extend((*cut.place(first, last), name) for first, last, name in numbers)
        if where is not None:
            return sorted((where[first], where[last - 1] + 1, name) for first, last, name in places)
        return sorted(places)

    def _once(self, text: str, found: dict[str, int]) -> str:
        places = self.places(text)
        if not places:
            return text
        parts: list[str] = []
        done = 0
        for first, last, name in places:
            parts += (text[done:first], REPLACEMENTS[name])
            done = last
            found[name] = found.get(name, 0) + 1
        return "".join((*parts, text[done:]))


def _bare(key: str) -> str:
    """Letters and digits only: ``holder_name`` is ``holderName`` or ``holder/name`` in other systems."""
    return "".join(filter(str.isalnum, key)) or key


# Nothing that a detector reads or reads across.
_TAKEN = "\0"
_DIGIT = re.compile("[0-9]")


def faults(masking: Masking) -> Iterator[str]:
    """What cannot be looked for, each in a sentence; with any of them the function must not start."""
    for country in masking.countries:
        if "national-id" in masking.patterns:
            from mask import identity

            yield from identity.faults(country)
        if "phone" in masking.patterns:
            from mask import phone

            yield from phone.faults(country)


def _anywhere(masking: Masking) -> list[tuple[str, Detector]]:
    """What reads the whole text, and finds its own marks at once; in the order in which it takes, the surest first."""
    chosen: list[tuple[str, Detector]] = []
    if "email" in masking.patterns:
        chosen.append(("email", patterns.emails))
    if "iban" in masking.patterns:
        chosen.append(("iban", patterns.ibans))
    if "ip" in masking.patterns:
        chosen.append(("ip", patterns.ip_addresses))
    return chosen


def _near_digits(masking: Masking) -> list[tuple[str, Detector]]:
    """What finds nothing where no digits are near each other; takes what is left, the surest first."""
    chosen: list[tuple[str, Detector]] = []
    if "phone" in masking.patterns:
        # 50 ms to load, so only where it is used.
        from mask import phone

        chosen.append(("phone", phone.international))
    if "card" in masking.patterns:
        chosen.append(("card", patterns.cards))
    if "national-id" in masking.patterns and masking.countries:
        from mask import identity

        chosen.append(("national-id", identity.detector(masking.countries)))
    if "phone" in masking.patterns and masking.countries:
        from mask import phone

        chosen.append(("phone", phone.national(masking.countries)))
    return chosen


def _taken(detectors: list[tuple[str, Detector]], text: str) -> tuple[list[tuple[int, int, str]], str]:
    """What each of them finds in what those before it left, and what all of them leave."""
    places: list[tuple[int, int, str]] = []
    for name, detector in detectors:
        own = [*detector(text)]
        if own:
            own = _joined(own)
            places.extend((first, last, name) for first, last in own)
            text = _without(text, own)
    return places, text


def _without(text: str, places: list[Place]) -> str:
    """The text with these places, which are in order, taken out; all else stays where it is."""
    parts: list[str] = []
    done = 0
    for first, last in places:
        parts += (text[done:first], _TAKEN * (last - first))
        done = last
    return "".join((*parts, text[done:]))


def _ids(masking: Masking) -> tuple[int, int]:
    """How many digits the national ids that are looked for have in a row, and how far they reach beside these."""
    if "national-id" not in masking.patterns or not masking.countries:
        return windows.NEAR_EACH_OTHER, 0
    from mask import identity

    return identity.fewest_digits(masking.countries), identity.reach(masking.countries)


def _all_with_a_digit(text: str, _: int) -> list[Place]:
    """The whole of a text with any digit, for countries whose ids have but few."""
    return [(0, len(text))] if _DIGIT.search(text) else []


def _joined(places: list[Place]) -> list[Place]:
    """Places in order, those that overlap as one."""
    joined: list[Place] = []
    for first, last in sorted(places):
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


class _Walk:
    """One pass over the fields of a case; collects what was hidden and found."""

    def __init__(self, masker: Masker) -> None:
        self.masker = masker
        self.hidden: set[str] = set()
        self.found: dict[str, int] = {}

    def mapping(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for sent, value in raw.items():
            name = self.masker.name(sent)
            shown = name.shown
            if name.found:
                self.count(name.found)
                shown = _apart(shown, raw, result)
            kind = type(value)
            if name.hides:
                self.hidden.add(f"{path}.{name.key}" if path else name.key)
                result[shown] = MASK
            elif kind is str:
                result[shown] = self.text(value)
            elif kind is dict or kind is list:
                below = name.key if shown is name.shown and not name.found else key_form(shown)
                result[shown] = self.value(value, f"{path}.{below}" if path else below)
            else:
                result[shown] = value
        return result

    def value(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return self.mapping(value, path)
        if isinstance(value, list):
            return [self.value(item, path) for item in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        masked, found = self.masker.text(text)
        if found:
            self.count(found)
        return masked

    def count(self, found: dict[str, int]) -> None:
        for pattern, times in found.items():
            self.found[pattern] = self.found.get(pattern, 0) + times


def _apart(shown: str, *taken: dict[str, Any]) -> str:
    """A name that was masked, beside others that may have been as well."""
    unique = shown
    at = 1
    while any(unique in names for names in taken):
        at += 1
        unique = f"{shown} {at}"
    return unique
