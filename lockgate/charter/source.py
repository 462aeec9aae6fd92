"""A charter's bytes as plain data, and the place of every key.

Only what a charter needs of YAML is read: mappings with text keys, lists, and the scalars of the YAML
1.2 core schema. So ``no`` is text, ``012`` is refused instead of being ten, and a date stays text. The
document is built from the parser's events, before anything is expanded or constructed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from lockgate.charter.problem import Place, dotted, shown
from lockgate.charter.section import Path
from lockgate.errors import InputError

# libyaml is several times faster, and is in PyYAML's wheels but not in every build of it.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_BYTES = 256 * 1024
MOST_LEVELS = 16
MOST_DIGITS = 40

# What YAML itself refuses, other line ends, and the marks of direction, which make a person read other
# text than the program (https://trojansource.codes). Named one by one: [^...] takes five times as long to compile.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_REFUSED_NUMBER = re.compile(r"[-+]?0[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

# Words of the parser's complaint, and what is then usually wrong.
_REMEDIES = (
    ("cannot start any token", "Indent with spaces, and put text that starts with a special character in quotes."),
    ("mapping values are not allowed", "Check the indentation, and put text that contains ': ' in quotes."),
    ("could not find expected ':'", "Check the indentation, and write 'key: value'."),
    ("unexpected end of stream", "Close the quotes."),
    ("did not find expected", "Check the indentation, and close each quote and bracket."),
    ("expected", "Check the indentation, and close each quote and bracket."),
)


@dataclass(frozen=True)
class Document:
    """A charter's data, and the place of each key and list item (of the root: where it begins)."""

    data: dict[str, Any]
    places: dict[Path, Place]

    def place(self, path: Path) -> Place:
        """The place of ``path``, or of the nearest section around it when it is not in the file."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


@dataclass
class _Open:
    """A collection whose end the parser has not reached."""

    value: dict[str, Any] | list[Any]
    path: Path
    place: Place
    key: str | None = None
    keys: dict[str, Place] = field(default_factory=dict)


def read(raw: bytes, file: str) -> Document:
    """Read one charter.

    Raises InputError, naming ``file``, line and column, for everything that is not one mapping in plain YAML.
    """
    text = _text(raw, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _not_yaml(error, file) from None
    return builder.document()


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MOST_BYTES:
        raise InputError(
            f"{file}:1:1: the file is larger than {MOST_BYTES // 1024} KiB, expected a charter. "
            "Check the path; evidence and data do not belong in a charter."
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{file}:1:1: the file is UTF-16, expected UTF-8. Save it as UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        raise InputError(
            f"{_at(before, file)}: byte 0x{raw[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from None
    if found := _HIDDEN.search(text):
        raise InputError(
            f"{_at(text[: found.start()], file)}: the character U+{ord(found[0]):04X} does not belong in a charter: "
            "it is invisible. Remove it."
        )
    return text


def _at(before: str, file: str) -> str:
    lines = re.split("\r\n|\r|\n", before)
    return f"{file}:{len(lines)}:{len(lines[-1]) + 1}"


def _not_yaml(error: yaml.YAMLError, file: str) -> InputError:
    complaint = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    place = _marked(getattr(error, "problem_mark", None) or getattr(error, "context_mark", None), file)
    remedy = next((remedy for words, remedy in _REMEDIES if words in complaint), "Write the charter as plain YAML.")
    around = f" ({context})" if context else ""
    return InputError(f"{place.file}:{place.line}:{place.column}: not YAML: {complaint}{around}. {remedy}")


def _marked(mark: Any, file: str) -> Place:
    """The place of a parser's mark; the parser may have none, and then counts as at the beginning."""
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


