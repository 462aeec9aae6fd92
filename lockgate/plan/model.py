"""The plan: the resources a program would register, as data.

The contract is ``lockgate.plan/1``. An unknown value is ``{"$unknown": true}``, a secret one is
``{"$secret": true}``: the value of a secret is never in a plan.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from lockgate.errors import InputError
from lockgate.plan import wire

FORMAT = wire.FORMAT
UNKNOWN: dict[str, Any] = {"$unknown": True}
SECRET: dict[str, Any] = {"$secret": True}


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One resource that the program would register."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str | None
    provider: str | None
    protect: bool
    dependencies: list[str]
    property_dependencies: dict[str, list[str]]
    source: str | None
    inputs: dict[str, Any]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """The resource graph of one stack, ordered by URN."""

    format: str
    project: str
    stack: str
    resources: list[Resource]


def digest(document: Any) -> str:
    """``sha256:`` and the SHA-256 of the canonical JSON (sorted keys, no white space) of ``document``."""
    canonical = msgspec.json.encode(msgspec.to_builtins(document), order="sorted")
    return "sha256:" + hashlib.sha256(canonical).hexdigest()


def encode(plan: Plan) -> bytes:
    """The plan as indented JSON, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=1) + b"\n"


def decode(raw: bytes, where: str) -> Plan:
    """Read a plan in the contract's form.

    Raises InputError, naming ``where``, when it is not JSON, not a plan, or of another version.
    """
    try:
        plan = msgspec.json.decode(raw, type=Plan)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: not a plan of format {FORMAT}: {error}. Write one with 'lockgate plan'.") from None
    except msgspec.DecodeError as error:
        raise InputError(f"{where}: not JSON, or cut off: {error}. Write the plan again.") from None
    if plan.format != FORMAT:
        raise InputError(
            f"{where}: format is {plan.format!r}, expected {FORMAT!r}. Write it with this version of Lockgate."
        )
    return plan
