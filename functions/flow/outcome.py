"""What becomes of a case: the closed set of outcomes, and what its caller is told of each."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from route.table import Role, Tier

Outcome = Literal["automatic", "validated", "review", "fallback"]


class Proposed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the drafting model proposes. It is a person's to decide on, unless the outcome makes it the decision."""

    output: dict[str, Any]
    reasons: list[str]
    facts: list[str]
    confidence: str | None = None
    text: str | None = None


class Decided(msgspec.Struct, frozen=True, gc=False):
    """The end of the flow. ``cause`` is one word for the log; ``objections`` are read by the person who reviews.

    Only ``automatic`` and ``validated`` carry a decision; ``review`` and a fallback to a person may carry a proposal.
    """

    outcome: Outcome
    tier: Tier
    why: list[str]
    decision: Proposed | None = None
    proposal: Proposed | None = None
    objections: list[str] = []
    rules: list[str] = []
    cause: str | None = None


class Asked(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One attempt at a model, for the audit trail. Amounts are in units of 1e-12 of the table's currency.

    ``spent`` is None where nothing is paid a token (deployed models) or nothing was reserved.
    """

    call: str
    role: Role
    model: str
    state: Literal["settled", "charged", "released", "unpriced", "refused"]
    cause: str | None = None
    reserved: int = 0
    spent: int | None = None
    input: int = 0
    output: int = 0
    cached: int = 0
    over: int = 0
    milliseconds: int = 0
