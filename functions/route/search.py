"""How text is compared and searched: without regard to case, to Unicode's two forms, and to what nobody sees.

Words and phrases are found as they are written, as whole words and with any white space between them. A word's other
forms (an inflected noun) are other words. Scripts without spaces between words have none that could be found so.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from normalise.text import BLANK

# They hide a word from a search, not from a reader: what Unicode says is not to be shown (DerivedCoreProperties.txt,
# Default_Ignorable_Code_Point), annotations, what is blank, and all control characters but white space.
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_INVISIBLE = re.compile(
    f"[{_CONTROLS}{BLANK}\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_PLAIN = bytes(range(0x20, 0x7F))
_GONE = str.maketrans("", "", "".join(map(chr, (*range(9), *range(0x0E, 0x1C), 0x7F))))


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
    if not text.isascii():
        return " ".join(folded(_INVISIBLE.sub("", text)).split())
    # One byte is found many times faster than one sign of ten.
    if not text.encode().translate(None, _PLAIN) and "  " not in text:
        return text.lower().strip(" ")
    return " ".join(text.translate(_GONE).lower().split())


def mentioned(phrase: str, text: str) -> bool:
    """Whether the text has the phrase, both ``searched``: between characters that are no letters, digits or marks."""
    start = text.find(phrase) if phrase else -1
    while start >= 0:
        end = start + len(phrase)
        if not (start and _in_word(text[start - 1])) and not (end < len(text) and _in_word(text[end])):
            return True
        start = text.find(phrase, start + 1)
    return False


def _in_word(character: str) -> bool:
    # A combining mark belongs to the letter before it; an underscore parts words, as it does in names of files.
    return character.isalnum() or (not character.isascii() and unicodedata.category(character).startswith("M"))
