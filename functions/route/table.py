"""The routes: ``routes.json`` beside ``main.py``, compiled from the charter when the stack was planned."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from ledger.budget import Budget
from route.condition import Condition

Positive = Annotated[int, msgspec.Meta(gt=0)]
Money = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Tier = Literal["high", "medium", "low"]
# From the one that costs most when it goes wrong; what is not known is taken for the first that the charter has.
STRICTEST_FIRST: tuple[Tier, ...] = ("high", "medium", "low")
Role = Literal["draft", "check", "format"]
Door = Literal["cases", "chat"]
# YAML's and JSON's numbers are compiled to decimal text.
Value = str | bool | None


class RoutesError(Exception):
    """The function must not start: its routes are not what was judged, or cannot be followed."""


# How a case comes in.


class Field(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One field of a case in its current form, or of an answer.

    ``missing`` is for a field that is absent or null, ``invalid`` for a value that cannot be read as ``type``, is out
    of range, or is no member of ``values``. ``allow`` leaves an optional field out. ``document`` is nested JSON, kept
    as it is. ``unit`` is what the number is in, such as EUR.
    """

    type: Literal["text", "decimal", "integer", "date", "boolean", "choice", "document"]
    missing: Literal["default", "review", "refuse", "allow"] = "review"
    invalid: Literal["review", "refuse"] = "review"
    default: Value = None
    unit: str | None = None
    values: list[str] = []
    least: str | None = None
    most: str | None = None
    longest: Positive = 20_000


