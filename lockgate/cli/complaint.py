"""An error as the command line says it."""

from __future__ import annotations

import sys

from lockgate.errors import LockgateError


def complain(error: LockgateError) -> None:
    """Say what is wrong on standard error, each line marked as Lockgate's."""
    from lockgate.report import safe

    text = "".join(f"lockgate: {line}\n" for line in safe.block(str(error)).splitlines() if line.strip())
    sys.stderr.write(text)
