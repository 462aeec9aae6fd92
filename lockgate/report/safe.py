"""Text from a program or a charter, made harmless for a terminal, a log and an XML reader."""

from __future__ import annotations

import re

# Control characters move a terminal's cursor or start an escape sequence; bidirectional controls
# (Unicode Standard Annex 9) reorder what a reader sees; zero-width ones hide in a name; U+2028 and
# U+2029 are line breaks; surrogates and U+FFFE, U+FFFF are no characters that UTF-8 or XML may hold.
_CONTROL = "\x00-\x1f\x7f-\x9f"
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_INVALID = "\ud800-\udfff\ufffe\uffff"
_HARMFUL = re.compile(f"[{_CONTROL}{_INVISIBLE}{_INVALID}]")
_SPACE = re.compile(r"[ \t\r\n]+")


def escape(character: str) -> str:
    """The JSON escape of a character, such as ``\\u001b``."""
    code = ord(character)
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"


def line(text: str) -> str:
    """``text`` on one line: runs of white space become a space, harmful characters their escapes."""
    return _HARMFUL.sub(lambda match: escape(match[0]), _SPACE.sub(" ", text).strip())


def json_document(encoded: str) -> str:
    """The same JSON document with harmful characters escaped.

    White space outside strings stays: JSON has no raw line break inside a string.
    """
    return re.sub(_HARMFUL.pattern, lambda match: match[0] if match[0] in "\n\t\r" else escape(match[0]), encoded)


def block(text: str) -> str:
    """``text`` with its line breaks and indentation, and every other harmful character escaped."""
    return _HARMFUL.sub(lambda match: match[0] if match[0] == "\n" else escape(match[0]), text)