class Formats(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How a source writes values: ``dates`` in the directives of strptime(3), tried in order; the decimal mark."""

    dates: list[str] = msgspec.field(default_factory=lambda: ["%Y-%m-%d"])
    decimal: Literal["point", "comma"] = "point"
    true: list[str] = msgspec.field(default_factory=lambda: ["true"])
    false: list[str] = msgspec.field(default_factory=lambda: ["false"])


class Step(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One step of a migration; which keys it needs follows from ``do``.

    ``rename`` moves ``field`` (a dotted path reaches into nested objects) to ``to``; ``drop`` removes it; ``set`` gives
    it ``value`` where it is absent; ``map`` replaces its value by ``values``, and what is not in there goes the way of
    ``otherwise``; ``scale`` multiplies by ``factor`` (units); ``split`` cuts it at ``separator`` into ``into``;
    ``join`` puts the fields of ``into`` together in ``field``.
    """

    do: Literal["rename", "drop", "set", "map", "scale", "split", "join"]
    field: str
    why: str
    to: str | None = None
    value: Value = None
    values: dict[str, Value] = {}
    otherwise: Literal["keep", "review", "refuse"] = "review"
    factor: str | None = None
    separator: str | None = None
    into: list[str] = []


class Example(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What a migration makes of one document; the function does not start where it makes something else of it."""

    before: dict[str, Any]
    after: dict[str, Any]


class Version(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One schema version of a source; ``to`` is the version that ``steps`` lead to, null for the current one.

    From ``until`` on (a day, the last on which it is taken) a case of this version goes the way of ``then``.
    """

    to: str | None = None
    steps: list[Step] = []
    formats: Formats = msgspec.field(default_factory=Formats)
    examples: list[Example] = []
    until: datetime.date | None = None
    then: Literal["review", "refuse"] = "review"


class Source(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A system that sends cases; ``current`` is the version whose formats and names are those of ``fields``."""

    current: str
    versions: dict[str, Version]
    unknown_version: Literal["review", "refuse"] = "review"


class Intake(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Fields, sources, and what happens to what nobody declared."""

    fields: dict[str, Field]
    unknown_fields: Literal["drop", "review", "refuse"]
    sources: dict[str, Source]


class Masking(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What no model, log or desk sees.

    ``fields`` by name, at any depth; ``patterns`` found in every text; ``countries`` (ISO 3166-1 alpha-2) whose
    national ids and phone numbers are looked for; ``screened`` tiers ask Google's services as well.
    """

    fields: list[str]
    patterns: list[Literal["card", "iban", "email", "phone", "national-id", "ip"]] = []
    countries: list[str] = []
    screened: list[Tier] = []


# How it is decided.


class Model(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Who publishes a model and who runs it; a deployed one is paid by the hour, so its tokens have no price."""

    publisher: str
    hosting: Literal["managed", "deployed"]


class Limits(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Of one role; where a route gives none, the draft's hold."""

    max_input_tokens: Positive
    max_output_tokens: Positive


class Route(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The way of the cases of one tier, as the charter's routing has it and as the plan showed it to the rules.

    ``timeout_seconds`` is one role's; a case has as many of them as it has roles, retries and next models included.
    The first and the next models share it equally; what one does not use is left for the rest.
    """

    action: Literal["manual-review", "validate", "automatic"]
    model: str
    checker: str | None
    timeout_seconds: Positive
    max_input_tokens: Positive
    max_output_tokens: Positive
    formatter: str | None = None
    check: Limits | None = None
    format: Limits | None = None
    next_models: list[str] = []
    over_budget: str | None = None

    def roles(self) -> Iterator[tuple[Role, str, Limits]]:
        """Each role in order, with its model and limits."""
        own = Limits(self.max_input_tokens, self.max_output_tokens)
        yield "draft", self.model, own
        if self.checker is not None:
            yield "check", self.checker, self.check or own
        if self.formatter is not None:
            yield "format", self.formatter, self.format or own

    def deadline(self) -> int:
        """Seconds in which a case has its decision, its review or its fallback."""
        return self.timeout_seconds * sum(1 for _ in self.roles())


class Fallback(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What happens without any model."""

    action: Literal["manual-review", "refuse"]
    description: str


class BusinessRule(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What an answer has to meet in these tiers; one that breaks it goes to a person, who reads ``otherwise``."""

    name: str
    tiers: list[Tier]
    require: Condition
    otherwise: str


class Retries(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Retries are paid from a budget: each first call adds ``share`` of one, and no more than ``most`` are saved up.

    After ``failures`` in a row a model is not asked for ``open_seconds``; then one call tries it.
    """

    share: Share = 0.1
    most: Positive = 10
    failures: Positive = 5
    open_seconds: Positive = 30


class Tenant(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Who calls for a tenant: IAM members of one caller each, such as serviceAccount:x@y.iam.gserviceaccount.com."""

    callers: list[str]


class Table(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """All that the functions know of the charter; ``monthly_limit`` is the whole stack's, in ``currency``.

    ``rules`` say of each tier what brings a case there; a tier without rules takes the rest. ``budgets`` are the model
    calls' own, and ``revision`` is theirs. Without ``tenants`` every caller is the tenant named like the use case.
    """

    format: Literal["lockgate.routes/2"]
    use_case: str
    summary: str
    project: str
    region: str
    currency: str
    monthly_limit: Money
    doors: Annotated[list[Door], msgspec.Meta(min_length=1)]
    intake: Intake
    masking: Masking
    segments: dict[str, Condition]
    rules: dict[Tier, list[Condition]]
    output: dict[str, Field]
    business_rules: list[BusinessRule]
    models: dict[str, Model]
    tiers: Annotated[dict[Tier, Route], msgspec.Meta(min_length=1)]
    fallback: Fallback
    retries: Retries
    tenants: dict[str, Tenant]
    budgets: Annotated[list[Budget], msgspec.Meta(min_length=1)]
    revision: Positive

    def strictest(self) -> Tier:
        """The strictest tier that the charter has."""
        return next(tier for tier in STRICTEST_FIRST if tier in self.tiers)


def load(raw: bytes, judged: str | None, digest: str | None) -> Table:
    """Read the routes; ``judged`` are those that the plan showed to the rules, ``digest`` the SHA-256 of the whole.

    Raises RoutesError.
    """
    try:
        table = msgspec.json.decode(raw, type=Table)
    except msgspec.DecodeError as error:
        raise RoutesError(f"routes.json: {error}. Deploy again from the charter.") from None
    faults = [*_faults(table), *_differences(table, judged)]
    if hashlib.sha256(raw).hexdigest() != digest:
        faults.append("its SHA-256 is not that of the environment variable TABLE_SHA256")
    if faults:
        raise RoutesError(f"routes.json: {'; '.join(faults)}. Deploy again from the charter.")
    return table


def _faults(table: Table) -> Iterator[str]:
    for tier, route in table.tiers.items():
        if tier == "high" and route.action != "manual-review":
            yield f"tiers.high.action is {route.action}, but a person decides every high-risk case"
        if route.action == "validate" and route.checker in {None, route.model, *route.next_models, route.over_budget}:
            yield f"tiers.{tier}.checker is {route.checker}, expected a model other than those that draft"
        for name in filter(None, (*(model for _, model, _ in route.roles()), *route.next_models, route.over_budget)):
            if name not in table.models:
                yield f"tiers.{tier} names the model {name}, which models lacks"
    for name, source in table.intake.sources.items():
        if source.current not in source.versions:
            yield f"intake.sources.{name}.current is {source.current}, which versions lacks"


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
