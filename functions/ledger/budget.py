"""Budgets: how much may be spent by the stack, a tenant or a tier, on a day or in a month. Periods are UTC."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ledger import money

Scope = Literal["stack", "tenant", "tier"]
Window = Literal["day", "month"]
SECONDS_A_DAY = 86_400
EVERY = "*"


class BudgetError(Exception):
    """The budgets cannot be followed; the process must not start."""


class Budget(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """``limit`` in the charter's currency; ``name`` of the tenant or tier, ``*`` for each that has none of its own."""

    scope: Scope
    name: str
    window: Window
    limit: Decimal

    def __post_init__(self) -> None:
        """Raises ValueError, which is a fault of the document where it is decoded; msgspec bounds no Decimal."""
        if not (self.limit.is_finite() and self.limit >= 0):
            raise ValueError(f"the {self.window}'s budget of {self.scope} {self.name} is {self.limit}, below zero")


class Account(msgspec.Struct, frozen=True, gc=False, order=True):
    """One budget in one period; ``start`` is the period's first day, as YYYY-MM-DD."""

    scope: Scope
    name: str
    window: Window
    start: str

    def resets_at(self) -> datetime.datetime:
        """When the next period begins."""
        first = datetime.datetime.fromisoformat(self.start).replace(tzinfo=datetime.UTC)
        if self.window == "day":
            return first + datetime.timedelta(days=1)
        return (first + datetime.timedelta(days=32)).replace(day=1)

    def __str__(self) -> str:
        return f"{self.scope}/{self.name}/{self.window}/{self.start}"


def named(text: str) -> Account:
    """The account of this name, which is what ``str`` makes of it; raises ValueError."""
    scope, _, rest = text.partition("/")
    name, *ends = rest.rsplit("/", 2)
    found = dict(zip(("scope", "name", "window", "start"), (scope, name, *ends), strict=False))
    try:
        account = msgspec.convert(found, Account)
        first = datetime.date.fromisoformat(account.start)
        account.resets_at()
    except (msgspec.ValidationError, ValueError, OverflowError):
        raise ValueError(_NO_ACCOUNT) from None
    if first.isoformat() != account.start or (account.window == "month" and first.day != 1):
        raise ValueError(_NO_ACCOUNT)
    return account


_NO_ACCOUNT = "expected scope/name/window/first day, such as tenant/acme/day/2026-11-23"


class Limit(msgspec.Struct, frozen=True, gc=False):
    """An account and its ceiling, in units of 1e-12 of the currency."""

    account: Account
    ceiling: int


class Budgets:
    """All budgets of a charter; ``revision`` grows with each charter, and the store follows the greatest."""

    def __init__(self, budgets: list[Budget], revision: int) -> None:
        """Raises BudgetError where one is named twice, has a fraction below 1e-12, or nothing bounds the stack."""
        self.revision = revision
        self._ceilings: dict[tuple[str, str, str], int] = {}
        for budget in budgets:
            key = (budget.scope, budget.name, budget.window)
            if key in self._ceilings:
                raise BudgetError(f"the {budget.window}'s budget of {budget.scope} {budget.name} is given twice")
            try:
                self._ceilings[key] = money.amount(budget.limit)
            except money.InexactError as error:
                raise BudgetError(f"the {budget.window}'s budget of {budget.scope} {budget.name}: {error}") from None
        if not any(scope == "stack" for scope, _, _ in self._ceilings):
            raise BudgetError("no budget bounds the stack; give it a day's or a month's")
        self._known: dict[tuple[int, str, str], tuple[Limit, ...]] = {}

    def limits(self, tenant: str, tier: str, at: float) -> tuple[Limit, ...]:
        """The accounts that a call at ``at`` (seconds since 1970) draws on, sorted.

        A tenant or tier without a budget is bounded by the stack's.
        """
        key = (int(at // SECONDS_A_DAY), tenant, tier)
        known = self._known.get(key)
        if known is None:
            if len(self._known) > 10_000:
                self._known.clear()  # tenants come from requests: what they can make us keep is bounded
            known = self._known[key] = self._find(key)
        return known

    def _find(self, key: tuple[int, str, str]) -> tuple[Limit, ...]:
        number, tenant, tier = key
        day = datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
        starts: dict[Window, datetime.date] = {"day": day, "month": day.replace(day=1)}
        names: dict[Scope, str] = {"stack": EVERY, "tenant": tenant, "tier": tier}
        found = []
        for scope, name in names.items():
            for window, start in starts.items():
                ceiling = self._ceilings.get((scope, name, window), self._ceilings.get((scope, EVERY, window)))
                if ceiling is not None:
                    found.append(Limit(Account(scope, name, window, start.isoformat()), ceiling))
        return tuple(sorted(found, key=lambda limit: limit.account))
