"""Ctrl-C and a termination signal end the process, also when a library swallows the exception that says so."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

LOOK_SECONDS = 0.25
"""How often it is looked whether the exception is still on its way."""
LONGEST_SECONDS = 8.0
"""What may be tidied up in. An emulator is given three seconds to end (``rehearsal/emulated.py``)."""


class Ending:
    """Raises KeyboardInterrupt for SIGINT and SystemExit for SIGTERM, in the main thread, until one comes through.

    Python raises from a signal's handler wherever the program happens to be: also in a weak reference's callback, which
    prints it and goes on, and inside a validator, where pydantic takes it for a wrong value. Nobody presses
    Ctrl-C to be told of a wrong charter, so it is raised again until it is under way; what is tidied up meanwhile is
    left alone, for ``LONGEST_SECONDS``.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        """The exit status that a signal asked for, once one has come: 130 or 143."""
        self._asked_at = 0.0

    def listen(self) -> None:
        """Take the signals over. SIGINT stays ignored where it is, as in a background job of a shell."""
        signal.signal(signal.SIGTERM, self._asked)
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._asked)

    def over(self) -> None:
        """Nothing is left to end."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        self.status = 128 + number
        self._asked_at = time.monotonic()
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        self._raise()

    def _look(self, _number: int, _frame: FrameType | None) -> None:
        if not _under_way(sys.exc_info()[1]):
            self._raise()
        if time.monotonic() - self._asked_at > LONGEST_SECONDS:
            self._asked_at = time.monotonic()
            self._raise()

    def _raise(self) -> None:
        if self.status == 128 + signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(self.status)


def _under_way(error: BaseException | None) -> bool:
    """Whether the exception being handled right now is the signal's, or came while that was handled."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            return True
        error = error.__context__
    return False
