"""Serve the emulated Google Cloud until it is stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from lockgate.cli import output, progress
from lockgate.errors import InputError

if TYPE_CHECKING:
    from emulator.cloud import Cloud


def run(host: str, port: int, state: Path | None) -> None:
    """Serve on ``host`` and ``port`` (0: a free one; the address is printed). ``state`` is restored from and saved to.

    Raises InputError when the port is taken, or the state is none.
    """
    try:
        from emulator.cloud import Cloud
        from emulator.server import serve
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is not installed. Run: pip install 'lockgate[rehearsal]'") from None
    cloud = Cloud()
    if state is not None and state.exists():
        _restore(cloud, state)
    try:
        serve(host, port, cloud=cloud)  # until SIGINT or SIGTERM
    except OSError as error:
        raise InputError(f"cannot listen on {host}:{port}: {error.strerror or error}. Choose another --port.") from None
    if state is not None:
        output.to_file(json.dumps(cloud.snapshot()), state)
        progress.say(f"state saved -> {state}")


def _restore(cloud: Cloud, state: Path) -> None:
    from emulator.wire.errors import GoogleError

    try:
        cloud.restore(json.loads(state.read_bytes()))
    except OSError as error:
        raise InputError(f"--state {state}: cannot be read: {error.strerror}.") from None
    except (ValueError, GoogleError) as error:
        raise InputError(f"--state {state}: is no saved state of the emulator: {error}. Remove it.") from None
