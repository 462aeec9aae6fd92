"""The report of a rehearsal for people: what failed and where, what survives and why, and the summary last."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable

from lockgate.rehearsal.report import Alert, Failure, Rehearsed, Report
from lockgate.report.safe import line

SLOWEST = 5
MOST_NAMES = 3
WIDTH = 80


def render(report: Report, *, verbose: bool = False, colour: bool = False, width: int = WIDTH) -> str:
    """The report as text. With ``verbose`` also what every resource became, its calls and its time.

    Sentences are broken at ``width`` columns; a name or an address never is.
    """
    parts = [f"Rehearsal of {report.stack} against an emulated Google Cloud"]
    parts.append(_table([_phase(phase.name, phase.done, phase.total, phase.seconds) for phase in report.phases]))
    if verbose:
        parts.append(_block("Resources", [text for one in report.resources for text in _resource(one)]))
    parts.append(_block("Budget alerts, heard on a subscription of the rehearsal's own", _alerts(report)))
    if report.unprotected:
        parts.append(_block("Protection lifted for the destroy", _wrapped([_grouped(report.unprotected)], width)))
    parts.append(_block("Left by the destroy, as declared", _wrapped(_survivors(report), width)))
    parts.append(_block("Not tried", _wrapped(_skipped(report), width)))
    failures = [text for failure in report.failures for text in _failure(failure, colour, width)]
    parts.append(_block("Failures", failures))
    parts.append(summary(report, colour=colour))
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(report: Report, *, colour: bool = False) -> str:
    """One line: how it ended."""
    if report.decision == "deny":
        return _paint("DENIED: nothing was created.", bad=True, colour=colour)
    resources = len({failure.urn for failure in report.failures})
    if any(failure.phase == "plan" for failure in report.failures):
        words = f"NOT CARRIED OUT: {_count(resources, 'resource')} of the plan cannot be. Nothing was created."
        return _paint(words, bad=True, colour=colour)
    calls = sum(len(one.calls) for one in report.resources)
    work = f"{_count(len(report.resources), 'resource')}, {_count(calls, 'call')}, {report.seconds:.1f} s"
    if report.failures:
        failed = f"{_count(len(report.failures), 'failure')} on {_count(resources, 'resource')}"
        return _paint(f"FAILED: {failed} ({work}).", bad=True, colour=colour)
    left = f"{len(report.survivors)} left as declared" if report.survivors else "nothing left"
    return _paint(f"REHEARSED: {work}, {left}.", bad=False, colour=colour)


def _phase(name: str, done: int, total: int, seconds: float) -> tuple[str, str, str]:
    return (name, f"{done} of {total}", f"{seconds:.2f} s")


def _table(rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(f"  {a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)


def _resource(one: Rehearsed) -> Iterable[str]:
    yield f"{_short(one.urn)}  {one.outcome}  {one.seconds:.2f} s"
    if one.name:
        yield f"  {line(one.name)}"
    for call in one.calls:
        yield f"  {call.status or 'no answer'}  {call.milliseconds:6.1f} ms  {call.method} {line(call.url)}"


def _alerts(report: Report) -> list[str]:
    lines: list[str] = []
    urn = None
    for alert in report.alerts:
        if alert.urn != urn:
            urn = alert.urn
            lines += [_short(urn), f"  {line(alert.topic)}"]
        lines.append(f"  {_alert(alert)}")
    return lines


def _alert(alert: Alert) -> str:
    """``  80 % of forecast   4,000.00 EUR  message 1234, forecastThresholdExceeded 0.8``."""
    basis, key = ("actual", "alert") if alert.basis == "CURRENT_SPEND" else ("forecast", "forecast")
    money = f"{alert.amount:,.2f} {alert.currency or ''}".rstrip()
    heard = "SILENT" if alert.message is None else f"arrived, {key}ThresholdExceeded"
    if alert.message is not None:
        heard += f" {line(str(alert.message['data'].get(f'{key}ThresholdExceeded')))}"
    return f"{alert.threshold * 100:4g} % {basis:8}  {money:>14}  {heard}"


def _survivors(report: Report) -> list[str]:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for survivor in report.survivors:
        by_reason[survivor.reason].append(survivor.urn)
    return [f"{_grouped(urns)}: {reason}" for reason, urns in sorted(by_reason.items())]


def _skipped(report: Report) -> list[str]:
    by_cause: dict[tuple[str, str], list[str]] = defaultdict(list)
    causes = {(skipped.phase, skipped.urn): skipped.because for skipped in report.skipped}
    for skipped in report.skipped:
        cause = skipped.because
        while (skipped.phase, cause) in causes:
            cause = causes[skipped.phase, cause]
        by_cause[skipped.phase, cause].append(skipped.urn)
    return [
        f"{phase}: {_grouped(urns)}, because of {_short(cause)}" for (phase, cause), urns in sorted(by_cause.items())
    ]


def _failure(failure: Failure, colour: bool, width: int) -> Iterable[str]:
    where = f"  {failure.source}" if failure.source else ""
    yield _paint(f"{failure.phase}: {_short(failure.urn)}{where}", bad=True, colour=colour)
    yield f"  {failure.urn}"
    if failure.call:
        status = (
            f" -> {failure.status} {failure.code}" if failure.status else f" -> {failure.code}" * bool(failure.code)
        )
        yield f"  {line(failure.call)}{status}"
    for text in failure.message.splitlines():
        yield from _wrapped([f"  {line(text)}"], width, hang="")


def _grouped(urns: list[str]) -> str:
    """``7 CryptoKey, 1 KeyRing``; by name where there are few."""
    if len(urns) <= MOST_NAMES:
        return ", ".join(_short(urn) for urn in sorted(urns))
    counts = Counter(urn.split("::")[2].rpartition(":")[2] for urn in urns)
    return ", ".join(f"{number} {type_}" for type_, number in sorted(counts.items()))


def _short(urn: str) -> str:
    """``CryptoKey keys-logs``."""
    parts = urn.split("::")
    return f"{parts[2].rpartition(':')[2]} {'::'.join(parts[3:])}" if len(parts) > 3 else urn


def _wrapped(lines: Iterable[str], width: int, hang: str = "  ") -> list[str]:
    """The lines, each broken between words where a block of ``width`` columns has no room for it."""
    broken = []
    for text in lines:
        words = text.lstrip()
        indent = " " * (len(text) - len(words))
        broken += textwrap.wrap(
            words,
            width - 2,
            initial_indent=indent,
            subsequent_indent=indent + hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return broken


def _block(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {text}" for text in lines)]) if lines else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _paint(text: str, *, bad: bool, colour: bool) -> str:
    return f"\x1b[{'31' if bad else '32'};1m{text}\x1b[0m" if colour else text
