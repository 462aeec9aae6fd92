"""How text is compared and searched: without regard to case, to Unicode's two forms, and to what nobody sees.

Words and phrases are found as they are written, as whole words and with any white space between them. A word's other
forms (an inflected noun) are other words. Scripts without spaces between words have none that could be found so.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# Soft hyphens, zero-width characters and marks of direction: they hide a word from a search, not from a reader.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def all_text(value: Any) -> str:
    """Every text in a document, for ``Facts.text``; names of fields are not text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return ""
    return "\n".join(filter(None, map(all_text, value)))


def folded(text: str) -> str:
    """The form in which free text is compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def searched(text: str) -> str:
    """The form in which words are searched: folded, with one space for any white space."""
    if text.isascii() and not _has_gaps(text):
        return text.lower().strip(" ")
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(folded(text).split())


def mentioned(phrase: str, text: str) -> bool:
    """Whether the text has the phrase, both ``searched``: between characters that are no letters, digits or marks."""
    start = text.find(phrase) if phrase else -1
    while start >= 0:
        end = start + len(phrase)
        if not (start and _in_word(text[start - 1])) and not (end < len(text) and _in_word(text[end])):
            return True
        start = text.find(phrase, start + 1)
    return False


def _has_gaps(text: str) -> bool:
    """Whether ASCII has white space that is no single space; one sign is found many times faster than one of many."""
    return (
        "  " in text or "\n" in text or "\t" in text or "\r" in text or "\v" in text or "\f" in text
        or "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text
    )  # fmt: skip


def _in_word(character: str) -> bool:
    # A combining mark belongs to the letter before it; an underscore parts words, as it does in names of files.
    return character.isalnum() or (not character.isascii() and unicodedata.category(character).startswith("M"))
