"""Judge a stack again on every saved change, from a process that keeps the SDK loaded and an OPA that stays."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from lockgate.cli import checkout as checkouts
from lockgate.cli import clock, formats, output, progress, subject
from lockgate.cli.complaint import complain
from lockgate.cli.formats import Format
from lockgate.errors import InputError, LockgateError

if TYPE_CHECKING:
    from lockgate.plan.model import Plan
    from lockgate.verdict import Verdict

QUIET_MILLISECONDS = 30
"""A change counts once nothing else has changed for this long: an editor saves in several steps."""

LONGEST_MILLISECONDS = 500
"""A stream of changes without a pause counts after this long."""


def run(start: Path, stack: str, *, policies: Path | None, at: str | None, verbose: bool, colour: bool | None) -> None:
    """Watch until Ctrl-C (KeyboardInterrupt). Raises InputError when there is no such stack.

    A file that is wrong, saved half perhaps, is reported like any other, and watching goes on.
    """
    checkout = checkouts.around(start)
    checkouts.require_stack(checkout, stack)
    clock.moment(at, datetime.now(UTC))  # a wrong date ends the call before anything is started
    from lockgate.plan.project import find
    from lockgate.plan.warm import WarmRecorder
    from lockgate.policy.decide import Decider
    from lockgate.policy.policies import locate

    rules = locate(policies or checkout.policies).resolve()
    folders = [
        folder for folder in (checkout.stacks, checkout.program, checkout.root / "functions", rules) if folder.is_dir()
    ]
    with (
        WarmRecorder(find(checkout.root), stack, note=progress.say) as recorder,
        closing(Decider(os.environ, folder=rules, say=progress.say)) as decider,
    ):
        judged = subject.Subject(recorder.record, checkout.stacks / stack / "charter.yaml")
        recorded: list[Plan] = []

        def judge(changed: list[Path]) -> Verdict:
            if not (changed and all(file.resolve().is_relative_to(rules) for file in changed)):
                recorded.clear()  # what the program reads may have changed
            with ThreadPoolExecutor(1) as beside:
                plan = beside.submit(lambda: recorded[0] if recorded else recorder.record())
                try:
                    decider.prepare()
                    charter = judged.charter()
                    waivers = judged.waivers()
                    recorded[:] = [plan.result()]
                except LockgateError:
                    raise
                except BaseException:
                    recorder.interrupt()  # Ctrl-C does not wait for a program that loops
                    raise
            now = clock.moment(at, datetime.now(UTC))
            document = charter.document() if charter else None
            return decider.decide(recorded[0], document, now=now, waivers=waivers)

        def render(verdict: Verdict) -> str:
            coloured = output.wants_colour(colour, os.environ)
            return formats.render(verdict, Format.text, colour=coloured, verbose=verbose, width=output.width())

        follow(judge, render, changes(folders))  # from here on, so that nothing saved meanwhile is missed


def changes(folders: Iterable[Path]) -> Iterator[list[Path]]:
    """The files of each saved change from this call on, without end: KeyboardInterrupt ends it.

    What is saved while a verdict is made counts as one change after it. Raises InputError, from the
    iterator, when the folders cannot be watched.
    """
    saved: SimpleQueue[set[Path] | Exception] = SimpleQueue()
    threading.Thread(target=_look, args=(list(folders), saved), name="lockgate-watch", daemon=True).start()
    return _batches(saved)


def _look(folders: list[Path], saved: SimpleQueue[set[Path] | Exception]) -> None:
    import watchfiles

    ignored = (*watchfiles.DefaultFilter.ignore_dirs, ".lockgate")
    looking = watchfiles.watch(
        *folders,
        watch_filter=watchfiles.DefaultFilter(ignore_dirs=ignored),
        step=QUIET_MILLISECONDS,
        debounce=LONGEST_MILLISECONDS,
    )
    try:
        for batch in looking:
            saved.put({Path(name) for _, name in batch})
    except (OSError, RuntimeError) as error:  # what the operating system's notification may fail with
        saved.put(error)


def _batches(saved: SimpleQueue[set[Path] | Exception]) -> Iterator[list[Path]]:
    while True:
        files: set[Path] = set()
        while not files or not saved.empty():
            change = saved.get()
            if isinstance(change, Exception):
                raise InputError(f"the folders cannot be watched: {change}. Run 'lockgate check' after each change.")
            files |= change
        yield sorted(files)


def follow(
    judge: Callable[[list[Path]], Verdict], render: Callable[[Verdict], str], changed: Iterable[list[Path]]
) -> None:
    """Judge now and after each change. A report that says what the last one said is only summed up.

    ``judge`` is told what has changed since it was called last: nothing, the first time.
    """
    shown = _once(lambda: judge([]), render, "")
    output.to_stdout("watching; Ctrl-C ends it\n")
    for files in changed:
        output.to_stdout(f"\n-- {_named(files)} changed\n")
        shown = _once(partial(judge, files), render, shown)


def _once(judge: Callable[[], Verdict], render: Callable[[Verdict], str], before: str) -> str:
    """Show one verdict and the time it took; the report, or what was shown before when there was none."""
    started = time.monotonic()
    try:
        report = render(judge())
    except LockgateError as error:
        sys.stdout.flush()
        complain(error)
        report = ""
    else:
        body, _, summary = report.rstrip("\n").rpartition("\n")
        same = body == before.rstrip("\n").rpartition("\n")[0] and before != ""
        output.to_stdout(f"{summary}\n" if same else report)
    output.to_stdout(f"judged in {time.monotonic() - started:.2f} s\n")
    return report


def _named(files: list[Path]) -> str:
    here = Path.cwd()
    names = [str(file.relative_to(here)) if file.is_relative_to(here) else str(file) for file in files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
