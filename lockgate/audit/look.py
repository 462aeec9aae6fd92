"""Every planned resource looked for in the deployed stack, in the order in which one needs what another says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lockgate.audit import compare
from lockgate.audit import kinds as catalogue
from lockgate.audit.calls import Absent, Call, Reader, Unreadable, call
from lockgate.audit.kinds import Kind, Under
from lockgate.plan.model import UNKNOWN, Plan, Resource
from lockgate.rehearsal import order as orders
from lockgate.rehearsal import policies, references
from lockgate.rehearsal.compare import matches
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import load, template
from lockgate.rehearsal.mapping.model import Entry
from lockgate.rehearsal.references import Choice

AT_ONCE = 8
"""Calls at once: a client's connections, and well below every read quota of a project."""
IDENTITY = "gcp:projects/serviceIdentity:ServiceIdentity"


@dataclass
class Found:
    """One planned resource, and what there is of it."""

    resource: Resource
    entry: Entry
    kind: Kind
    inputs: dict[str, Any] = field(default_factory=dict)
    """As planned, with every unknown that could be resolved."""
    choices: list[Choice] = field(default_factory=list)
    """Where its unknowns come from."""
    values: dict[str, Any] = field(default_factory=dict)
    """What templates are filled with."""
    sent: dict[str, Any] = field(default_factory=dict)
    """As the API takes it; a grant as its part of a policy."""
    call: Call | None = None
    answer: dict[str, Any] | None = None
    """The live resource, or the live policy that a grant is part of. None where there is none, or none is known."""
    absent: bool = False
    unread: Unreadable | None = None
    doubts: list[str] = field(default_factory=list)
    """Inputs that could not be resolved, and so not be compared."""

    @property
    def name(self) -> str:
        """The resource as its service names it, or as it would."""
        for key in ("name", "selfLink", "id"):
            value = (self.answer or {}).get(key)
            if isinstance(value, str) and value and self.entry.policy is None:
                return value.removeprefix("https://www.googleapis.com/")
        wanted = self.call.subject if self.call else ""
        said = self.inputs.get("displayName")
        return f"{wanted} ({said!r})" if self.kind.list and isinstance(said, str) else wanted or self.resource.name


@dataclass(frozen=True)
class Setting:
    """What all resources of an audit share."""

    project: str
    numbers: Mapping[str, str]
    body: bodies.Setting

    @property
    def number(self) -> str:
        """The number of the stack's own project."""
        return self.numbers.get(self.project, "")


def look(plan: Plan, reader: Reader, setting: Setting, tick: Callable[[], None] = lambda: None) -> dict[str, Found]:
    """What there is of each resource that an API made, by URN."""
    entries, kinds = load.entries(), catalogue.kinds()
    carried = {one.urn: one for one in plan.resources if one.custom and not one.type.startswith("pulumi:")}
    order, _ = orders.order(plan.resources, carried)
    by_urn = {one.urn: references.Other(one.type, entries.get(one.type), one.inputs) for one in plan.resources}
    found: dict[str, Found] = {}

    def one(urn: str) -> Found:
        resource = carried[urn]
        entry, kind = entries.get(resource.type), kinds.get(resource.type)
        if entry is None or kind is None:
            why = Unreadable(f"this version of Lockgate has no way to read {resource.type}")
            return Found(resource, entry or Entry(service="", name=""), kind or Kind(), unread=why)
        looked = Found(resource, entry, kind)
        _resolve(looked, by_urn, found, setting)
        _read(looked, reader, setting)
        tick()
        return looked

    with ThreadPoolExecutor(AT_ONCE, "lockgate-audit") as pool:
        for wave in orders_waves(order, carried):
            found |= zip(wave, pool.map(one, wave), strict=True)
    return found


def orders_waves(order: orders.Order, carried: Mapping[str, Resource]) -> list[list[str]]:
    """Resources in groups, each after those that it needs; one that is in no order comes last."""
    waves = order.waves()
    placed = {urn for wave in waves for urn in wave}
    return [*waves, [urn for urn in carried if urn not in placed]]


def _resolve(
    looked: Found,
    by_urn: Mapping[str, references.Other],
    found: Mapping[str, Found],
    setting: Setting,
) -> None:
    """Put into each unknown what it refers to."""
    resource, entry = looked.resource, looked.entry
    try:
        looked.choices = references.choices(resource, entry, by_urn)
    except references.Ambiguous as ambiguous:
        looked.doubts.append(str(ambiguous))
    values: dict[references.Path, Any] = {}
    for choice in looked.choices:
        place = references.dotted(choice.path)
        if any(place == text or place.startswith(f"{text}.") for text in entry.opaque):
            continue  # text of the program's own: which output went into it cannot be known
        try:
            values[choice.path] = _referred(choice, found, setting)
        except (template.Missing, KeyError) as error:
            values[choice.path] = UNKNOWN
            of = found.get(choice.urns[0])
            if of is None or not of.absent:
                looked.doubts.append(f"{place}: what it refers to is not known ({error or type(error).__name__})")
    looked.inputs = references.fill(resource.inputs, values)
    # A secret stays one: its placeholder is for calls that make something.
    looked.inputs = _secrets_kept(resource.inputs, looked.inputs)
    # A path with an unknown in it cannot be filled.
    looked.values = {"project": setting.project, "number": setting.number, **_known(looked.inputs)}


