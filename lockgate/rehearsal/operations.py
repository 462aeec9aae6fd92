"""Long-running operations and errors, in the forms that Google's services give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from lockgate.rehearsal.client import Request

_NAME = re.compile(r"(^|/)operations/[^/]+$")
_VERSION = re.compile(r"^(?:upload/)?([^/]+)/")


@dataclass(frozen=True)
class Operation:
    """Where an operation stands."""

    path: str
    """Of the call that asks again."""
    done: bool
    response: dict[str, Any] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    """Google's code and text."""


def read(request: Request, answer: Mapping[str, Any]) -> Operation | None:
    """The operation that an answer is, or None for an answer that is none.

    Compute and Cloud SQL have ``kind: …#operation`` and ``status: DONE`` (compute.v1 Operation, sqladmin.v1 Operation);
    the others google.longrunning.Operation with ``done``.
    """
    kind = answer.get("kind")
    if isinstance(kind, str) and kind.endswith("#operation"):
        return _of_compute(request, answer)
    name = answer.get("name")
    if not isinstance(name, str) or not _NAME.search(name) or not _like_operation(answer):
        return None
    version = _VERSION.match(request.path)
    path = f"{version[1] if version else 'v1'}/{name}"
    if not answer.get("done"):
        return Operation(path, done=False)
    if answer.get("error"):
        return Operation(path, done=True, error=_said(answer["error"]))
    response = {key: value for key, value in (answer.get("response") or {}).items() if key != "@type"}
    return Operation(path, done=True, response=response)


def decode(raw: bytes) -> dict[str, Any]:
    """A JSON object; an empty one for an empty or another body."""
    try:
        document = msgspec.json.decode(raw) if raw else {}
    except msgspec.DecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def error(raw: bytes, status: int) -> tuple[str, str]:
    """Google's code and text for an error, whichever envelope it came in."""
    said = decode(raw).get("error")
    if isinstance(said, Mapping):
        return _said(said)
    text = " ".join(raw[:300].decode("utf-8", "replace").split())
    return f"HTTP {status}", text or "no text"


def _like_operation(answer: Mapping[str, Any]) -> bool:
    return not set(answer) - {"name", "metadata", "done", "error", "response"}


def _of_compute(request: Request, answer: Mapping[str, Any]) -> Operation:
    link = str(answer.get("selfLink") or "")
    path = urlsplit(link).path.lstrip("/") if link else ""
    if answer.get("status", "DONE").upper() != "DONE":
        return Operation(path or request.path, done=False)
    errors = (answer.get("error") or {}).get("errors") or []
    if errors:
        return Operation(path, done=True, error=(str(errors[0].get("code")), str(errors[0].get("message"))))
    return Operation(path, done=True)


def _said(said: Mapping[str, Any]) -> tuple[str, str]:
    errors = said.get("errors") or [{}]
    code = said.get("status") or errors[0].get("reason") or said.get("code")
    details = [detail for detail in said.get("details") or [] if isinstance(detail, Mapping)]
    reason = next((str(detail["reason"]) for detail in details if detail.get("reason")), None)
    fields = [
        f"{violation.get('field')}: {violation.get('description')}"
        for detail in details
        for violation in detail.get("fieldViolations") or []
    ]
    message = str(said.get("message") or "no text")
    told = [line for line in fields if line.partition(": ")[2] not in message]
    return f"{code} {reason}" if reason else str(code), "; ".join([message, *told])
