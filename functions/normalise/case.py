"""A request becomes a case: checked, brought into one form, and with the charter's fields masked by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Annotated, Any

import msgspec

MASK = "[masked]"
MOST_BYTES = 262_144
MOST_VALUES = 2_000
DEEPEST = 8


class BadRequestError(Exception):
    """The request is wrong; the text says what and how to put it right, and repeats no value of the case."""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``POST /cases``."""

    case_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
    tier: str
    fields: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]


class Case(msgspec.Struct, frozen=True):
    """A case as models and rules see it. ``masked`` names the masked fields, each by its path."""

    id: str
    tier: str
    fields: dict[str, Any]
    masked: frozenset[str]


def parse(body: bytes, tiers: Collection[str], masked_fields: Collection[str]) -> Case:
    """Read a request.

    Raises BadRequestError when it is no JSON, has another shape, is too large, or names a tier without a route.
    """
    if len(body) > MOST_BYTES:
        raise BadRequestError(f"the body is larger than {MOST_BYTES} bytes; send fewer fields")
    try:
        request = msgspec.json.decode(body, type=Request)
    except msgspec.ValidationError as error:
        raise BadRequestError(f"{error}; expected case_id, tier and fields") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequestError("the body is not JSON, or is cut off; send one UTF-8 JSON object") from None
    tier = request.tier.strip().casefold()
    if tier not in tiers:
        raise BadRequestError(f"`tier` has no route in this use case; expected one of: {', '.join(tiers)}")
    walk = _Walk(frozenset(key_form(name) for name in masked_fields))
    fields = walk.mapping(request.fields, "", 1)
    return Case(request.case_id, tier, fields, frozenset(walk.masked))


def key_form(name: str) -> str:
    """The form in which names of fields are compared: ``Licence-Plate `` and ``licence_plate`` are the same."""
    folded = _clean(unicodedata.normalize("NFKC", name)).casefold()
    return "_".join(folded.replace("-", " ").replace("_", " ").split())


class _Walk:
    """One pass over the fields of a request; counts values and collects what was masked."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self.masked: list[str] = []
        self.seen = 0

    def mapping(self, raw: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in raw.items():
            key = key_form(name)
            if not key or key in result:
                raise BadRequestError(f"two names in `fields{path and '.' + path}` are empty or the same; rename one")
            here = f"{path}.{key}" if path else key
            if key in self.hidden:
                self.masked.append(here)
                result[key] = MASK
            else:
                result[key] = self.value(value, here, depth)
        return result

    def value(self, raw: Any, path: str, depth: int) -> Any:
        self.seen += 1
        if depth > DEEPEST or self.seen > MOST_VALUES:
            raise BadRequestError(f"`fields` has over {MOST_VALUES} values or {DEEPEST} levels; send a flatter case")
        if isinstance(raw, dict):
            return self.mapping(raw, path, depth + 1)
        if isinstance(raw, list):
            return [self.value(item, path, depth + 1) for item in raw]
        return _clean(raw) if isinstance(raw, str) else raw


def _clean(text: str) -> str:
    """One Unicode form, without control characters (which hide text from a reader) and outer white space."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(c for c in normal if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"}).strip()
