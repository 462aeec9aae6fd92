"""The door of the command line: runs a verb, and turns what ends it into one message and an exit status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from lockgate.cli.complaint import complain
from lockgate.cli.ending import Ending
from lockgate.errors import LockgateError


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``lockgate`` with ``arguments`` (the process's by default) and end the process.

    Exit status: 0 allowed or done, 1 denied, 2 the input or the call is wrong, 3 no decision could be had,
    130 stopped with Ctrl-C, 143 by a termination signal.
    """
    # Unwinds the stack, so that Open Policy Agent is stopped and files that may hold secrets are removed.
    ending = Ending()
    ending.listen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name in another script must not end the command on a terminal that cannot show it.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = run(sys.argv[1:] if arguments is None else arguments, ending)
    finally:
        ending.over()
    sys.exit(status)


def run(arguments: Sequence[str], ending: Ending | None = None) -> int:
    """Run a verb and return its exit status; what went wrong is said on standard error.

    What went wrong after a signal had asked ``ending`` for the end is not: it comes of that.
    """
    asked = ending or Ending()
    ahead = None
    try:
        if _of_saved_plan(arguments):
            from lockgate.policy import headstart

            ahead = headstart.begin(os.environ)
        from lockgate.cli.app import command

        command().main(args=list(arguments), prog_name="lockgate", standalone_mode=True, obj=ahead)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if asked.status is not None:
            return asked.status
        if not isinstance(error, LockgateError):
            raise
        complain(error)
        return error.exit_status
    finally:
        if ahead is not None:
            ahead.end()
    return 0


def _of_saved_plan(arguments: Sequence[str]) -> bool:
    """Whether a saved plan is to be judged: nothing has to be recorded then, so OPA's start is what is waited for."""
    return arguments[:1] == ["check"] and any(word.partition("=")[0] == "--plan" for word in arguments)


if __name__ == "__main__":
    main()
