"""Who shares the use case, and what each may spend of its budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from lockgate.charter.money import Money, beyond
from lockgate.charter.section import RELAXABLE, Amount, Contradiction, Distinct, Section, ServiceAccount, Slug


class Tenant(Section):
    """One tenant: the service accounts that call for it."""

    callers: Distinct[ServiceAccount] = Field(
        min_length=1,
        max_length=100,
        description="Those of routing.callers that call for this tenant, and for no other.",
    )
    day: Amount | None = Field(
        default=None, description="Most that its model calls may cost on a day (UTC).", json_schema_extra=RELAXABLE
    )
    month: Amount | None = Field(
        default=None,
        description="Most that its model calls may cost in a calendar month (UTC).",
        json_schema_extra=RELAXABLE,
    )


Tenants = Annotated[dict[Slug, Tenant], Field(max_length=100)]


def contradictions(tenants: Mapping[str, Tenant], callers: list[str], money: Money) -> Iterator[Contradiction]:
    """Each caller has one tenant, and no tenant more than the stack."""
    owner: dict[str, str] = {}
    for name, tenant in tenants.items():
        for index, caller in enumerate(tenant.callers):
            where = ("tenants", name, "callers", index)
            if caller not in callers:
                yield Contradiction(
                    where, f"{caller} is not among routing.callers", "Add it there, or it cannot call at all."
                )
            if owner.setdefault(caller, name) != name:
                yield Contradiction(
                    where, f"{caller} calls for {owner[caller]} already", "Give each tenant a caller of its own."
                )
        yield from beyond(("tenants", name), tenant.day, tenant.month, money)
    for index, caller in enumerate(callers if tenants else ()):
        if caller in owner:
            continue
        if caller.startswith("group:"):
            why, remedy = "is a group, and a call does not say of which", "Name the service accounts that call instead."
        else:
            why, remedy = "calls for no tenant, so on nobody's account", "Add it to the callers of one of tenants."
        yield Contradiction(("routing", "callers", index), why, remedy)
