"""Waivers: exceptions from a rule, each with an owner, a ticket, a reason and an expiry.

``stacks/<stack>/waivers.yaml``::

    format: lockgate.waivers/1
    waivers:
      - rule: NET-004
        resource: router            # the name or urn; left out: only what the rule says of the stack
        owner: platform@example.com
        ticket: SEC-1234
        reason: The partner's gateway moves to Private Service Connect in January.
        expires: 2027-01-31         # the last day on which it holds, in UTC
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockgate.charter import source
from lockgate.errors import InputError

FORMAT = "lockgate.waivers/1"
_KEYS = ("rule", "resource", "owner", "ticket", "reason", "expires")
_RULE = re.compile(r"[A-Z]{2,8}-[0-9]{3}")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACEHOLDER = re.compile(r"\b(tbd|tba|todo|fixme|xxx+|n/a|placeholder|lorem|asdf)\b", re.IGNORECASE)
_LEAST_REASON = 20
_MOST_TEXT = 1000


@dataclass(frozen=True)
class Waiver:
    """One exception. It counts until the end of ``expires``, in UTC."""

    rule: str
    resource: str | None
    """The name or the urn of a resource; None for what the rule says of the stack as a whole."""
    owner: str
    ticket: str
    reason: str
    expires: datetime.date
    place: str
    """File and line, for messages."""

    def covers(self, rule: str, urn: str | None) -> bool:
        """Whether it is about this rule's finding on this resource."""
        if rule != self.rule or urn is None or self.resource is None:
            return rule == self.rule and urn is None and self.resource is None
        return self.resource in {urn, urn.rsplit("::", 1)[-1]}

    def standing(self, now: datetime.datetime, max_days: int) -> str | None:
        """None when it counts now, else why it does not. ``now`` is aware."""
        today = now.astimezone(datetime.UTC).date()
        if self.expires < today:
            return f"the waiver of {self.owner} ({self.ticket}) expired on {self.expires}"
        if self.expires > today + datetime.timedelta(days=max_days):
            too_far = f"{self.expires} is more than {max_days} days ahead"
            return f"the waiver of {self.owner} ({self.ticket}) does not count: {too_far}"
        return None


def of_stack(folder: Path) -> tuple[Waiver, ...]:
    """The waivers in a stack's folder; none where it has no waivers.yaml.

    Raises InputError, as ``load`` does, and when the file cannot be read.
    """
    file = folder / "waivers.yaml"
    if not file.exists():
        return ()
    try:
        return load(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Make it readable, or remove it.") from None


def load(raw: bytes, file: str) -> tuple[Waiver, ...]:
    """Read a waivers file.

    Raises InputError, naming file and line of each problem, when it is not of the format.
    """
    if not raw.strip():
        raise InputError(
            f"{file}:1: the file is empty, expected 'format: {FORMAT}'. Remove it when there are no waivers."
        )
    document = source.read(raw, file)
    problems = list(_problems(document.data, document, file))
    if problems:
        raise InputError("\n".join(problems))
    return tuple(
        Waiver(
            rule=item["rule"],
            resource=item.get("resource"),
            owner=item["owner"],
            ticket=item["ticket"].strip(),
            reason=item["reason"].strip(),
            expires=datetime.date.fromisoformat(item["expires"]),
            place=_where(document, file, ("waivers", index)),
        )
        for index, item in enumerate(document.data["waivers"])
    )


def _where(document: source.Document, file: str, path: tuple[str | int, ...]) -> str:
    return f"{file}:{document.place(path).line}"


def _problems(data: Mapping[str, Any], document: source.Document, file: str) -> Iterator[str]:
    if data.get("format") != FORMAT:
        yield f"{_where(document, file, ('format',))}: format is {data.get('format')!r}, expected {FORMAT}."
    for key in data:
        if key not in {"format", "waivers"}:
            yield f"{_where(document, file, (key,))}: unknown key {key!r}, expected format and waivers."
    items = data.get("waivers")
    if not isinstance(items, list):
        yield f"{_where(document, file, ('waivers',))}: waivers is not a list. Remove the file when there are none."
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            yield f"{_where(document, file, ('waivers', index))}: expected a waiver with {', '.join(_KEYS)}."
            continue
        for key, problem in _item_problems(item):
            place = _where(document, file, ("waivers", index, key))
            yield f"{place}: waivers[{index}].{key}: {problem}."


def _item_problems(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in item:
        if key not in _KEYS:
            yield key, f"unknown key, expected {', '.join(_KEYS)}"
    for key in _KEYS:
        if key == "resource" and key not in item:
            continue
        value = item.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > _MOST_TEXT:
            yield (
                key,
                f"expected text of at most {_MOST_TEXT} characters, got {'nothing' if value is None else repr(value)}",
            )
        elif problem := _text_problem(key, value):
            yield key, problem


def _text_problem(key: str, value: str) -> str | None:
    match key:
        case "rule" if not _RULE.fullmatch(value):
            return f"{value!r} is not the id of a rule, such as FIN-001; 'lockgate policy list' shows them"
        case "owner" if not _MAILBOX.fullmatch(value):
            return f"{value!r} is not the mailbox of a role, such as platform@example.com"
        case "ticket" | "reason" if _PLACEHOLDER.search(value):
            return f"{value!r} is a placeholder. Say what is waived and why"
        case "reason" if len(value.strip()) < _LEAST_REASON:
            return f"{value!r} is shorter than {_LEAST_REASON} characters. Say why the exception is acceptable"
        case "expires" if not _is_day(value):
            return f"{value!r} is not a date, such as 2027-01-31"
    return None


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
