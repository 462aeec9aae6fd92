"""An audit: the deployed stack read back, and compared with its plan; the rules judge what is live."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from lockgate.audit import extras as searches
from lockgate.audit import grants, live_plan, look, report
from lockgate.audit import kinds as catalogue
from lockgate.audit.calls import Absent, Reader, Unreadable, call
from lockgate.audit.clients import Access
from lockgate.audit.compare import Comparison, Difference, differences
from lockgate.audit.extras import Doubt, Extra
from lockgate.audit.look import Found, Setting
from lockgate.audit.report import Drift, Report, Unread
from lockgate.errors import InputError
from lockgate.plan.model import Plan
from lockgate.rehearsal import seed as seeds
from lockgate.rehearsal.mapping import body as bodies
from lockgate.verdict import Verdict

TIMEOUT_SECONDS = 300.0
PROJECT = "gcp:organizations/project:Project"


@dataclass(frozen=True)
class Seen:
    """What was found, before the rules have judged it."""

    plan: Plan
    live: Plan
    """The plan of what is live."""
    project: str
    drift: list[Drift]
    unread: list[Unread]
    resources: int
    compared: int
    calls: int
    seconds: float


@dataclass
class _Notes:
    """What an audit writes down as it goes."""

    plan: Plan
    found: Mapping[str, Found]
    drift: list[Drift] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    by_urn: dict[str, list[Difference]] = field(default_factory=dict)

    def changed(self, one: Found, differs: Iterable[Difference]) -> None:
        for difference in differs:
            self.by_urn.setdefault(one.resource.urn, []).append(difference)
            self._drift("changed", one, difference)

    def missing(self, one: Found) -> None:
        planned = one.sent if one.entry.policy is not None else None
        self._drift("missing", one, Difference("", planned, None, (), None))

    def doubt(self, one: Found, reason: str, status: int | None = None) -> None:
        self.unread.append(Unread(one.resource.type, one.resource.urn, one.name, reason, status))

    def add(self, extra: Extra) -> None:
        kind = catalogue.kinds().get(extra.type)
        of = self.found.get(extra.beside or "")
        role = kind.fixed_by if kind else of.kind.fixed_by if of else ""
        self.drift.append(
            Drift(
                what="extra",
                type=extra.type,
                urn=extra.beside,
                name=extra.name,
                field=None,
                planned=None,
                live=extra.live,
                message=extra.message,
                source=of.resource.source if of else None,
                fix="Remove it, or put it into the program and have it judged.",
                fixed_by=role or "roles/owner",
            )
        )

    def _drift(self, what: Any, one: Found, difference: Difference) -> None:
        again = f"Set it back with 'pulumi refresh' and 'lockgate up {self.plan.stack}', or plan the change."
        words = {
            "changed": f"{difference.field} is {_words(difference.live)}, planned {_words(difference.planned)}",
            "missing": "is planned, and is not there" if one.entry.policy is None else _ungranted(one.sent),
        }
        self.drift.append(
            Drift(
                what=what,
                type=one.resource.type,
                urn=one.resource.urn,
                name=one.name,
                field=difference.field or None,
                planned=difference.planned,
                live=difference.live,
                message=words[what],
                source=one.resource.source,
                fix=again,
                fixed_by=one.kind.fixed_by,
            )
        )


def see(
    plan: Plan,
    charter: Mapping[str, Any] | None,
    access: Access,
    *,
    now: datetime,
    seconds: float = TIMEOUT_SECONDS,
    tick: Callable[[], None] = lambda: None,
) -> Seen:
    """Read the stack back and compare it, within ``seconds``. Nothing is changed. Raises InputError, NoDecision."""
    started = time.monotonic()
    access.credentials()
    reader = Reader(access, started + seconds)
    setting, doubt = _setting(plan, charter, access.project, reader, now)
    found = look.look(plan, reader, setting, tick)
    notes = _Notes(plan, found)
    if doubt is not None:
        notes.unread.append(doubt)
    compared = 0
    for one in found.values():
        compared += _compare(one, notes, setting)
    kept: list[Extra] = []
    for extra in (*searches.in_policies(found, reader, setting), *searches.search(found, reader, setting)):
        if isinstance(extra, Doubt):
            status = extra.unread.status
            notes.unread.append(Unread(extra.type, extra.beside, extra.name, extra.unread.reason, status))
        else:
            kept.append(extra)
            notes.add(extra)
    return Seen(
        plan=plan,
        live=live_plan.live_plan(plan, found, notes.by_urn, kept),
        project=access.project,
        drift=notes.drift,
        unread=list(dict.fromkeys(notes.unread)),
        resources=len(found),
        compared=compared,
        calls=reader.made,
        seconds=time.monotonic() - started,
    )


def reported(seen: Seen, verdict: Verdict, now: datetime) -> Report:
    """The report, with the rules' verdict on what is live."""
    return Report(
        format=report.FORMAT,
        stack=seen.plan.stack,
        project=seen.project,
        at=now.isoformat(),
        seconds=round(seen.seconds, 3),
        calls=seen.calls,
        resources=seen.resources,
        compared=seen.compared,
        drift=seen.drift,
        unread=seen.unread,
        verdict=msgspec.to_builtins(verdict),
    )


