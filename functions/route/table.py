"""The routes: ``routes.json`` beside ``main.py``, compiled from the charter when the stack was planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

Positive = Annotated[int, msgspec.Meta(gt=0)]
Money = Annotated[float, msgspec.Meta(gt=0)]


class RoutesError(Exception):
    """The function must not start: its routes are not what was judged, or cannot be followed."""


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed part of the routes."""


class Price(Strict, frozen=True):
    """Of a million tokens, in the table's currency."""

    input: Money
    output: Money


class Model(Strict, frozen=True):
    """Who publishes a model and who runs it; ``price`` is null where the GPUs are paid by the hour."""

    publisher: str
    hosting: Literal["managed", "deployed"]
    price: Price | None


class Route(Strict, frozen=True):
    """The way of the cases of one tier."""

    action: Literal["manual-review", "validate", "automatic"]
    model: str
    checker: str | None
    timeout_seconds: Positive
    max_input_tokens: Positive
    max_output_tokens: Positive


class Fallback(Strict, frozen=True):
    """What happens without any model."""

    action: Literal["manual-review", "refuse"]
    description: str


class Table(Strict, frozen=True):
    """All that the functions know of the charter; ``monthly_limit`` is in ``currency``."""

    format: Literal["lockgate.routes/1"]
    use_case: str
    summary: str
    project: str
    region: str
    currency: str
    monthly_limit: Money
    masked_fields: list[str]
    models: dict[str, Model]
    tiers: Annotated[dict[Literal["high", "medium", "low"], Route], msgspec.Meta(min_length=1)]
    fallback: Fallback


def load(raw: bytes, judged: str | None) -> Table:
    """Read the routes and hold them against ``judged``: the routes that the plan showed to the rules.

    Raises RoutesError.
    """
    try:
        table = msgspec.json.decode(raw, type=Table)
    except msgspec.DecodeError as error:
        raise RoutesError(f"routes.json: {error}. Deploy again from the charter.") from None
    faults = [*_faults(table), *_differences(table, judged)]
    if faults:
        raise RoutesError(f"routes.json: {'; '.join(faults)}. Deploy again from the charter.")
    return table


def _faults(table: Table) -> Iterator[str]:
    for tier, route in table.tiers.items():
        if tier == "high" and route.action != "manual-review":
            yield f"tiers.high.action is {route.action}, but a person decides every high-risk case"
        if route.action == "validate" and route.checker in {None, route.model}:
            yield f"tiers.{tier}.checker is {route.checker}, expected a model other than the one that drafts"
        for name in filter(None, (route.model, route.checker)):
            model = table.models.get(name)
            if model is None:
                yield f"tiers.{tier} names the model {name}, which models lacks"
            elif model.hosting == "managed" and model.price is None:
                yield f"models.{name}.price is null, so what it costs is unknown"


def _differences(table: Table, judged: str | None) -> Iterator[str]:
    if judged is None:
        yield "the environment variable ROUTES is missing, so these routes were never judged"
        return
    mine: dict[str, Any] = msgspec.to_builtins({**table.tiers, "fallback": table.fallback})
    try:
        theirs = msgspec.json.decode(judged)
    except msgspec.DecodeError:
        theirs = None
    if mine != theirs:
        yield "differs from the environment variable ROUTES, which is what was judged"
