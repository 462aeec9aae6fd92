"""What a long step says on standard error: at once on a terminal, after a second in a log."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SILENT_SECONDS = 1.0
"""In a log a step that ends sooner is not mentioned."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say that a step is under way. On a terminal the line is gone again when the step has ended."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{words} ...")
        sys.stderr.flush()
        try:
            yield
        finally:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        return
    timer = threading.Timer(SILENT_SECONDS, say, [f"{words} ..."])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say(words: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