def access(plan: Plan, charter: Mapping[str, Any] | None, emulator: str | None) -> Access:
    """How the plan's project is reached. Raises InputError when neither the plan nor the charter names a project."""
    provider = seeds.provider_inputs(plan)
    project = provider.get("project") or ((charter or {}).get("cloud") or {}).get("project")
    if not isinstance(project, str):
        project = next((one["id"] for one in seeds.seed(plan, charter)["projects"]), None)
    if not isinstance(project, str):
        raise InputError("the plan names no project of Google Cloud. Set the provider's project, or give a charter.")
    billed = provider.get("billingProject") if provider.get("userProjectOverride") else None
    return Access(project, emulator.rstrip("/") if emulator else None, billed if isinstance(billed, str) else None)


def _setting(
    plan: Plan, charter: Mapping[str, Any] | None, project: str, reader: Reader, now: datetime
) -> tuple[Setting, Unread | None]:
    """The project's number as Google has it; where it cannot be asked for, as the charter has it."""
    numbers = seeds.numbers(seeds.seed(plan, charter))
    asked = call(
        "get_project name=projects/{project}",
        {"project": project},
        by="google.cloud.resourcemanager_v3.ProjectsClient",
        service="cloudresourcemanager",
    )
    doubt = None
    try:
        numbers[project] = str(reader.read(asked)["name"]).rpartition("/")[2]
    except (Absent, Unreadable) as error:
        status = error.status if isinstance(error, Unreadable) else 404
        doubt = Unread(PROJECT, None, f"projects/{project}", f"the project cannot be read: {error}", status)
    provider = seeds.provider_inputs(plan).get("defaultLabels")
    labels = {key: value for key, value in provider.items() if isinstance(value, str)} if provider else {}
    return Setting(project, numbers, bodies.Setting(now, numbers, labels)), doubt


def _compare(one: Found, notes: _Notes, setting: Setting) -> bool:
    """Note what differs; whether the resource was there to be compared."""
    for doubt in one.doubts:
        notes.doubt(one, doubt)
    if one.unread is not None:
        notes.doubt(one, one.unread.reason, one.unread.status)
        return False
    if one.absent:
        notes.missing(one)
        return False
    if one.answer is None:
        return True  # of a kind that has nothing to read
    if one.entry.policy is not None:
        comparison = Comparison(one.entry, setting.body, one.answer)
        if grants.missing(comparison, one.sent, one.answer):
            one.absent = True
            notes.missing(one)
            return False
        notes.changed(one, grants.differences(comparison, one.sent, one.answer))
        return True
    notes.changed(one, differences(one.entry, one.kind, one.inputs, one.answer, setting.body))
    return True


def _ungranted(sent: Mapping[str, Any]) -> str:
    if "service" in sent:
        return f"the audit configuration of {sent['service']} is planned, and is not in the policy"
    return f"{sent.get('role')} is to be granted to {_words(sent.get('members'))}, and is not"


def _words(value: Any, most: int = 200) -> str:
    if value is None or value == "":
        return "not set"
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= most else f"{text[:most]}…"
