"""An audit's report for people: what drifted and who may put it right, what is unknown, the rules' verdict last."""

from __future__ import annotations

from collections.abc import Iterable

from lockgate.audit.report import Drift, Report, Unread
from lockgate.report.safe import line

_TITLES = {"changed": "Changed", "missing": "Missing", "extra": "Not in the plan"}


def render(report: Report, *, verdict: str = "", colour: bool = False) -> str:
    """The report as text. ``verdict`` is the rules' verdict in words, shown where it says more than the summary."""
    parts = [f"Audit of {line(report.stack)} in {line(report.project)}: what is live, against the plan and the charter"]
    for what, title in _TITLES.items():
        drifts = [one for one in report.drift if one.what == what]
        parts.append(_block(title, [text for one in drifts for text in _drift(one, colour)]))
    parts.append(
        _block("Could not be read, so it is unknown", [text for one in report.unread for text in _unread(one)])
    )
    if verdict:
        parts.append("Judged by the rules, the live state:\n\n" + verdict.rstrip())
    parts.append(summary(report, colour=colour))
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(report: Report, *, colour: bool = False) -> str:
    """One line: how it ended."""
    work = f"{report.compared} of {_count(report.resources, 'resource')} compared, {_count(report.calls, 'call')}"
    unknown = f", {len(report.unread)} unknown" if report.unread else ""
    found = f"{len(report.drift)} drift{'' if len(report.drift) == 1 else 's'}{unknown}"
    words = f"{found}, rules {report.verdict['decision']} ({work}, {report.seconds:.1f} s)"
    if report.status == 0:
        return _paint(f"AS PLANNED: {words}.", "32", colour=colour)
    title = "DRIFTED" if report.drift else "UNKNOWN" if report.unread else "DENIED"
    return _paint(f"{title}: {words}.", "31", colour=colour)


def _drift(one: Drift, colour: bool) -> Iterable[str]:
    source = f"  {line(one.source)}" if one.source else ""
    yield _paint(f"{_short(one)}: {line(one.message)}", "31", colour=colour)
    yield f"  where  {line(one.name)}{source}"
    if one.urn:
        yield f"         {line(one.urn)}"
    yield f"  fix    {line(one.fix)}"
    yield f"  who    whoever holds {one.fixed_by}" if one.fixed_by else "  who    whoever deploys the stack"


def _unread(one: Unread) -> Iterable[str]:
    yield f"{_type(one.type)} {line(one.name)}: {line(one.reason)}"
    if one.urn:
        yield f"  {line(one.urn)}"


def _short(one: Drift) -> str:
    """``Budget budget-monthly``."""
    if one.what == "extra" or one.urn is None:
        return f"{_type(one.type)} {line(one.name.rpartition('/')[2])}"
    return f"{_type(one.type)} {line(one.urn.rpartition('::')[2])}"


def _type(type_: str) -> str:
    return type_.rpartition(":")[2]


def _block(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {text}" for text in lines)]) if lines else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code};1m{text}\x1b[0m" if colour else text