class _Builder:
    """Takes the parser's events and builds the document; refuses what a charter does not need."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._documents = 0
        self._open: list[_Open] = []
        self._root: Any = None
        self._places: dict[Path, Place] = {}

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                raise self._refused(
                    event, f"the alias *{event.anchor}", "Write the value out; 'extends' shares a charter."
                )
            case yaml.DocumentStartEvent():
                self._start_document(event)
            case yaml.ScalarEvent():
                self._check_node(event)
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._check_node(event)
                self._start_collection(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()

    def document(self) -> Document:
        if self._root is None:
            raise InputError(
                f"{self._file}:1:1: the charter is empty, expected its sections (format, use_case, business, ...). "
                "Write one with 'lockgate init'."
            )
        if not isinstance(self._root, dict):
            place = self._places[()]
            raise InputError(
                f"{self._file}:{place.line}:{place.column}: expected sections (use_case:, business:, ...), "
                f"got {shown(self._root)}. Write one with 'lockgate init'."
            )
        return Document(self._root, self._places)

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refused(event, "a second document", "Keep one charter a file, without '---' inside it.")
        if event.version or event.tags:
            raise self._refused(event, "a YAML directive", "Remove the line that starts with '%'.")

    def _check_node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            raise self._refused(event, f"the anchor &{event.anchor}", "Remove it; 'extends' shares a charter.")
        if event.tag is not None:
            raise self._refused(event, f"the tag {shown(event.tag)}", "Remove it; a charter holds plain values only.")

    def _start_collection(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) == MOST_LEVELS:
            raise self._refused(
                event,
                f"nesting deeper than {MOST_LEVELS} levels",
                "Write it flatter; only conditions and examples need more than five.",
            )
        if self._expects_key():
            raise self._wrong_key(event, "a collection")
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._add(value, event)
        self._open.append(_Open(value, path, self._place(event)))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if found := _HIDDEN.search(event.value):
            raise self._refused(event, f"the invisible character U+{ord(found[0]):04X}", "Remove its escape.")
        value = self._plain(event) if event.implicit[0] else event.value
        if self._expects_key():
            self._key(value, event)
        else:
            self._add(value, event)

    def _key(self, key: Any, event: yaml.ScalarEvent) -> None:
        if isinstance(key, bool):
            key = event.value  # JSON has text alone for keys, so 'true:' can mean nothing else
        if not isinstance(key, str):
            raise self._wrong_key(event, shown(key))
        if key == "<<" and event.implicit[0]:
            raise self._refused(event, "the merge key <<", "Write the keys out; 'extends' shares a charter.")
        collection = self._open[-1]
        place = self._place(event)
        if key in collection.keys:
            first = collection.keys[key]
            raise InputError(
                f"{self._at(event)}: {dotted((*collection.path, key))}: duplicate key, first given in line "
                f"{first.line}. Remove one of the two."
            )
        collection.key = key
        collection.keys[key] = place
        self._places[*collection.path, key] = place

    def _add(self, value: Any, event: yaml.NodeEvent) -> Path:
        """Put a value where the open collection expects one; its path."""
        if not self._open:
            self._root = value
            self._places[()] = self._place(event)
            return ()
        collection = self._open[-1]
        if isinstance(collection.value, list):
            path = (*collection.path, len(collection.value))
            collection.value.append(value)
            self._places[path] = self._place(event)
            return path
        key = collection.key
        assert key is not None  # noqa: S101 - the parser gives a key before its value
        collection.value[key] = value
        collection.key = None
        return (*collection.path, key)

    def _plain(self, event: yaml.ScalarEvent) -> Any:
        """The value of an unquoted scalar, by the YAML 1.2 core schema."""
        text = event.value
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _REFUSED_NUMBER.fullmatch(text):
            raise self._refused(event, f"the number {shown(text)}", "Write a plain decimal number, or quote the text.")
        if not _FLOAT.fullmatch(text):
            return text
        if len(text) > MOST_DIGITS or abs(number := float(text)) == float("inf"):
            raise self._refused(event, f"the number {shown(text)}", "It is too long; quote it if it is text.")
        return int(text) if _INTEGER.fullmatch(text) else number

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _place(self, event: yaml.Event) -> Place:
        return _marked(event.start_mark, self._file)

    def _at(self, event: yaml.Event) -> str:
        place = self._place(event)
        return f"{place.file}:{place.line}:{place.column}"

    def _refused(self, event: yaml.Event, what: str, remedy: str) -> InputError:
        return InputError(f"{self._at(event)}: {what} is not accepted in a charter. {remedy}")

    def _wrong_key(self, event: yaml.Event, what: str) -> InputError:
        return InputError(f"{self._at(event)}: expected a key, which is text, got {what}. Put the key in quotes.")
