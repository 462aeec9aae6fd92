"""The verdict for people: by guardrail, worst first, the fix beside the fault, one line of summary last."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lockgate.report import place, safe
from lockgate.report.summary import counts, summary
from lockgate.verdict import Finding, Status, Verdict, order

WIDTH = 80
MOST = 8
"""Resources shown for one rule; the others are counted."""

Key = TypeVar("Key", bound=Hashable)

_LOUD = ("fail", "undetermined", "waived")
_SGR: dict[str, str] = {"fail": "1;31", "undetermined": "1;33", "waived": "36", "pass": "32", "bold": "1", "dim": "2"}


@dataclass(frozen=True)
class _Style:
    """Width and colour of the page."""

    width: int
    colour: bool
    verbose: bool

    def paint(self, kind: str, words: str) -> str:
        return f"\x1b[{_SGR[kind]}m{words}\x1b[0m" if self.colour else words

    def wrap(self, words: str, first: str, rest: str) -> list[str]:
        return textwrap.wrap(
            words,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )


def render(verdict: Verdict, *, colour: bool = False, verbose: bool = False, width: int = WIDTH) -> str:
    """The report, ending in its one-line summary and a newline.

    ``verbose`` lists every resource and every finding that passed.
    """
    style = _Style(width, colour, verbose)
    findings = sorted(verdict.findings, key=order)
    called = place.labels(finding.urn for finding in findings if finding.urn)
    blocks = [*_guardrails(findings, called, style), *_skipped(findings, style), *_passed(findings, style)]
    blocks.append([style.paint("pass" if verdict.decision == "allow" else "fail", summary(verdict))])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _guardrails(findings: list[Finding], called: Mapping[str, str], style: _Style) -> Iterator[list[str]]:
    """A block for each group with something to show, in the order of their worst findings."""
    shown = (*_LOUD, "pass") if style.verbose else _LOUD
    for group, members in _by(findings, lambda finding: finding.group).items():
        rules = _by((finding for finding in members if finding.status in shown), lambda one: (one.status, one.rule))
        if not rules:
            continue
        lines = [f"{style.paint('bold', safe.line(group.replace('_', ' ').upper()))}  {counts(members)}"]
        passes: list[str] = []
        for (status, _), of_rule in rules.items():
            if status == "pass":
                passes += _pass(of_rule, called, style)
            else:
                lines += ["", *_rule(status, of_rule, called, style)]
        yield [*lines, "", *passes] if passes else lines


def _rule(status: Status, findings: list[Finding], called: Mapping[str, str], style: _Style) -> Iterator[str]:
    """What one rule says with one status: message and places, then the fix and the rule once."""
    label = f"  {status.upper()}  "
    most = len(findings) if style.verbose else MOST
    for message, same in _by(findings[:most], lambda finding: finding.message).items():
        first, *others = style.wrap(safe.line(message) or "no message", label, " " * len(label))
        yield first.replace(status.upper(), style.paint(status, status.upper()), 1)
        yield from others
        yield from _where(same, called, style)
    if len(findings) > most:
        yield _field("", f"and {len(findings) - most} more; --verbose lists all")
    worst = findings[0]
    if status != "waived":
        yield from style.wrap(safe.line(worst.remediation), _field("fix", ""), _field("", ""))
    rule = ", ".join(safe.line(part) for part in (f"{worst.rule} {worst.severity}", *worst.controls))
    yield from (style.paint("dim", part) for part in style.wrap(rule, _field("rule", ""), _field("", "")))


def _where(findings: list[Finding], called: Mapping[str, str], style: _Style) -> Iterator[str]:
    """The resources of some findings, each beside its line of the program where all of them fit."""
    places = [
        (called[finding.urn] if finding.urn else "the stack as a whole", safe.line(finding.source or ""))
        for finding in findings
    ]
    beside = all(len(_field("", f"{where}  {source}")) <= style.width for where, source in places)
    name = "where"
    for where, source in places:
        if beside:
            yield _field(name, f"{where}  {source}".rstrip())
        else:
            yield from style.wrap(where, _field(name, ""), _field("", "  "))
            yield from [_field("", f"  {source}")] if source else []
        name = ""


def _pass(findings: list[Finding], called: Mapping[str, str], style: _Style) -> Iterator[str]:
    for finding in findings:
        words = f"{finding.rule}  {safe.line(finding.message)}"
        if finding.urn:
            words += f" [{called[finding.urn]}]"
        first, *others = style.wrap(words, "  pass  ", " " * 8)
        yield first.replace("pass", style.paint("pass", "pass"), 1)
        yield from others


def _skipped(findings: list[Finding], style: _Style) -> Iterator[list[str]]:
    """One paragraph for all skipped rules, one entry for each reason; what follows a colon in it is detail."""
    skipped = _by(
        (finding for finding in findings if finding.status == "skipped"),
        lambda finding: finding.message if style.verbose else finding.message.partition(": ")[0],
    )
    lines: list[str] = []
    for reason, same in skipped.items():
        rules = ", ".join(safe.line(rule) for rule in sorted({finding.rule for finding in same}))
        lines += style.wrap(f"skipped  {safe.line(reason)}: {rules}", "", " " * 9)
    if lines:
        yield lines


def _passed(findings: list[Finding], style: _Style) -> Iterator[list[str]]:
    """The groups in which nothing is wrong, with the number of findings that passed."""
    groups = _by(findings, lambda finding: finding.group)
    quiet = {
        group: sum(finding.status == "pass" for finding in members)
        for group, members in sorted(groups.items())
        if not any(finding.status in _LOUD for finding in members)
    }
    words = ", ".join(f"{safe.line(group.replace('_', ' '))} {number}" for group, number in quiet.items() if number)
    if words and not style.verbose:
        yield style.wrap(f"passed   {words}", "", " " * 9)


def _field(name: str, words: str) -> str:
    return f"        {name:<7}{words}"


def _by(findings: Iterable[Finding], key: Callable[[Finding], Key]) -> dict[Key, list[Finding]]:
    """The findings grouped by a key, groups and members in the order of their first and next occurrence."""
    grouped: dict[Key, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(key(finding), []).append(finding)
    return grouped