def _referred(choice: Choice, found: Mapping[str, Found], setting: Setting) -> Any:
    of = found[choice.urns[0]]
    if of.resource.type == IDENTITY or choice.lookup is not None:
        return {compare.AGENT: setting.number}
    answer = of.answer or {}
    more = {key: template.expand(text, answer, encode=False) for key, text in of.kind.answer.items()} if answer else {}
    return template.expand(of.entry.outputs[choice.output], {**of.values, "answer": {**answer, **more}}, encode=False)


def _secrets_kept(planned: Any, filled: Any) -> Any:
    if planned == {"$secret": True}:
        return planned
    if isinstance(planned, dict) and isinstance(filled, dict):
        return {key: _secrets_kept(planned.get(key), value) for key, value in filled.items()}
    if isinstance(planned, list) and isinstance(filled, list):
        return [_secrets_kept(a, b) for a, b in zip(planned, filled, strict=True)]
    return filled


def _known(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if value != UNKNOWN}


def _read(looked: Found, reader: Reader, setting: Setting) -> None:
    kind, entry = looked.kind, looked.entry
    if kind.nothing:
        return
    text = kind.policy or kind.get or kind.list
    assert text is not None  # noqa: S101 - of every kind that is read
    try:
        if entry.policy is not None:
            looked.sent = policies.part(entry.kind, looked.inputs)
        else:
            looked.sent = bodies.build(entry, _known(looked.inputs), setting.body)
        values = {**looked.values, "sent": looked.sent}
        looked.call = call(text, values, by=kind.by, service=entry.service, host=kind.host)
        answer = reader.read(looked.call)
        looked.answer = chosen(kind, values, answer, setting) if kind.list else answer
        if kind.also is not None and looked.answer is not None:
            values = {**values, "answer": looked.answer}
            more = reader.read(call(kind.also.get, values, by=kind.also.by, service=entry.service))
            looked.answer = completed(looked.answer, more)
        if kind.under is not None and looked.answer is not None:
            beneath = reader.read(call(kind.under.get, values, by=kind.under.by, service=kind.under.service))
            looked.answer = overlaid(looked.answer, kind.under, beneath)
        looked.absent = looked.answer is None or bool(kind.gone and matches(looked.answer, kind.gone))
    except Absent:
        looked.absent = True
    except Unreadable as unread:
        looked.unread = unread
    except (template.Missing, bodies.Unplaced) as error:
        missed = [one for one in looked.choices if one.path and looked.inputs.get(str(one.path[0])) == UNKNOWN]
        why = f"what it is named by is not there ({error})" if missed else f"the plan does not name it ({error})"
        looked.unread = Unreadable(why)
    if looked.absent:
        looked.answer = None


def completed(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two answers about one resource as one: what the first does not say, the second does."""
    whole = dict(second)
    for key, value in first.items():
        other = second.get(key)
        whole[key] = completed(value, other) if isinstance(value, Mapping) and isinstance(other, Mapping) else value
    return whole


def overlaid(answer: Mapping[str, Any], under: Under, beneath: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with what the resource beneath says in truth."""
    whole: dict[str, Any] = copy.deepcopy(dict(answer))
    for field_, place in under.fields.items():
        value = bodies.get(beneath, place)
        bodies.put(whole, field_, under.words.get(value, value) if isinstance(value, str) else value)
    return whole


def chosen(kind: Kind, values: Mapping[str, Any], listed: list[Any], setting: Setting) -> dict[str, Any] | None:
    """The element of a list that is the planned resource, by what identifies it."""
    for item in listed:
        if all(_same(_at(item, field), _at(values, by), setting) for field, by in kind.match.items()):
            return dict(item)
    return None


def _same(live: Any, planned: Any, setting: Setting) -> bool:
    empty = not live and not planned
    return empty or compare.Comparison(Entry(service="", name=""), setting.body, {}).agrees(planned, live)


def _at(document: Mapping[str, Any], path: str) -> Any:
    found = bodies.get(document, path.removesuffix(".last"))
    return str(found).rpartition("/")[2] if path.endswith(".last") else found
