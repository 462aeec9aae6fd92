"""Masking: declared fields by name at any depth, and detected patterns in every text of a case, its names included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mask import digits, patterns
from mask.digits import Digits, Find, Place
from mask.folding import fold
from mask.patterns import Detector, Tried
from normalise.text import LONGEST_KEPT_NAME, key_form, without_indices
from route.table import Masking

MASK = "[masked]"
# No replacement has a digit, an @ or a colon, so none can be a part of what is found in a second pass.
REPLACEMENTS = {name: f"[{name}]" for name in ("card", "iban", "email", "phone", "national-id", "ip")}


class Masked(msgspec.Struct, frozen=True, gc=False):
    """Fields as a model may see them.

    ``hidden`` are the paths that were masked by name (dotted, lists left out, names in key form); ``found`` counts what
    was detected, by pattern.
    """

    fields: dict[str, Any]
    hidden: frozenset[str]
    found: dict[str, int]


class _Name(msgspec.Struct, frozen=True, gc=False):
    """A name of a field: in key form, as it is shown, whether it hides what it names, and what was found in itself."""

    key: str
    shown: str
    hides: bool
    found: dict[str, int]


_MOST_NAMES = 4096
_MOST_INSTRUCTIONS = 64
_LONGEST_INSTRUCTION = 1 << 16


class Masker:
    """The rules of ``table.Masking``, compiled once, where ``faults`` finds nothing wrong with them.

    ``find`` says where a text has digits, and so which parts of it are worth a search for numbers.
    """

    def __init__(self, masking: Masking, find: Find = digits.find) -> None:
        self._named = frozenset(_bare(key_form(name)) for name in masking.fields)
        # holder.iban is also the iban within the holder.
        self.nested = [tuple(map(_bare, key_form(name).split("."))) for name in masking.fields if "." in name]
        self._detectors = _detectors(masking)
        self._find = find
        self._fewest = _fewest_digits(masking)
        self._names: dict[str, _Name] = {}
        self._instructions: dict[str, tuple[str, dict[str, int]]] = {}

    def case(self, fields: dict[str, Any]) -> Masked:
        """Mask a case; numbers, dates and truth values are masked by name only, since they are no texts."""
        walk = _Walk(self)
        shown = walk.mapping(fields, "")
        return Masked(shown, frozenset(walk.hidden), walk.found)

    def name(self, name: str, tried: Tried | None = None) -> _Name:
        """How the name of a field is shown and compared; those that come often are remembered."""
        known = self._names.get(name)
        if known is None:
            key = key_form(name)
            # A flattened name, such as holder.iban or iban[0], is as good as a nested one.
            flat = without_indices(key)
            hides = _bare(flat) in self._named or not self._named.isdisjoint(map(_bare, flat.split(".")))
            shown, found = self.text(name, tried)
            known = _Name(key, shown, hides, found)
            if len(name) <= LONGEST_KEPT_NAME and len(self._names) < _MOST_NAMES:
                self._names[name] = known
        return known

    def text(self, text: str, tried: Tried | None = None) -> tuple[str, dict[str, int]]:
        """Mask what is detected in a text, and count it by pattern; a text that was masked comes out as it is.

        ``tried`` is handed to each text of one request, which together have no more numbers checked than one.
        """
        found: dict[str, int] = {}
        tried = {} if tried is None else tried
        masked = self._once(text, found, tried)
        # What stood beside a number can be one itself once that number is gone.
        while masked is not text:
            text, masked = masked, self._once(masked, found, tried)
        return masked, found

    def instruction(self, text: str, tried: Tried | None = None) -> tuple[str, dict[str, int]]:
        """As ``text``, for what an assistant's developers say with each request: it is remembered."""
        known = self._instructions.get(text)
        if known is None:
            known = self.text(text, tried)
            if len(text) <= _LONGEST_INSTRUCTION:
                if len(self._instructions) >= _MOST_INSTRUCTIONS:
                    self._instructions.clear()
                self._instructions[text] = known
        return known

    def places(self, text: str, tried: Tried | None = None) -> list[tuple[int, int, str]]:
        """Where a text has an identifier, first and past the last character, and of which pattern; in order."""
        folded, where = fold(text)
        found = self._find(folded, self._fewest)
        # An address has an @, an IP address without digits has colons, and everything else has digits.
        if not found.groups and "@" not in folded and ":" not in folded:
            return []
        places = _found(self._detectors, folded, found, {} if tried is None else tried)
        if not places:
            return []
        if where is not None:
            return sorted((where[first], where[last - 1] + 1, name) for first, last, name in places)
        return sorted(places)

    def _once(self, text: str, found: dict[str, int], tried: Tried) -> str:
        places = self.places(text, tried)
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


