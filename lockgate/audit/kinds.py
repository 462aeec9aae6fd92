"""How each type of resource is read back, and what it must be where the plan is silent: read from ``kinds.yaml``.

A call is ``method argument=template …``: the method of a client of Google's, and its arguments, which are filled from
the resource's inputs (``{name}``), ``{project}`` and ``{number}``. Dots in an argument's name make it an object.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

_FILE = Path(__file__).parent / "kinds.yaml"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Grants(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"type": "as"}):
    """A resource's IAM policy: as which type a grant in it is planned, with which inputs beside role and member."""

    type: str
    inputs: dict[str, str]


class Also(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second call, for fields that the first one's client does not know; its answer completes the first one's."""

    by: str
    get: str


class Under(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another service's resource that does the work of this one, and has the last word on what is live."""

    by: str
    service: str
    get: str
    fields: dict[str, str]
    """Fields of this resource, each by the field of the other that it is in truth."""
    words: dict[str, str]
    """The other service's words for values."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One type. ``get`` finds a resource by its name, ``list`` among others."""

    by: str = ""
    """Which client: ``discovery SERVICE VERSION`` for google-api-python-client, ``storage``, ``bigquery``, ``logging``
    for the clients with a face of their own, else the dotted name of a generated client."""
    service: str = ""
    """The first label of the service's host, for a type that the rehearsal does not know."""
    host: str = ""
    """A regional host, as a template; empty for the service's only one."""
    get: str | None = None
    list: str | None = None
    match: dict[str, str] = {}
    """With ``list``: the API's field by the input that it must equal. ``.last`` takes a path's last part."""
    also: Also | None = None
    under: Under | None = None
    policy: str | None = None
    """The call that reads an IAM policy, for a grant."""
    gone: dict[str, Any] = {}
    """Fields with which a resource is deleted, though it answers."""
    expect: dict[str, Any] = {}
    """Fields of the API that no input sets, and what they must be where they are there."""
    equal: dict[str, str] = {}
    """Fields that must be as another one where they are there: what was granted as what was asked for."""
    most: dict[str, int] = {}
    """How many elements lists may have at most."""
    whole: dict[str, tuple[str, ...]] = {}
    """Maps in which a key that the plan does not have is drift, but for those that Google puts there."""
    says: dict[str, dict[str, Any]] = {}
    """Inputs that say that one of these fields is not as expected."""
    defaults: dict[str, Any] = {}
    """What an input is when the plan leaves it out (the API's default): another live value is drift."""
    answer: dict[str, str] = {}
    """Fields that references to the resource need and the API calls otherwise, as templates."""
    grants: Grants | None = None
    nothing: str | None = None
    """Why there is nothing to read."""
    fixed_by: str = ""
    """The predefined role that may put it right."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by type. A file that is not of the grammar is a defect: its error is not caught."""
    raw = yaml.load(_FILE.read_bytes(), Loader=_Loader)  # noqa: S506 - a safe loader, in C
    return {type_: msgspec.convert(one, Kind) for type_, one in raw.items()}


def parsed(text: str) -> tuple[str, dict[str, str]]:
    """A call's method and its arguments' templates."""
    method, *pairs = text.split()
    return method, dict(pair.split("=", 1) for pair in pairs)
