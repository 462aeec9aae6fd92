"""The errors that end a command, each with the exit status that the command line promises.

A message names the thing, the place, what was expected and the remedy, in one or two lines. Anything
else that is raised is a defect of Lockgate, and is allowed to show a traceback.
"""

from __future__ import annotations


class LockgateError(Exception):
    """A failure that the caller can act on."""

    exit_status = 2


class InputError(LockgateError):
    """The charter, the plan, the program or the call is wrong (status 2)."""


class NoDecision(LockgateError):
    """Open Policy Agent or a policy gave no decision, which counts as a denial (status 3)."""

    exit_status = 3
