"""The archive of decisions: a verdict, what it was made from, and reports, locked in a store until a date."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lockgate.errors import InputError
from lockgate.store import s3
from lockgate.verdict import Verdict

FORMAT = "lockgate.archive/1"
RECORD = "record.json"
_DIGEST = 12
"""Characters of the plan's digest in an archive's name; the record has all of it."""


@dataclass(frozen=True)
class Kept:
    """One locked object."""

    address: s3.Address
    version: str | None
    sha256: str


def archive(
    verdict: Path, reports: Sequence[Path], *, to: s3.Address, until: datetime.datetime, now: datetime.datetime
) -> list[Kept]:
    """Put the verdict, the reports and a record with all their digests below ``to``, and lock each until ``until``.

    They go to ``<stack>/<time of the decision>-<plan>/``. The record, which comes last, names the decision, the
    digests of plan and charter, and the digest and version of every other object. Raises InputError when a file is
    not what it must be, the store refuses, or the store does not say that it has locked what it was given.
    """
    if until <= now:
        raise InputError(f"--until {until.isoformat()}: not in the future, so nothing would be locked.")
    body = _read(verdict)
    try:
        decided = msgspec.json.decode(body, type=Verdict)
    except msgspec.DecodeError as error:
        raise InputError(f"{verdict}: not a verdict: {error}. Make one: lockgate check STACK --format json.") from None
    files = {"verdict.json": body}
    for report in reports:
        if report.name in {*files, RECORD}:
            raise InputError(f"{report}: {report.name} is in the archive already. Rename the file.")
        files[report.name] = _read(report)
    folder = to.below(f"{decided.stack}/{_moment(decided.at)}-{decided.plan.removeprefix('sha256:')[:_DIGEST]}")
    kept = [_keep(folder.below(name), content, until) for name, content in files.items()]
    record = _record(decided, kept, now=now, until=until)
    return [*kept, _keep(folder.below(RECORD), record, until)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}.") from None


def _moment(at: str) -> str:
    """A time as part of a name: ``20261122T220000Z``."""
    try:
        moment = datetime.datetime.fromisoformat(at)
    except ValueError:
        raise InputError(f"the verdict's time {at!r} is no date-time. Make a verdict with lockgate check.") from None
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _keep(address: s3.Address, content: bytes, until: datetime.datetime) -> Kept:
    version = s3.put(address, content, content_type=_content_type(address.path), locked_until=until)
    said = s3.locked_until(address, version)
    if version is None or said is None or said < until.replace(microsecond=0):
        # A store that does not know object lock ignores what it does not know.
        raise InputError(
            f"{address}: stored, but not locked until {until.isoformat()}. Is object lock on in the bucket?"
        )
    return Kept(address, version, hashlib.sha256(content).hexdigest())


def _content_type(path: str) -> str:
    return "application/json" if path.endswith((".json", ".sarif")) else "application/octet-stream"


def _record(decided: Verdict, kept: Sequence[Kept], *, now: datetime.datetime, until: datetime.datetime) -> bytes:
    document: dict[str, Any] = {
        "format": FORMAT,
        "stack": decided.stack,
        "decision": decided.decision,
        "decidedAt": decided.at,
        "plan": decided.plan,
        "charter": decided.charter,
        "policy": {"revision": decided.policy.revision, "engine": decided.policy.engine},
        "archivedAt": now.isoformat(timespec="seconds"),
        "lockedUntil": until.isoformat(timespec="seconds"),
        "objects": [
            {"path": one.address.path, "version": one.version, "sha256": f"sha256:{one.sha256}"} for one in kept
        ],
    }
    return json.dumps(document, indent=2).encode() + b"\n"
