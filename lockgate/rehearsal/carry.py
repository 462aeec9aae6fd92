"""Carrying resources out: as many at once as their dependencies allow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lockgate.plan.model import Resource
from lockgate.rehearsal import alerts, compare, policies, procedures, references
from lockgate.rehearsal.client import Refusal
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import template
from lockgate.rehearsal.mapping.model import has
from lockgate.rehearsal.order import Order
from lockgate.rehearsal.references import Choice
from lockgate.rehearsal.report import Alert, Failure, Skipped, Survivor
from lockgate.rehearsal.work import Gone, Work

Tick = Callable[[], None]


class Wrong(Exception):
    """A resource is not as it should be; the argument says how."""


@dataclass
class Carrier:
    """The resources of a plan while they are carried out, and what was found."""

    works: Mapping[str, Work]
    choices: Mapping[str, list[Choice]]
    numbers: Mapping[str, str]
    failures: list[Failure] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    exists: set[str] = field(default_factory=set)
    """What a destroy has to look at, whether or not all of it was made as it should be."""
    good: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    async def make(self, order: Order, tick: Tick) -> int:
        """Create every resource after those that it depends on; how many there are now."""
        await self._each("create", order, self._make, tick)
        return len(self.good)

    async def verify(self, tick: Tick) -> int:
        """Read every resource back; how many are as they were sent."""
        return await self._each("verify", self._unordered(), self._verify, tick)

    def thresholds(self) -> int:
        """How many thresholds there are whose alert can be heard."""
        return sum(len(alerts.spends(work.answer)) for work in self._heard())

    async def alert(self, tick: Tick) -> int:
        """Cross each threshold of each budget that has a topic; how many alerts arrived as they should."""
        for work in self._heard():
            await self._try("alert", work, lambda work: self._alert(work, tick))
        return sum(alert.problem is None for alert in self.alerts)

    async def change(self, tick: Tick) -> int:
        """Change something in every resource that has something harmless to change; how many were changed."""
        return await self._each("change", self._unordered(self._changeable), self._change, tick)

    async def unprotect(self, tick: Tick) -> int:
        """Lift the resources' own protection against deletion, by an explicit call each."""
        return await self._each("unprotect", self._unordered(self._protected), self._unprotect, tick)

    async def destroy(self, order: Order, tick: Tick) -> int:
        """Delete what exists, the last first, and see what is left; how many resources are gone."""
        backwards = order.reverse().after
        there = Order({urn: after & self.exists for urn, after in backwards.items() if urn in self.exists})
        await self._each("destroy", there, self._destroy, tick)
        left = [urn for urn in there.after if self._abandoned(self.works[urn])]
        await self._each("destroy", Order(dict.fromkeys(left, frozenset())), self._see, lambda: None)
        return len(self.gone)

    async def _each(self, phase: str, order: Order, step: Callable[[Work], Awaitable[None]], tick: Tick) -> int:
        """Take a step with each resource when it was taken with all that it waits for; how many steps succeeded."""
        done: dict[str, asyncio.Task[bool]] = {}

        async def one(urn: str) -> bool:
            before = sorted(order.after[urn])
            results = await asyncio.gather(*(asyncio.shield(done[earlier]) for earlier in before))
            failed = next((earlier for earlier, good in zip(before, results, strict=True) if not good), None)
            if failed is not None:
                self.skipped.append(Skipped(urn, phase, failed))
                return False
            good = await self._try(phase, self.works[urn], step)
            tick()
            return good

        async with asyncio.TaskGroup() as group:
            # A task starts to run at the first wait of this one, when every other has been put in place.
            for urn in order.after:
                done[urn] = group.create_task(one(urn))
        return sum(task.result() for task in done.values())

    async def _try(self, phase: str, work: Work, step: Callable[[Work], Awaitable[None]]) -> bool:
        started = time.monotonic()
        try:
            await step(work)
        except Refusal as refusal:
            called = f"{refusal.exchange.method} {refusal.exchange.url}"
            self._fail(phase, work, refusal.message, call=called, status=refusal.status, code=refusal.code)
        except template.Missing as missing:
            self._fail(phase, work, f"{missing} is needed for the call, and nothing says what it is")
        except bodies.Unplaced as unplaced:
            self._fail(phase, work, str(unplaced))
        except Gone:
            self._fail(phase, work, "is not there any more")
        except Wrong as wrong:
            last = work.made[-1] if work.made else None
            self._fail(phase, work, str(wrong), call=f"{last.method} {last.url}" if last else None)
        else:
            return True
        finally:
            work.seconds += time.monotonic() - started
        return False

    def _fail(self, phase: str, work: Work, message: str, **more: Any) -> None:
        resource = work.resource
        self.failures.append(Failure(resource.urn, resource.type, resource.source, phase, message, **more))

    async def _make(self, work: Work) -> None:
        work.inputs = await self._resolved(work)
        if work.entry.policy is None:
            work.sent = bodies.build(work.entry, work.inputs, work.shared.setting)
        else:
            strays = bodies.unplaced(work.entry, work.inputs)
            if strays:
                raise bodies.Unplaced(f"the mapping places no input {strays[0]!r}")
            work.sent = policies.part(work.entry.kind, work.inputs)
        procedure = procedures.of(work.entry.kind)
        try:
            work.answer = await procedure.make(work)
        except Refusal:
            # Some kinds take several calls: what the first of them made has to be taken down again.
            if any(exchange.method != "GET" and exchange.status < 300 for exchange in work.made):
                self.exists.add(work.resource.urn)
            raise
        self.exists.add(work.resource.urn)
        if work.entry.unread is None:
            work.answer = await procedure.read(work)
        self.good.add(work.resource.urn)

    async def _resolved(self, work: Work) -> dict[str, Any]:
        values: dict[references.Path, Any] = {}
        for choice in self.choices[work.resource.urn]:
            if choice.lookup is not None:
                asked = self.works[choice.urns[0]]
                answer = await asked.call(choice.lookup.call, service=choice.lookup.service)
                filled = template.expand(choice.lookup.output, {"answer": answer}, encode=False)
                values[choice.path] = filled
            else:
                outputs = [self.works[urn].output(choice.output) for urn in choice.urns]
                values[choice.path] = ",".join(outputs)
        return references.fill(work.resource.inputs, values)

    async def _verify(self, work: Work) -> None:
        if work.entry.unread is not None:
            return
        work.answer = await procedures.of(work.entry.kind).read(work)
        wrong = compare.differences(work.entry, work.sent, work.answer, self.numbers)
        if not compare.matches(work.answer, work.entry.expect):
            wrong.append(f"expected {dict(work.entry.expect)}")
        if wrong:
            raise Wrong("reads back otherwise than it was sent: " + "; ".join(wrong))

    def _heard(self) -> list[Work]:
        works = [self.works[urn] for urn in sorted(self.good) if self.works[urn].resource.type == alerts.BUDGET]
        return [work for work in works if alerts.topic(work.answer) is not None]

    async def _alert(self, work: Work, tick: Tick) -> None:
        heard = await alerts.sound(work, tick)
        self.alerts += heard
        for alert in heard:
            if alert.problem is not None:
                self._fail("alert", work, alert.problem)

    async def _change(self, work: Work) -> None:
        changed = await procedures.change(work)
        work.answer = await procedures.of(work.entry.kind).read(work)
        how = work.entry.change
        assert how is not None  # noqa: S101 - see _changeable
        if how.blind is None:
            wrong = compare.differences(work.entry, changed, work.answer, self.numbers)
            if wrong:
                raise Wrong("did not take a change: " + "; ".join(wrong))
        if how.restore:
            await procedures.restore(work)
            work.answer = await procedures.of(work.entry.kind).read(work)

    async def _unprotect(self, work: Work) -> None:
        await procedures.unprotect(work)

    async def _destroy(self, work: Work) -> None:
        if self._abandoned(work):
            return
        if work.entry.delete != "none" or work.entry.policy is not None or work.entry.kind == "key":
            survivor = next(work.entry.survivors(work.inputs), None)
            if survivor is None or survivor.state or work.entry.kind in {"key", "log_bucket"}:
                await procedures.of(work.entry.kind).delete(work)
        await self._see(work)

    async def _see(self, work: Work) -> None:
        """Whether a resource is gone, or survives as declared."""
        survivor = next(work.entry.survivors(work.inputs), None)
        answer = await self._left(work)
        if answer is None:
            if survivor is not None:
                raise Wrong(f"is gone, and was declared to survive: {survivor.reason}")
            self.gone.add(work.resource.urn)
            return
        if survivor is None:
            raise Wrong("is still there after its deletion, and nothing declares that it survives")
        if not compare.matches(answer, survivor.state):
            raise Wrong(f"was declared to survive as {dict(survivor.state)}, and does not: {survivor.reason}")
        resource = work.resource
        self.survivors.append(Survivor(resource.urn, resource.type, work.rest_name, survivor.reason))

    async def _left(self, work: Work) -> dict[str, Any] | None:
        if work.entry.unread is not None:
            return work.answer
        try:
            answer = await procedures.of(work.entry.kind).read(work)
        except Gone:
            return None
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise
        gone_when = work.entry.gone_when
        return None if gone_when and compare.matches(answer, gone_when) else answer

    def _unordered(self, wanted: Callable[[Work], bool] = lambda _: True) -> Order:
        return Order({urn: frozenset() for urn in self.works if urn in self.good and wanted(self.works[urn])})

    @staticmethod
    def _changeable(work: Work) -> bool:
        return work.entry.change is not None

    @staticmethod
    def _protected(work: Work) -> bool:
        return bool(work.entry.unprotect)

    @staticmethod
    def _abandoned(work: Work) -> bool:
        return bool(work.entry.abandoned) and has(work.inputs, work.entry.abandoned)


def resource_name(resource: Resource) -> str:
    """The type's last part and the name, for people."""
    return f"{resource.type.rpartition(':')[2]} {resource.name}"
