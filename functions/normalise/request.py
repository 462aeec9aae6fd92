"""The bytes of a request become a request: of bounded size, with each name once and each number as it was written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from normalise.case import BadRequestError
from normalise.number import HIGHEST, MOST_DIGITS, exact
from normalise.text import speakable

MOST_BYTES = 262_144
MOST_VALUES = 2_000
DEEPEST = 8

# What a charset of Content-Type is called by IANA and by the systems that send it, and what Python calls it.
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
# These read any bytes, so a name or a text in UTF-8 would come out as another, and a masked field unmasked.
_SINGLE_BYTE = frozenset({"latin-1", "cp1252"})


class Request(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The body of ``POST /v1/cases``; ``schema`` is the version of the source's form, and null its only one.

    Names and texts of ``fields`` are as they were sent; numbers are int or Decimal, as they were written.
    """

    case_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$(?!\n)")]
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    fields: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]
    schema: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None


def parse(body: bytes, charset: str | None) -> Request:
    """Read a request; ``charset`` is that of its Content-Type, and UTF-8 where it has none (RFC 8259).

    Raises BadRequestError: too-large, charset, not-json, number, same-name, too-deep, too-many or shape.
    """
    if len(body) > MOST_BYTES:
        raise BadRequestError("too-large", f"the body is larger than {MOST_BYTES} bytes; send fewer or shorter fields")
    raw = _in_utf8(body, charset)
    try:
        document = _DECODER.decode(raw)
    except BadRequestError:
        raise
    except msgspec.ValidationError:
        raise _number() from None
    except RecursionError:
        raise BadRequestError("too-deep", f"the body has over {DEEPEST} levels; send a flatter case") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequestError(
            "not-json", "the body is not JSON, or is cut off; send one JSON object (RFC 8259)"
        ) from None
    each_once(raw, document)
    return _request(document)


def each_once(raw: bytes, document: Any) -> None:
    """See that no name stands twice in ``raw``, which was read as ``document``, and that it is no deeper than a case.

    Raises BadRequestError: same-name, number, too-deep or too-many.
    """
    # Every name is followed by a colon, so there are at least as many colons as names that were sent. Where there are
    # more, a colon stands in a text, or a name was sent twice and msgspec kept one.
    if raw.count(b":") != _names(document):
        _STRICT.decode(raw.decode())


def _in_utf8(body: bytes, charset: str | None) -> bytes:
    name = (charset or "utf-8").strip().strip('"').lower()
    codec = CHARSETS.get(name)
    if codec is None:
        raise BadRequestError("charset", f"the charset of Content-Type is not one of: {', '.join(CHARSETS)}")
    if codec == "utf-8":
        return body.removeprefix(b"\xef\xbb\xbf")
    if codec == "utf-16" and body[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise BadRequestError("charset", "utf-16 without a byte order mark has two readings; name utf-16le or utf-16be")
    if codec in _SINGLE_BYTE and not body.isascii() and _is_utf8(body):
        raise BadRequestError(
            "charset", f"the body reads as {name} and as utf-8, which is what JSON is written in; correct Content-Type"
        )
    try:
        return body.decode(codec).removeprefix("\ufeff").encode()
    except UnicodeError:
        raise BadRequestError(
            "charset", f"the body is not {name}, which its Content-Type says; correct either"
        ) from None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _float(text: str) -> Decimal:
    try:
        return exact(text)
    except (ValueError, ArithmeticError):
        raise _number() from None


def _number() -> BadRequestError:
    return BadRequestError(
        "number", f"a number has over {MOST_DIGITS} digits or places; send it as text if it is an identifier"
    )


_DECODER = msgspec.json.Decoder(float_hook=_float)


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise BadRequestError("same-name", f"the name {speakable(name)} stands twice in one object; remove one")
        names.add(name)


_STRICT = json.JSONDecoder(object_pairs_hook=_each_once, parse_float=str, parse_int=str)


def _names(document: Any) -> int:
    """Count the names of a document, level by level; raises BadRequestError where it is too deep, large or long."""
    names = values = 0
    level: list[Any] = [document] if isinstance(document, dict | list) else []
    for _ in range(DEEPEST + 1):
        below = []
        for container in level:
            values += len(container)
            names += len(container) if type(container) is dict else 0
            for value in container.values() if type(container) is dict else container:
                kind = type(value)
                if kind is dict or kind is list:
                    if value:
                        below.append(value)
                elif kind is int and not -HIGHEST < value < HIGHEST:
                    raise _number()
        if not below:
            break
        level = below
    else:
        raise BadRequestError("too-deep", f"`fields` has over {DEEPEST} levels; send a flatter case")
    if values > MOST_VALUES + len(Request.__struct_fields__):
        raise BadRequestError("too-many", f"`fields` has over {MOST_VALUES} values; send fewer")
    return names


def _request(document: Any) -> Request:
    try:
        return msgspec.convert(document, Request)
    except msgspec.ValidationError as error:
        said = str(error)
    # An unknown name is the caller's own text, and msgspec would repeat it.
    if "unknown field" in said:
        said = "the body has a name that is not one of its four"
    raise BadRequestError("shape", f"{said}; expected one object of case_id, source, schema and fields") from None