def faults(masking: Masking) -> Iterator[str]:
    """What cannot be looked for, each in a sentence; with any of them the function must not start."""
    for country in masking.countries:
        if "national-id" in masking.patterns:
            from mask import identity

            yield from identity.faults(country)
        if "phone" in masking.patterns:
            from mask import phone

            yield from phone.faults(country)


def _detectors(masking: Masking) -> list[tuple[str, Detector]]:
    """What is looked for, in the order in which it takes what it finds, the surest first."""
    chosen: list[tuple[str, Detector]] = []
    if "email" in masking.patterns:
        chosen.append(("email", patterns.emails))
    if "iban" in masking.patterns:
        chosen.append(("iban", patterns.ibans))
    if "ip" in masking.patterns:
        chosen.append(("ip", patterns.ip_addresses))
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


def _fewest_digits(masking: Masking) -> int:
    """How many digits a run must have to be of any use."""
    fewest = patterns.FEWEST_OF_A_CARD
    if "phone" in masking.patterns:
        from mask import phone

        fewest = phone.FEWEST_DIGITS
    if "national-id" in masking.patterns and masking.countries:
        from mask import identity

        fewest = min(fewest, identity.fewest_digits(masking.countries))
    return fewest


def _found(
    detectors: list[tuple[str, Detector]], text: str, digits: Digits, tried: Tried
) -> list[tuple[int, int, str]]:
    """What each of them finds in what those before it left."""
    places: list[tuple[int, int, str]] = []
    for name, detector in detectors:
        own = detector(text, digits, tried)
        if own:
            own = _joined(own)
            places.extend((first, last, name) for first, last in own)
            text = _without(text, own)
    return places


def _without(text: str, places: list[Place]) -> str:
    """The text with these places, which are in order, taken out; all else stays where it is."""
    parts: list[str] = []
    done = 0
    for first, last in places:
        parts += (text[done:first], _TAKEN * (last - first))
        done = last
    return "".join((*parts, text[done:]))


def _joined(places: Iterable[Place]) -> list[Place]:
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
        self.tried: Tried = {}

    def mapping(self, raw: dict[str, Any], path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        numbers: dict[str, int] = {}
        for sent, value in raw.items():
            name = self.masker.name(sent, self.tried)
            shown = name.shown
            if name.found:
                self.count(name.found)
                shown = _apart(shown, numbers, raw, result)
            kind = type(value)
            if name.hides or (self.masker.nested and self.within(path, name.key)):
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

    def within(self, path: str, key: str) -> bool:
        """Whether a declared path, such as holder.iban, ends here."""
        steps = tuple(map(_bare, without_indices(f"{path}.{key}").split(".")))
        return any(steps[-len(one) :] == one for one in self.masker.nested)

    def value(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return self.mapping(value, path)
        if isinstance(value, list):
            return [self.value(item, path) for item in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        masked, found = self.masker.text(text, self.tried)
        if found:
            self.count(found)
        return masked

    def count(self, found: dict[str, int]) -> None:
        for pattern, times in found.items():
            self.found[pattern] = self.found.get(pattern, 0) + times


def _apart(shown: str, numbers: dict[str, int], *taken: dict[str, Any]) -> str:
    """A name that was masked, beside others that may have been as well; ``numbers`` are the last of each such name."""
    at = numbers.get(shown, 1)
    unique = shown if at == 1 else f"{shown} {at}"
    while any(unique in names for names in taken):
        at += 1
        unique = f"{shown} {at}"
    numbers[shown] = at
    return unique
