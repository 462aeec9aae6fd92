"""Text in one form: what a reader does not see is removed, and names are compared by what they say."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Longer names are folded each time, so that nobody fills the memory of a process with names.
LONGEST_KEPT_NAME = 64


def clean(text: str) -> str:
    """One Unicode form (NFC), lines ended by a line feed, no control and format characters, no outer white space.

    Format characters (U+200B, U+202E, the soft hyphen) hide text from a reader, or show another than a model reads.
    """
    if text.isascii():
        if text.isprintable():
            return text.strip()
    elif not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if not text.translate(_WHITE).isprintable() or any(blank in text for blank in BLANK):
        text = _without_hidden(text)
    return text.strip()


def key_form(name: str) -> str:
    """The form in which names of fields are compared: ``Licence-Plate `` and ``licence_plate`` are the same."""
    return _kept(name) if len(name) <= LONGEST_KEPT_NAME else _fold(name)


def without_indices(name: str) -> str:
    """A flattened name or a path without the places in its lists: ``iban[0]`` is ``iban``."""
    return _INDEX.sub("", name)


def speakable(name: str) -> str:
    """A name as errors and records may show it: a caller chooses its names, so one may hold personal data."""
    plain = name.isascii() and name.replace("_", "").replace(".", "").isalnum()
    if plain and len(name) <= LONGEST_KEPT_NAME and sum(map(str.isdigit, name)) <= 4:
        return name
    return "(a name that is not shown)"


_INDEX = re.compile(r"\[[0-9]*\]")
# Letters and symbols, by Unicode's categories, of which nothing is seen: Hangul's fillers and Braille's empty cell.
BLANK = "\u115f\u1160\u3164\uffa0\u2800"
# The white space that `isprintable` takes for unprintable, but every text has.
_WHITE = str.maketrans("", "", "\n\t\N{NO-BREAK SPACE}")


def _without_hidden(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(c for c in lines if c in "\n\t" or not (unicodedata.category(c) in {"Cc", "Cf"} or c in BLANK))
    # What stood on both sides of a hidden character may now be written as one.
    return unicodedata.normalize("NFC", seen)


def _fold(name: str) -> str:
    folded = name
    while True:
        again = clean(unicodedata.normalize("NFKC", folded)).casefold()
        if again == folded:
            return "_".join(folded.replace("-", " ").replace("_", " ").split())
        folded = again


_kept = lru_cache(maxsize=4096)(_fold)
