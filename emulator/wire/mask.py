"""Field masks: `updateMask=displayName,labels` changes those fields and no others; a field in the mask but not in the
body is cleared.

https://google.aip.dev/161. Both spellings are taken (`display_name`, `displayName`), as the real front end does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.discovery.model import Api, Field, Schema
from emulator.wire.check import camel, snake
from emulator.wire.errors import invalid

JSON = dict[str, Any]


def parse(text: str) -> tuple[str, ...]:
    """The paths of a mask as it stands in a URL or a body, in camelCase; keys of maps in backquotes stay
    as they are."""
    paths = [part.strip() for part in text.split(",")]
    return tuple(dict.fromkeys(".".join(_segment(s) for s in split(p)) for p in paths if p))


def _segment(text: str) -> str:
    return text if text.startswith("`") else camel(text)


def split(path: str) -> list[str]:
    """`labels.`a.b`` as `labels` and `a.b` (still in backquotes)."""
    out, current, quoted = [], "", False
    for char in path:
        if char == "`":
            quoted = not quoted
        if char == "." and not quoted:
            out.append(current)
            current = ""
        else:
            current += char
    return [*out, current]


def without_prefix(paths: tuple[str, ...], schema: Schema) -> tuple[str, ...]:
    """`policy.spec` as `spec` for a Policy: some clients name the resource as well, and the services take it."""
    word = re.sub(r"^.*V\d+[a-z0-9]*(?=[A-Z])", "", schema.id)
    prefix = word[:1].lower() + word[1:] + "."
    if prefix[:-1] in schema.fields:
        return paths
    return tuple(p.removeprefix(prefix) for p in paths)


def check(paths: Iterable[str], schema: Schema, api: Api) -> None:
    """400 if a path of a mask names a field that the schema has not."""
    for path in paths:
        if path != "*" and not _known(split(path), schema.fields, api):
            name = ".".join(snake(p) for p in split(path))
            raise invalid(f'Invalid field mask: unknown field path "{name}"', field_path="update_mask")


def _known(parts: list[str], fields: Mapping[str, Field], api: Api) -> bool:
    if not parts or parts == ["*"]:
        return True
    found = fields.get(parts[0])
    if found is None:
        return not fields  # a free-form message
    if len(parts) == 1 or found.type in ("map", "any"):
        return True
    if found.type == "ref":
        inner = api.schema(found.ref)
        return inner is None or inner.values is not None or _known(parts[1:], inner.fields, api)
    return found.type == "object" and _known(parts[1:], found.fields, api)


def apply(before: JSON, body: JSON, paths: Iterable[str], *, read_only: frozenset[str] = frozenset()) -> JSON:
    """`before` with the masked fields taken from `body`. `*` takes every field but the read-only ones."""
    after = dict(before)
    for path in paths:
        parts = [p.strip("`") for p in split(path)]
        if parts[0] == "*":
            kept = {k: v for k, v in before.items() if k in read_only}
            after = {**body, **kept}
        elif parts[0] not in read_only:
            _copy(after, body, parts)
    return after


def _copy(after: JSON, body: Any, parts: list[str]) -> None:
    head, rest = parts[0], parts[1:]
    present = isinstance(body, dict) and head in body
    if not rest or rest == ["*"]:
        if present:
            after[head] = body[head]
        else:
            after.pop(head, None)
        return
    inner = after.get(head)
    inner = dict(inner) if isinstance(inner, dict) else {}
    _copy(inner, body.get(head) if present else None, rest)
    if inner or head in after or present:
        after[head] = inner


def merge_patch(before: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396), which compute, storage, bigquery and sqladmin use in place of a mask:
    null clears."""
    if not isinstance(patch, dict):
        return patch
    out = dict(before) if isinstance(before, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merge_patch(out.get(key), value)
    return out
