"""The grammar of the mapping: one entry for each type of the provider ``gcp``, read from ``types/*.yaml``.

Templates are Google's paths with ``{key}`` for an input (percent-encoded), ``{+key}`` for one that is a path itself,
``{key%}`` for one that the program has encoded, ``{key.last}`` for its last segment, and ``{key?}`` for one that may be
absent: then its query parameter is left out. Beside the inputs they know ``{self}`` (the resource's path), ``{mask}``,
``{answer.field}`` (what the REST API says of the resource) and ``{sent.field}`` (what was sent).

Paths into inputs and bodies are dotted; ``[]`` stands for every element of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True):
    """A verb, a path and a query, as templates."""

    method: str
    path: str
    query: dict[str, str]


class Placed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"how": "as"}):
    """Where an input goes in the body, and how its value is turned."""

    to: str
    """Relative to where the key stands; ``.`` spreads an object over its place."""
    how: str | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The calls that read and write a resource's IAM policy."""

    get: str
    set: str
    wrapped: bool = True
    """Whether the policy is sent as ``{"policy": …}``; Cloud Storage takes it bare."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sent": "with"}):
    """A harmless change that shows that a resource can be updated."""

    set: dict[str, Any]
    method: str = "PATCH"
    mask: str = "query"
    """Where the update mask goes: ``query``, ``body`` or ``none``; any other value is the mask itself."""
    wrap: str | None = None
    sent: list[str] = []
    """Fields of the last answer that the call needs, such as a fingerprint."""
    keep: list[str] = []
    """Fields that the call needs again as they were first sent."""
    whole: bool = False
    """Whether the call replaces the resource, so that all that was sent is sent again."""
    query: dict[str, str] = {}
    restore: bool = False
    """Whether the first value is put back: another one would undo a guardrail."""
    blind: str | None = None
    """Why the changed field cannot be read back."""


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that is asked of Google and is no field of the resource."""

    keys: list[str]
    """The inputs that take it."""
    when: dict[str, Any]
    """Inputs that the resource must have."""
    service: str
    call: str
    output: str


class Survivor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"state": "as"}):
    """What a destroy leaves, and why."""

    reason: str
    when: dict[str, Any] = {}
    unless: dict[str, Any] = {}
    state: dict[str, Any] = {}
    """How it answers when it is read after its deletion."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one type of resource is carried out."""

    service: str
    """The first label of the service's host."""
    name: str
    """The resource's path, from the version on."""
    kind: str = "resource"
    """The procedure: see procedures.py."""
    create: str | None = None
    read: str | None = None
    """Default: GET of the name."""
    delete: str = "DELETE {self}"
    same: list[str] = []
    """Inputs that the API takes under the same name."""
    body: dict[str, str | Placed] = {}
    """Inputs, and fields within them, that the API takes under another name or in another form."""
    set: dict[str, Any] = {}
    """Fields that the provider fills in where the program says nothing."""
    add: dict[str, dict[str, Any]] = {}
    """Fields that the provider adds to an object that the program gives."""
    now: dict[str, str] = {}
    """A time by the input that holds its distance from now, a duration."""
    wrap: str | None = None
    beside: dict[str, str] = {}
    """Fields beside the wrapped resource."""
    engine: list[str] = []
    """Inputs that are for the engine or the provider and reach no API."""
    labels: str | None = None
    """Where the provider's default labels go; ``later``: with a call of their own."""
    policy: Policy | None = None
    expect: dict[str, Any] = {}
    gone_when: dict[str, Any] = {}
    """How a resource that was deleted answers, where it is not 404."""
    unread: str | None = None
    """Why the resource cannot be read back."""
    unread_fields: list[str] = []
    """Fields that Google does not send back."""
    reads_as: dict[str, str] = {}
    """Fields that come back elsewhere."""
    loosely: list[str] = []
    """Fields whose case or form Google changes."""
    opaque: list[str] = []
    """Inputs that hold the program's own text, which no API reads."""
    change: Change | None = None
    unchangeable: str | None = None
    unprotect: dict[str, Any] = {}
    """What lifts the resource's own protection against deletion."""
    abandoned: dict[str, Any] = {}
    """Inputs with which a destroy leaves the resource to its parent, with which it goes."""
    survives: list[Survivor] = []
    outputs: dict[str, str] = {}
    """The SDK's output properties, as templates."""
    fits: dict[str, str] = {}
    """Which output an input key of another resource takes, where the plan does not say."""
    lookups: list[Lookup] = []

    def survivors(self, inputs: Mapping[str, Any]) -> Iterator[Survivor]:
        """How a resource with these inputs survives a destroy; nothing where it does not."""
        for survivor in self.survives:
            exempt = bool(survivor.unless) and has(inputs, survivor.unless)
            if has(inputs, survivor.when) and not exempt:
                yield survivor


def call(text: str) -> Call:
    """``POST v1/…?key={value}`` as a call."""
    method, _, rest = text.partition(" ")
    path, _, query = rest.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return Call(method, path, {key: value for key, _, value in pairs})


def has(inputs: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the inputs have each of these values; nothing is wanted of none."""
    return all(inputs.get(key) == value for key, value in wanted.items())
