"""Read a plan from a file, in whichever of the three forms it is."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lockgate.errors import InputError
from lockgate.plan import engine
from lockgate.plan.model import FORMAT, Plan, decode

MAX_BYTES = 256 * 1024 * 1024


def read_plan(file: Path, root: Path | None = None) -> Plan:
    """The plan in a file: Lockgate's own, ``pulumi preview --json`` or ``--save-plan``.

    ``root`` is where the program ran, for the digests of its assets; the engine's are used where it is not given.
    Raises InputError, naming the file, when it cannot be read or is in no known form.
    """
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{file}: {size} bytes, expected at most {MAX_BYTES}. Is it a plan?")
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Write a plan with 'lockgate plan'.") from None
    return parse_plan(raw, str(file), root or file.parent)


def parse_plan(raw: bytes, where: str, root: Path) -> Plan:
    """The plan in some bytes that came from ``where``. Raises InputError as ``read_plan`` does."""
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{where}: not JSON, or cut off: {error}. Write the plan again.") from None
    if not isinstance(document, dict):
        raise InputError(
            f"{where}: expected an object, got {type(document).__name__}. Write a plan with 'lockgate plan'."
        )
    try:
        if engine.is_preview(document):
            return engine.from_preview(document, where, root)
        if engine.is_saved(document):
            return engine.from_saved(document, where, root)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{where}: looks like a plan of the Pulumi engine but is not one ({type(error).__name__}: {error}). "
            "Make the preview again."
        ) from None
    if "format" not in document:
        raise InputError(f"{where}: not a plan: neither {FORMAT}, nor 'pulumi preview --json' or '--save-plan'.")
    return decode(raw, where)
