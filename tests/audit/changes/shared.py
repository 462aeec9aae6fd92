"""What the changes have in common: where the stack is, and how they are told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.audit.conftest import Google

REGION = "europe-west4"

ROUTER = "claims-triage-router"

PERSON = "user:mallory@example.com"

STATE_BUCKET = "claims-triage-418273645091-state"


@dataclass(frozen=True)
class Seeded:
    """One kind of drift."""

    what: str
    """``changed``, ``missing`` or ``extra``."""
    type: str
    """The end of the type of what is named."""
    name: str
    """The planned resource's name in the program; the end of the REST name for what is extra."""
    field: str | None
    """The start of the field, as the API spells it."""
    make: Callable[[Google], Any]
