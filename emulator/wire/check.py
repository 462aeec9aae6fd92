"""A request body against its schema, with the texts of Google's own proto-to-JSON front end.

The answer is the body in canonical form: camelCase keys, 64-bit integers as strings, enum numbers as names, read-only
fields dropped without a word, `null` dropped (kept where a merge patch gives it a meaning), and for APIs that do not
track presence false, zero and the empty string dropped as well.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.discovery.model import Api, Field, Schema
from emulator.wire.errors import GoogleError, bad_request

JSON = dict[str, Any]

MAX_DEPTH = 100
"""Nesting that protobuf's JSON parser takes."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"-?0*\d{1,12}(\.\d{1,9})?s")
"""google.protobuf.Duration; its range of 10,000 years has twelve digits of seconds."""
_INTEGER = re.compile(r"-?\d{1,20}(\.0+)?")
_SNAKE = re.compile(r"_([a-z0-9])")
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_BOUNDS = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}

SEVERITIES = {
    0: "DEFAULT",
    100: "DEBUG",
    200: "INFO",
    300: "NOTICE",
    400: "WARNING",
    500: "ERROR",
    600: "CRITICAL",
    700: "ALERT",
    800: "EMERGENCY",
}
"""google.logging.type.LogSeverity: the enum numbered by hundreds."""


def camel(name: str) -> str:
    """`update_mask` as `updateMask`."""
    return _SNAKE.sub(lambda m: m[1].upper(), name)


def snake(name: str) -> str:
    """`updateMask` as `update_mask`."""
    return _CAMEL.sub(lambda m: "_" + m[1].lower(), name).lower()


