"""A rehearsal, phase by phase: seed, create, verify, alert, change, unprotect, destroy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import aiohttp
import msgspec

from lockgate.errors import NoDecision
from lockgate.plan.model import Plan, Resource
from lockgate.rehearsal import order as orders
from lockgate.rehearsal import references, report
from lockgate.rehearsal import seed as seeds
from lockgate.rehearsal.carry import Carrier
from lockgate.rehearsal.client import MOST_AT_ONCE, Client, Exchange
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import load
from lockgate.rehearsal.order import Order
from lockgate.rehearsal.references import Choice
from lockgate.rehearsal.report import Failure, Phase, Rehearsed, Report
from lockgate.rehearsal.work import Shared, Work


class Watcher(Protocol):
    """Who is told how far a rehearsal has come."""

    def phase(self, name: str, total: int) -> None:
        """A phase begins."""

    def tick(self) -> None:
        """One more resource of the phase is done."""


class Silent:
    """A watcher that nobody looks at."""

    def phase(self, name: str, total: int) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Prepared:
    """A plan, ready to be carried out, and what is wrong with it before a call is made."""

    plan: Plan
    resources: Mapping[str, Resource]
    order: Order
    choices: Mapping[str, list[Choice]]
    failures: list[Failure]
    seconds: float


def prepare(plan: Plan) -> Prepared:
    """Find for every resource how it is made, in which order, and what its unknowns refer to.

    A type without a mapping, an input without a place, a dangling reference, a cycle and an unknown that could be two
    things are failures of the phase ``plan``: nothing is created when there are any.
    """
    started = time.monotonic()
    entries = load.entries()
    carried = {resource.urn: resource for resource in plan.resources if _is_carried(resource)}
    order, problems = orders.order(plan.resources, carried)
    by_urn = {one.urn: references.Other(one.type, entries.get(one.type), one.inputs) for one in plan.resources}
    found = [(problem.urn, problem.message) for problem in [*orders.duplicates(plan.resources), *problems]]
    choices: dict[str, list[Choice]] = {}
    for urn, resource in carried.items():
        entry = entries.get(resource.type)
        choices[urn] = []
        if entry is None:
            found.append((urn, f"the rehearsal has no mapping for {resource.type}"))
            continue
        strays = bodies.unplaced(entry, resource.inputs)
        found += [(urn, f"the mapping of {resource.type} places no input {stray!r}") for stray in strays]
        try:
            choices[urn] = references.choices(resource, entry, by_urn)
        except references.Ambiguous as ambiguous:
            found.append((urn, str(ambiguous)))
    failures = [_failure(by_urn[urn].type, plan, urn, message) for urn, message in found]
    return Prepared(plan, carried, order, choices, failures, time.monotonic() - started)


async def rehearse(
    prepared: Prepared, charter: Mapping[str, Any] | None, *, base: str, now: datetime, watcher: Watcher | None = None
) -> Report:
    """Carry a prepared plan out against the emulator at ``base``, and take it down again.

    Raises NoDecision when there is no emulator at that address.
    """
    watch = watcher or Silent()
    started = time.monotonic()
    document = seeds.seed(prepared.plan, charter)
    numbers = seeds.numbers(document)
    provider = seeds.provider_inputs(prepared.plan)
    phases: list[Phase] = []
    connector = aiohttp.TCPConnector(limit=MOST_AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        await _seed(session, base, document)
        billed = provider.get("billingProject") if provider.get("userProjectOverride") else None
        shared = Shared(
            Client(session, base, billed_to=billed if isinstance(billed, str) else None),
            bodies.Setting(now, numbers, _labels(provider)),
            _project(provider, document),
        )
        entries = load.entries()
        works = {urn: Work(one, entries[one.type], shared) for urn, one in prepared.resources.items()}
        carrier = Carrier(works, prepared.choices, numbers)
        await _phases(carrier, prepared.order, watch, phases)
    return Report(
        format=report.FORMAT,
        stack=prepared.plan.stack,
        decision="allow",
        emulator=base,
        seconds=round(time.monotonic() - started, 3),
        phases=phases,
        resources=[_rehearsed(carrier, work) for work in works.values()],
        failures=carrier.failures,
        skipped=carrier.skipped,
        survivors=sorted(carrier.survivors, key=lambda survivor: (survivor.reason, survivor.urn)),
        unprotected=sorted(urn for urn in carrier.exists if works[urn].resource.protect),
        alerts=carrier.alerts,
    )


def refused(prepared: Prepared, verdict: Any = None) -> Report:
    """The report of a plan that was not carried out: the gate denied it, or it cannot be carried out."""
    return Report(
        format=report.FORMAT,
        stack=prepared.plan.stack,
        decision="deny" if verdict is not None else "allow",
        emulator="",
        seconds=round(prepared.seconds, 3),
        phases=[],
        resources=[],
        failures=prepared.failures if verdict is None else [],
        skipped=[],
        survivors=[],
        unprotected=[],
        verdict=None if verdict is None else msgspec.to_builtins(verdict),
    )


async def _phases(carrier: Carrier, order: Order, watch: Watcher, phases: list[Phase]) -> None:
    total = len(order.after)

    def end(name: str, since: float, done: int, of: int) -> None:
        phases.append(Phase(name, round(time.monotonic() - since, 3), done, of))

    since = time.monotonic()
    watch.phase("create", total)
    end("create", since, await carrier.make(order, watch.tick), total)
    for name, step in (
        ("verify", carrier.verify),
        ("alert", carrier.alert),
        ("change", carrier.change),
        ("unprotect", carrier.unprotect),
    ):
        since, ticks = time.monotonic(), _Counted(watch)
        of = carrier.thresholds() if name == "alert" else len(carrier.exists)
        if not of:
            continue
        watch.phase(name, of)
        good = await step(ticks.tick)
        end(name, since, good, of if name == "alert" else ticks.count)
    since = time.monotonic()
    there = len(carrier.exists)
    watch.phase("destroy", there)
    await carrier.destroy(order, watch.tick)
    end("destroy", since, len(carrier.gone) + len(carrier.survivors), there)


class _Counted:
    def __init__(self, watch: Watcher) -> None:
        self.count = 0
        self._watch = watch

    def tick(self) -> None:
        self.count += 1
        self._watch.tick()


async def _seed(session: aiohttp.ClientSession, base: str, document: Mapping[str, Any]) -> None:
    try:
        async with session.post(f"{base}/_seed", json=document, timeout=aiohttp.ClientTimeout(total=30)) as answer:
            if answer.status != 200:
                text = (await answer.text())[:300]
                raise NoDecision(f"{base}: is no emulator of Lockgate: POST /_seed answers {answer.status}: {text}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NoDecision(f"{base}: no emulator answers there: {error}. Start one with 'lockgate emulator'.") from None


def _is_carried(resource: Resource) -> bool:
    """Components are made by nobody, and a provider is a setting."""
    return resource.custom and not resource.type.startswith("pulumi:providers:")


def _failure(type_: str, plan: Plan, urn: str, message: str) -> Failure:
    source = next((resource.source for resource in plan.resources if resource.urn == urn), None)
    return Failure(urn, type_, source, "plan", message)


def _labels(provider: Mapping[str, Any]) -> dict[str, str]:
    labels = provider.get("defaultLabels")
    return {key: value for key, value in labels.items() if isinstance(value, str)} if isinstance(labels, dict) else {}


def _project(provider: Mapping[str, Any], document: Mapping[str, Any]) -> str | None:
    project = provider.get("project")
    if isinstance(project, str):
        return project
    return next((one["id"] for one in document["projects"]), None)


def _rehearsed(carrier: Carrier, work: Work) -> Rehearsed:
    urn = work.resource.urn
    if any(failure.urn == urn for failure in carrier.failures):
        outcome = "failed"
    elif urn in carrier.gone:
        outcome = "gone"
    elif any(survivor.urn == urn for survivor in carrier.survivors):
        outcome = "survives"
    else:
        outcome = "made" if urn in carrier.exists else "skipped"
    calls = [_call(exchange) for exchange in work.made]
    name = work.rest_name if urn in carrier.exists else None
    return Rehearsed(urn, work.resource.type, work.resource.source, name, outcome, round(work.seconds, 3), calls)


def _call(exchange: Exchange) -> report.Call:
    return report.Call(exchange.method, exchange.url, exchange.status, round(exchange.seconds * 1000, 1))