@dataclass
class _Check:
    api: Api
    presence: bool
    keep_null: bool
    ignore_unknown: bool
    enum_numbers: Mapping[int, str]
    keep_read_only: frozenset[str]
    keep: frozenset[str]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def message(self, fields: Mapping[str, Field], values: Field | None, raw: object, at: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise GoogleError(
                "INVALID_ARGUMENT",
                "Invalid JSON payload received. Message too deep. Max recursion depth reached for key ''",
            )
        if not isinstance(raw, dict):
            self.problem(
                at,
                f"Invalid value at '{at}' (type.googleapis.com message), {_shown(raw)}"
                if at
                else "Invalid JSON payload received. Root element must be a message.",
            )
            return None
        if not fields and values is not None:
            return {k: self.value(values, v, f"{at}[{k}]", depth + 1) for k, v in raw.items()}
        out: JSON = {}
        for key, value in raw.items():
            known = fields.get(key) or fields.get(camel(key))
            if known is None:
                if not self.ignore_unknown:
                    where = f" at '{at}'" if at else ""
                    self.problem(at, f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.')
                continue
            if known.read_only and known.name not in self.keep_read_only:
                continue
            if value is None:
                if self.keep_null:
                    out[known.name] = None
                continue
            path = f"{at}.{snake(known.name)}" if at else snake(known.name)
            checked = self.value(known, value, path, depth + 1)
            if checked is None or (not self.presence and self._is_default(known, checked)):
                continue
            out[known.name] = checked
        return out

    def _is_default(self, known: Field, value: object) -> bool:
        if known.name in self.keep:
            return False
        if known.type in ("ref", "object", "any"):
            return False
        if known.enum:
            return value == known.enum[0] and str(value).endswith("UNSPECIFIED")
        return value in (False, 0, "", [], {}) or (known.format in ("int64", "uint64") and value == "0")

    def value(self, known: Field, raw: object, at: str, depth: int) -> Any:  # noqa: PLR0912 one case a type
        if depth > MAX_DEPTH:
            raise GoogleError(
                "INVALID_ARGUMENT",
                "Invalid JSON payload received. Message too deep. Max recursion depth reached for key ''",
            )
        if raw is None:
            return None
        match known.type:
            case "ref":
                schema = self.api.schema(known.ref)
                if schema is None or (not schema.fields and schema.values is None):
                    return self.anything(raw, depth) if schema is None else self.message({}, None, raw, at, depth)
                if schema.values is not None and schema.values.type == "any":
                    return self.anything(raw, depth)
                return self.message(schema.fields, schema.values, raw, at, depth)
            case "object":
                return self.message(known.fields, None, raw, at, depth)
            case "map":
                if not isinstance(raw, dict):
                    return self.bad(at, "Map", raw)
                element = known.element or Field("", "any")
                found = {k: self.value(element, v, f"{at}[{k}]", depth + 1) for k, v in raw.items()}
                return (
                    found
                    if self.keep_null
                    else {k: v for k, v in found.items() if v is not None or element.type == "any"}
                )
            case "array":
                element = known.element or Field("", "any")
                items = raw if isinstance(raw, list) else [raw]
                if not isinstance(raw, list) and element.type in ("ref", "object") and not isinstance(raw, dict):
                    return self.bad(at, "list", raw)
                return [self.value(element, v, f"{at}[{i}]", depth + 1) for i, v in enumerate(items)]
            case "string":
                return self.string(known, raw, at)
            case "integer":
                return self.integer(known.format or "int32", raw, at)
            case "number":
                return self.number(raw, at)
            case "boolean":
                if isinstance(raw, str) and raw.lower() in ("true", "false"):  # Python clients send `force=False`
                    return raw.lower() == "true"
                return raw if isinstance(raw, bool) else self.bad(at, "TYPE_BOOL", raw)
        return self.anything(raw, depth)

    def anything(self, raw: object, depth: int) -> Any:
        """A value of any type: only its depth is looked at."""
        if depth > MAX_DEPTH:
            raise GoogleError(
                "INVALID_ARGUMENT",
                "Invalid JSON payload received. Message too deep. Max recursion depth reached for key ''",
            )
        if isinstance(raw, dict):
            return {k: self.anything(v, depth + 1) for k, v in raw.items()}
        if isinstance(raw, list):
            return [self.anything(v, depth + 1) for v in raw]
        return raw

    def string(self, known: Field, raw: object, at: str) -> Any:
        if known.enum:
            return self.enum(known, raw, at)
        if known.format in ("int64", "uint64"):
            number = self.integer(known.format, raw, at)
            return None if number is None else str(number)
        if not isinstance(raw, str):
            return self.bad(at, "TYPE_BYTES" if known.format == "byte" else "TYPE_STRING", raw)
        if known.format == "google-datetime" and not _TIME.fullmatch(raw):
            return self.bad(at, "type.googleapis.com/google.protobuf.Timestamp", raw)
        if known.format == "google-duration" and not _DURATION.fullmatch(raw):
            return self.bad(at, "type.googleapis.com/google.protobuf.Duration", raw)
        if known.format == "byte":
            try:
                base64.b64decode(raw.replace("-", "+").replace("_", "/") + "=" * (-len(raw) % 4), validate=True)
            except (binascii.Error, ValueError):
                return self.bad(at, "TYPE_BYTES", raw)
        return raw

    def enum(self, known: Field, raw: object, at: str) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            return self.bad(at, "TYPE_ENUM", raw)
        if isinstance(raw, str) and raw in known.enum:
            return raw
        if isinstance(raw, str) and not re.fullmatch(r"-?\d{1,9}", raw):
            if raw == "" and self.presence:
                return raw
            return self.bad(at, f"type.googleapis.com/{self.api.label}.{known.name[:1].upper()}{known.name[1:]}", raw)
        number = int(raw)
        if known.enum[0] == "DEFAULT" and "EMERGENCY" in known.enum:
            return SEVERITIES.get(number, "DEFAULT")
        if number in self.enum_numbers and self.enum_numbers[number] in known.enum:
            return self.enum_numbers[number]
        # discovery keeps the order in which an enum declares its values, not their numbers: equal unless numbers were
        # left out
        return known.enum[number] if 0 <= number < len(known.enum) else self.bad(at, "TYPE_ENUM", raw)

    def integer(self, fmt: str, raw: object, at: str) -> Any:
        kind = {"int32": "TYPE_INT32", "uint32": "TYPE_UINT32", "int64": "TYPE_INT64", "uint64": "TYPE_UINT64"}.get(
            fmt, "TYPE_INT32"
        )
        if isinstance(raw, str) and _INTEGER.fullmatch(raw):
            number = int(raw.split(".")[0])
        elif isinstance(raw, float) and raw.is_integer():
            number = int(raw)
        elif isinstance(raw, int) and not isinstance(raw, bool):
            number = raw
        else:
            return self.bad(at, kind, raw)
        low, high = _BOUNDS.get(fmt, _BOUNDS["int32"])
        return number if low <= number <= high else self.bad(at, kind, raw)

    def number(self, raw: object, at: str) -> Any:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            if raw in ("NaN", "Infinity", "-Infinity"):
                return raw
            try:
                return float(raw)
            except ValueError:
                pass
        return self.bad(at, "TYPE_DOUBLE", raw)

    def bad(self, at: str, kind: str, raw: object) -> None:
        self.problem(at, f"Invalid value at '{at}' ({kind}), {_shown(raw)}")

    def problem(self, at: str, text: str) -> None:
        if len(self.problems) < 20:
            self.problems.append((at, text))


def _shown(raw: object) -> str:
    if isinstance(raw, str):
        return f'"{raw[:200]}"'
    if isinstance(raw, bool):
        return str(raw).lower()
    return (
        str(raw)[:200]
        if isinstance(raw, int | float) and abs(raw) < 10**30
        else "a message"
        if isinstance(raw, dict)
        else "a list"
        if isinstance(raw, list)
        else "a number"
    )


def check_body(
    api: Api,
    schema: Schema,
    raw: object,
    *,
    presence: bool = False,
    keep_null: bool = False,
    ignore_unknown: bool = False,
    enum_numbers: Mapping[int, str] | None = None,
    keep_read_only: frozenset[str] = frozenset(),
    keep: frozenset[str] = frozenset(),
    in_path: frozenset[str] = frozenset(),
) -> JSON:
    """The canonical form of a body, or 400 INVALID_ARGUMENT naming each field that does not fit (at most twenty).

    `in_path` names the path variables: Google's own clients send them in the body of a `…Request` as well.
    """
    at = (
        ""
        if schema.id.endswith("Request") or presence
        else snake(re.sub(r"^GoogleCloud[A-Z][a-z]+V\d+[a-z0-9]*", "", schema.id) or schema.id)
    )
    work = _Check(api, presence, keep_null, ignore_unknown, enum_numbers or {}, keep_read_only, keep)
    if in_path and isinstance(raw, dict) and schema.id.endswith("Request"):
        raw = {k: v for k, v in raw.items() if camel(k) not in in_path or camel(k) in schema.fields}
    checked = work.message(schema.fields, schema.values, raw, at, 1)
    if work.problems:
        text = "\n".join(t for _, t in work.problems)
        raise GoogleError("INVALID_ARGUMENT", text, reason="badRequest", details=bad_request(*work.problems))
    return checked if isinstance(checked, dict) else {}


def check_query(api: Api, known: Field, raw: str) -> str:
    """A query parameter's value in canonical form, or 400."""
    work = _Check(
        api,
        presence=True,
        keep_null=False,
        ignore_unknown=False,
        enum_numbers={},
        keep_read_only=frozenset(),
        keep=frozenset(),
    )
    if known.type == "array" and known.element is not None:  # a repeated parameter comes one value at a time
        known = known.element
    value = work.value(known, raw, snake(known.name), 1)
    if work.problems:
        raise GoogleError(
            "INVALID_ARGUMENT", work.problems[0][1], reason="badRequest", details=bad_request(*work.problems)
        )
    return str(value).lower() if isinstance(value, bool) else raw if value is None else str(value)
